#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/table_description.h"

/// CreateBackup, DescribeBackup, ListBackups, DeleteBackup.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BackupRestore.html
namespace cloudemu::dynamodb {

namespace {

constexpr int64_t kListMax = 100;

bool is_visible(const Backup& backup, TimeMs now) {
  return backup.facts.kind != kHold && (backup.facts.expires_at == 0 || backup.facts.expires_at > now);
}

void write_details(JsonWriter& json, const BackupCreated& backup, std::string_view status) {
  json.key("BackupDetails").begin_object();
  json.field("BackupArn", backup.arn).field("BackupName", backup.name).field("BackupSizeBytes", backup.bytes);
  json.field("BackupStatus", status).field("BackupType", backup.kind);
  json.raw_field("BackupCreationDateTime", epoch_seconds(backup.created_at));
  if (backup.expires_at > 0) json.raw_field("BackupExpiryDateTime", epoch_seconds(backup.expires_at));
  json.end_object();
}

void write_source(JsonWriter& json, const BackupCreated& backup) {
  const TableDescription& table = backup.description;
  json.key("SourceTableDetails").begin_object();
  json.field("TableName", table.name).field("TableId", table.table_id);
  json.field("TableArn", table_arn(backup.region, backup.account, table.name)).field("TableSizeBytes", backup.bytes);
  write_key_schema(json, {table.hash}, table.range ? std::vector{*table.range} : std::vector<KeyAttribute>());
  json.raw_field("TableCreationDateTime", epoch_seconds(table.created_at));
  json.key("ProvisionedThroughput").begin_object();
  json.field("ReadCapacityUnits", table.throughput.read).field("WriteCapacityUnits", table.throughput.write).end_object();
  write_on_demand_max(json, table.on_demand_max);
  json.field("ItemCount", backup.items).field("BillingMode", table.billing_mode).end_object();
}

void write_indexes(JsonWriter& json, const TableDescription& table, bool global) {
  auto is_wanted = [&](const IndexDescription& index) { return index.global == global; };
  if (std::none_of(table.indexes.begin(), table.indexes.end(), is_wanted)) return;
  json.key(global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes").begin_array();
  for (const IndexDescription& index : table.indexes) {
    if (!is_wanted(index)) continue;
    json.begin_object().field("IndexName", index.name);
    write_key_schema(json, index.hash, index.range);
    write_projection(json, index);
    if (global) {
      json.key("ProvisionedThroughput").begin_object();
      json.field("ReadCapacityUnits", index.throughput.read).field("WriteCapacityUnits", index.throughput.write).end_object();
      write_on_demand_max(json, index.on_demand_max);
    }
    json.end_object();
  }
  json.end_array();
}

void write_features(JsonWriter& json, const BackupCreated& backup) {
  const TableDescription& table = backup.description;
  json.key("SourceTableFeatureDetails").begin_object();
  write_indexes(json, table, false);
  write_indexes(json, table, true);
  if (!table.stream_view_type.empty()) {
    json.key("StreamDescription").begin_object();
    json.field("StreamEnabled", true).field("StreamViewType", table.stream_view_type).end_object();
  }
  if (!table.ttl_attribute.empty()) {
    json.key("TimeToLiveDescription").begin_object();
    json.field("TimeToLiveStatus", "ENABLED").field("AttributeName", table.ttl_attribute).end_object();
  }
  write_encryption(json, backup.region, backup.account, table);
  json.end_object();
}

http::Response description_of(const BackupCreated& backup, std::string_view status) {
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("BackupDescription").begin_object();
  write_details(json, backup, status);
  write_source(json, backup);
  write_features(json, backup);
  json.end_object().end_object();
  return response;
}

}  // namespace

AwsResult<Backup> require_backup(const DynamoDbReadModel& state, const Call& call, Reach reach) {
  std::string_view arn = call.input["BackupArn"].string();
  auto backup = state.backups().find(arn);
  bool is_near = backup && (reach == Reach::account || backup->facts.region == call.principal.region);
  if (!is_near || backup->facts.account != call.principal.account || !is_visible(*backup, call.now)) {
    return fail(AwsError{"BackupNotFoundException", 400, concat("Backup not found: ", arn)});
  }
  return std::move(*backup);
}

BackupCreated backup_of(const DynamoDbReadModel& state, const Table& table, std::string_view kind, TimeMs now) {
  auto totals = state.totals(table.id);
  BackupCreated backup{.account = table.account, .region = table.region, .table = table.id, .kind = std::string(kind)};
  backup.description = table.description;
  backup.items = totals.items;
  backup.bytes = totals.bytes;
  backup.created_at = now;
  return backup;
}

std::string backup_arn(const Table& table, TimeMs now, Entropy& entropy) {
  return concat(table_arn(table), "/backup/0", now, '-', entropy.uuid().substr(0, 8));
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html. The reply says CREATING, as AWS's does; the backup
/// is there at once.
AwsResult<Outcome> create_backup(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_backed_up_table(state, call, call.input["TableName"].string()));
  if (is_filling(table)) {
    return fail(AwsError{"TableInUseException", 400, concat("Table is being created: ", table.description.name)});
  }
  BackupCreated backup = backup_of(state, table, kUserBackup, call.now);
  backup.name = call.input["BackupName"].string();
  backup.arn = backup_arn(table, call.now, call.entropy);
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object();
  write_details(json, backup, "CREATING");
  json.end_object();
  return outcome_of(std::move(backup), std::move(response));
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBackup.html
AwsResult<Outcome> describe_backup(const DynamoDbReadModel& state, const Call& call) {
  Backup backup = TRY(require_backup(state, call));
  return outcome_of(description_of(backup.facts, "AVAILABLE"));
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteBackup.html
AwsResult<Outcome> delete_backup(const DynamoDbReadModel& state, const Call& call) {
  Backup backup = TRY(require_backup(state, call));
  if (backup.in_use) {
    return fail(AwsError{"BackupInUseException", 400, concat("Backup is being used by a restore or an export: ", backup.facts.arn)});
  }
  return outcome_of(BackupDeleted{.backup = backup.number, .table = backup.facts.table}, description_of(backup.facts, "DELETED"));
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html
AwsResult<Outcome> list_backups(const DynamoDbReadModel& state, const Call& call) {
  json::Value input = call.input;
  int64_t limit = input["Limit"].is_number() ? input["Limit"].integer() : kListMax;
  std::string_view type = input["BackupType"].string(), table = input["TableName"].string();
  if (!table.empty()) table = TRY(resolve_table(call, table)).name;
  json::Value since = input["TimeRangeLowerBound"], before = input["TimeRangeUpperBound"];
  auto at = [](json::Value seconds) { return static_cast<TimeMs>(seconds.number() * 1000); };
  auto is_wanted = [&](const Backup& backup) {
    if (!is_visible(backup, call.now) || (!table.empty() && backup.facts.description.name != table)) return false;
    if (!type.empty() && type != "ALL" && backup.facts.kind != type) return false;
    if (since.is_number() && backup.facts.created_at < at(since)) return false;
    return !before.is_number() || backup.facts.created_at < at(before);
  };
  http::Response response;
  JsonWriter json(response.body);
  std::string last;
  bool more = false;
  json.begin_object().key("BackupSummaries").begin_array();
  state.backups().for_each(call.principal.account, call.principal.region, input["ExclusiveStartBackupArn"].string(),
                           [&](const Backup& backup) {
                             if (!is_wanted(backup)) return true;
                             more = limit-- == 0;
                             if (more) return false;
                             const BackupCreated& b = backup.facts;
                             json.begin_object().field("TableName", b.description.name).field("TableId", b.description.table_id);
                             json.field("TableArn", table_arn(b.region, b.account, b.description.name)).field("BackupArn", b.arn);
                             json.field("BackupName", b.name).raw_field("BackupCreationDateTime", epoch_seconds(b.created_at));
                             if (b.expires_at > 0) json.raw_field("BackupExpiryDateTime", epoch_seconds(b.expires_at));
                             json.field("BackupStatus", "AVAILABLE").field("BackupType", b.kind).field("BackupSizeBytes", b.bytes);
                             json.end_object();
                             last = b.arn;
                             return true;
                           });
  json.end_array();
  if (more) json.field("LastEvaluatedBackupArn", last);
  json.end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
