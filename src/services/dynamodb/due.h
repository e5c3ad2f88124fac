#pragma once
#include <optional>
#include <vector>

#include "projections/dynamodb_read_model.h"
#include "services/moment.h"
#include "services/own_call.h"

/// What time does to tables: items expire, and records of streams are past their day.
namespace cloudemu::dynamodb {

/// As due_work() has it: what is due in a table and its streams, at most `limit` items or records.
OwnCall due_in_table(const DynamoDbReadModel& state, int64_t table, const Moment& moment, size_t limit);
std::optional<TimeMs> next_in_table(const DynamoDbReadModel& state, int64_t table, const Moment& moment);
std::vector<int64_t> tables_with_work(const DynamoDbReadModel& state);

}  // namespace cloudemu::dynamodb
