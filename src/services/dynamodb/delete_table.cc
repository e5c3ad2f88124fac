#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/drop_rows.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/replicas.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/table_description.h"

namespace cloudemu::dynamodb {

namespace {

/// What is deleted with point-in-time recovery on can be had back for so long:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
constexpr TimeMs kLastBackupLifeMs = 35 * kDayMs;

BackupCreated last_backup(const DynamoDbReadModel& state, const Table& table, const Call& call) {
  BackupCreated backup = backup_of(state, table, kSystemBackup, call.now);
  backup.name = concat(table.description.name, "$DeletedTableBackup");
  backup.arn = backup_arn(table, call.now, call.entropy);
  backup.expires_at = call.now + kLastBackupLifeMs;
  return backup;
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
AwsResult<Outcome> delete_table(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_usable_table(state, call));
  if (table.description.deletion_protection) {
    return fail(validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."));
  }
  const std::vector<IndexDescription>& indexes = table.description.indexes;
  if (std::any_of(indexes.begin(), indexes.end(), [](const IndexDescription& index) { return index.filling; })) {
    return fail(
        table_in_use("Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, updated, or "
                     "deleted."));
  }
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("TableDescription");
  write_table(json, {.table = table, .state = &state, .occasion = Occasion::deleted});
  json.end_object();
  Answer answer{.response = std::move(response)};
  if (table.description.point_in_time_recovery) answer.events.push_back(last_backup(state, table, call));
  bool by_job = state.totals(table.id).items > 0;
  answer.events.push_back(TableDeleted{.table = table.id, .name = table.description.name, .by_job = by_job});
  leave_group(state, table, answer.events);
  if (by_job) answer.events.push_back(start_job(jobs::kDropTable, table, 0, call.now));
  return answer;
}

}  // namespace cloudemu::dynamodb
