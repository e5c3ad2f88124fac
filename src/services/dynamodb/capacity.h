#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/json_writer.h"
#include "protocol/json.h"
#include "services/dynamodb/call.h"

/// ReturnConsumedCapacity.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
namespace cloudemu::dynamodb {

enum class CapacityDetail { none, total, indexes };
CapacityDetail capacity_detail(json::Value input);

/// Half capacity units: an eventually consistent read of 4 KB costs one.
using HalfUnits = uint64_t;

/// How a read is charged: `strong` costs twice. Both see everything that was written.
enum class Consistency { eventual, strong };
/// Cost of reading `bytes` at once: 4 KB are a unit, an eventually consistent read costs half.
HalfUnits read_cost(size_t bytes, Consistency consistency);
/// Cost of writing `bytes`: 1 KB is a unit.
HalfUnits write_cost(size_t bytes);

/// What a call consumed of one table.
struct Consumed {
  HalfUnits table = 0;
  std::map<int64_t, HalfUnits> indexes = {};  ///< by number; index entries that did not change cost nothing

  Consumed& operator+=(const Consumed& other);
  HalfUnits total() const;
};

/// A table, and what the request called it: its name or its ARN. The reply calls it so, too.
struct NamedTable {
  const Table* table;
  std::string_view name;
};

/// Transactions tell reads from writes.
enum class CapacityKind { plain, reads, writes };
/// Writes the value of a ConsumedCapacity member.
void write_consumed(JsonWriter& json, const NamedTable& of, CapacityDetail detail, const Consumed& consumed,
                    CapacityKind kind = CapacityKind::plain);

}  // namespace cloudemu::dynamodb
