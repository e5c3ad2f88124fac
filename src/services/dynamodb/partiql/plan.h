#pragma once
#include <optional>
#include <vector>

#include "services/dynamodb/key_range.h"
#include "services/dynamodb/partiql/statement.h"

/// From the condition of a WHERE clause to what has to be read or written for it.
namespace cloudemu::dynamodb::partiql {

/// What a SELECT reads: all of it, or a stretch for each value of the partition key.
struct ReadPlan {
  bool scans = true;
  std::vector<QueryRange> ranges = {};
  std::optional<expression::Condition> filter = {};  ///< what the key could not answer
  bool forward = true;

  /// At most one item, by its whole key.
  bool is_single() const { return ranges.size() == 1 && ranges.front().single_item; }
};
/// `schema`: of the table, or of the index that is read. Error: a value is no key, or there is no such order.
AwsResult<ReadPlan> plan_read(const KeySchema& schema, const Statement& statement);

/// The item that a statement means by its whole primary key, and what else the condition asks of it.
struct ItemPlan {
  Item key;
  std::optional<expression::Condition> rest;
};
/// Nothing: the condition does not say one whole key.
AwsResult<std::optional<ItemPlan>> plan_item(const KeySchema& schema, const std::optional<expression::Condition>& where);

}  // namespace cloudemu::dynamodb::partiql
