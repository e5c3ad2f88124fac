#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/table_description.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html: the setting.
namespace cloudemu::dynamodb {

namespace {

constexpr int64_t kRecoveryDaysMax = 35;

http::Response describe(const TableDescription& table, const Call& call) {
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("ContinuousBackupsDescription").begin_object();
  json.field("ContinuousBackupsStatus", "ENABLED").key("PointInTimeRecoveryDescription").begin_object();
  json.field("PointInTimeRecoveryStatus", table.point_in_time_recovery ? "ENABLED" : "DISABLED");
  if (table.point_in_time_recovery) {
    json.field("RecoveryPeriodInDays", table.recovery_days);
    json.raw_field("EarliestRestorableDateTime", epoch_seconds(earliest_restorable(table, call)));
    json.raw_field("LatestRestorableDateTime", epoch_seconds(call.now));
  }
  json.end_object().end_object().end_object();
  return response;
}

}  // namespace

AwsResult<Outcome> update_continuous_backups(const DynamoDbReadModel& state, const Call& call) {
  json::Value specification = call.input["PointInTimeRecoverySpecification"];
  const Table& table = *TRY(require_backed_up_table(state, call, call.input["TableName"].string()));
  TableDescription description = table.description;
  bool enable = is_true(specification["PointInTimeRecoveryEnabled"]);
  if (!enable) description.recoverable_since = 0;
  else if (!description.point_in_time_recovery) description.recoverable_since = call.now;
  description.point_in_time_recovery = enable;
  json::Value days = specification["RecoveryPeriodInDays"];
  description.recovery_days = !enable ? 0 : days.is_number() ? days.integer() : kRecoveryDaysMax;
  http::Response response = describe(description, call);
  if (description == table.description) return outcome_of(std::move(response));
  return outcome_of(TableUpdated{.table = table.id, .description = std::move(description)}, std::move(response));
}

AwsResult<Outcome> describe_continuous_backups(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_backed_up_table(state, call, call.input["TableName"].string()));
  return outcome_of(describe(table.description, call));
}

}  // namespace cloudemu::dynamodb
