#pragma once
#include <vector>

#include "events/event.h"
#include "projections/dynamodb_read_model.h"
#include "protocol/json.h"
#include "services/dynamodb/errors.h"

/// GlobalSecondaryIndexUpdates of UpdateTable.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndexUpdate.html
namespace cloudemu::dynamodb {

/// Their form, which is checked before the table is looked for.
AwsResult<void> check_index_changes(json::Value changes);

/// Carries them out on a description whose billing mode is up to date. `definitions`: AttributeDefinitions of the request.
AwsResult<void> change_indexes(json::Value changes, const std::vector<KeyAttribute>& definitions, TimeMs now, TableDescription& table);

/// A new throughput. Error: it is the old one. `what`: "the table", or "the index NAME" as error messages call it.
struct ThroughputOf {
  std::string_view what;  ///< "table" or "index"
  std::string_view name;  ///< of an index
};
AwsResult<void> change_throughput(json::Value given, ThroughputOf of, TimeMs now, Throughput& throughput);

}  // namespace cloudemu::dynamodb
