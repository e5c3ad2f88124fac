#include "core/json_writer.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/drop_rows.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/replicas.h"
#include "services/dynamodb/table_description.h"

namespace cloudemu::dynamodb {

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
AwsResult<Outcome> delete_table(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_usable_table(state, call));
  if (table.description.deletion_protection) {
    return fail(validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."));
  }
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("TableDescription");
  write_table(json, {.table = table, .state = &state, .occasion = Occasion::deleted});
  json.end_object();
  bool by_job = state.totals(table.id).items > 0;
  Answer answer = outcome_of(TableDeleted{.table = table.id, .name = table.description.name, .by_job = by_job}, std::move(response));
  leave_group(state, table, answer.events);
  if (by_job) answer.events.push_back(start_job(jobs::kDropTable, table, 0, call.now));
  return answer;
}

}  // namespace cloudemu::dynamodb
