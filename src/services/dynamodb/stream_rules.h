#pragma once
#include <string>

#include "core/clock.h"
#include "projections/dynamodb_read_model.h"

/// What holds for the streams of all tables.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
namespace cloudemu::dynamodb {

/// Records are kept for a day, and so is what can be read of a stream that was disabled.
inline constexpr TimeMs kStreamLifeMs = kDayMs;

inline bool is_past_its_day(TimeMs at, TimeMs now) { return at + kStreamLifeMs <= now; }

/// Until when the stream of a table keeps a record that is made now; 0: the table has none.
inline TimeMs streamed_until(const TableDescription& table, TimeMs now) { return table.stream_view_type.empty() ? 0 : now + kStreamLifeMs; }

/// The label of a stream that is enabled now, "2026-11-23T04:00:00.000": no other stream of a table of that name has it.
std::string new_stream_label(const DynamoDbReadModel& state, std::string_view account, std::string_view region, std::string_view table,
                             TimeMs now);

}  // namespace cloudemu::dynamodb
