#include "core/json_writer.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/table_description.h"

namespace cloudemu::dynamodb {

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html. Counts and sizes are exact; AWS's are hours old.
AwsResult<Outcome> describe_table(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_named_table(state, call));
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("Table");
  write_table(json, {.table = table, .state = &state, .occasion = table.deleting ? Occasion::deleted : Occasion::described});
  json.end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
