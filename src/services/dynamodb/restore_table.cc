#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_rules.h"

/// RestoreTableFromBackup and RestoreTableToPointInTime: a new table, which a job fills.
namespace cloudemu::dynamodb {

namespace {

std::vector<std::string_view> sorted(std::vector<std::string_view> names) {
  std::sort(names.begin(), names.end());
  return names;
}

bool has_key(const IndexDescription& index, json::Value schema) {
  std::vector<std::string_view> hash, range, asked_hash, asked_range;
  for (const KeyAttribute& attribute : index.hash) hash.push_back(attribute.name);
  for (const KeyAttribute& attribute : index.range) range.push_back(attribute.name);
  for (json::Value element : schema.elements()) {
    (element["KeyType"].string() == "HASH" ? asked_hash : asked_range).push_back(element["AttributeName"].string());
  }
  return hash == asked_hash && range == asked_range;
}

bool has_projection(const IndexDescription& index, json::Value projection) {
  std::vector<std::string_view> asked;
  for (json::Value name : projection["NonKeyAttributes"].elements()) asked.push_back(name.string());
  bool same = sorted({index.included.begin(), index.included.end()}) == sorted(std::move(asked));
  return same && projection["ProjectionType"].string() == index.projection;
}

/// An index override lists the indexes that the new table keeps, as the source table has them: new ones cannot be made.
AwsResult<void> keep_indexes(TableDescription& table, json::Value kept, bool global) {
  if (!kept.is_array()) return {};
  auto find = [&](std::string_view name) {
    return std::find_if(table.indexes.begin(), table.indexes.end(), [&](const auto& i) { return i.global == global && i.name == name; });
  };
  for (json::Value index : kept.elements()) {
    std::string_view name = index["IndexName"].string();
    auto source = find(name);
    if (source == table.indexes.end()) return fail(invalid_values(concat("The index ", name, " is not one of the source table")));
    bool same_key = has_key(*source, index["KeySchema"]);
    if (same_key && has_projection(*source, index["Projection"])) continue;
    return fail(invalid_values(
        concat("The ", same_key ? "Projection" : "KeySchema", " of the index ", name, " is not the one that it has in the source table")));
  }
  auto is_left_out = [&](const IndexDescription& index) {
    if (index.global != global) return false;
    for (json::Value other : kept.elements()) {
      if (other["IndexName"].string() == index.name) return false;
    }
    return true;
  };
  std::erase_if(table.indexes, is_left_out);
  return {};
}

/// An index override may say what its index is to have in the new table; `table` has its own billing by now.
AwsResult<void> take_index_rates(TableDescription& table, json::Value kept) {
  for (json::Value asked : kept.elements()) {
    std::string_view name = asked["IndexName"].string();
    Asked of_index{.of_new_table = true, .billing_mode = table.billing_mode, .index = name};
    auto index = std::find_if(table.indexes.begin(), table.indexes.end(), [&](const auto& i) { return i.global && i.name == name; });
    if (json::Value throughput = asked["ProvisionedThroughput"]; throughput.is_object()) {
      TRY(check_throughput(throughput, of_index));
      index->throughput = read_throughput(throughput);
    }
    TRY(check_on_demand_max(asked["OnDemandThroughput"], of_index));
    change_on_demand_max(asked["OnDemandThroughput"], index->on_demand_max);
  }
  return {};
}

AwsResult<void> apply_overrides(TableDescription& table, json::Value input, TimeMs now) {
  TRY(keep_indexes(table, input["GlobalSecondaryIndexOverride"], true));
  TRY(keep_indexes(table, input["LocalSecondaryIndexOverride"], false));
  json::Value throughput = input["ProvisionedThroughputOverride"];
  if (input["BillingModeOverride"].is_string()) {
    table.billing_mode = input["BillingModeOverride"].string();
    TRY(check_throughput(throughput, {.of_new_table = true, .billing_mode = table.billing_mode}));
    table.throughput = {};
    bool on_demand = table.billing_mode == "PAY_PER_REQUEST";
    table.on_demand_since = on_demand ? now : 0;
    for (IndexDescription& index : table.indexes) index.throughput = {};
    if (!on_demand) drop_on_demand_maxima(table);
  }
  TRY(take_index_rates(table, input["GlobalSecondaryIndexOverride"]));
  if (throughput.is_object()) {
    TRY(check_throughput(throughput, {.of_new_table = true, .billing_mode = table.billing_mode}));
    table.throughput = read_throughput(throughput);
    for (IndexDescription& index : table.indexes) {
      if (index.global && index.throughput.read == 0) index.throughput = table.throughput;
    }
  }
  TRY(check_on_demand_max(input["OnDemandThroughputOverride"], {.of_new_table = true, .billing_mode = table.billing_mode}));
  change_on_demand_max(input["OnDemandThroughputOverride"], table.on_demand_max);
  TRY(check_encryption(input["SSESpecificationOverride"]));
  if (input["SSESpecificationOverride"].is_object()) table.sse.text = input["SSESpecificationOverride"].text();
  return {};
}

/// A key is good in its own region only: a table that comes from another one is told how to be encrypted.
AwsResult<void> check_way(const Call& call, std::string_view from_region) {
  if (from_region == call.principal.region || call.input["SSESpecificationOverride"].is_object()) return {};
  return fail(invalid_values("SSESpecificationOverride must be specified when a table is restored to another region"));
}

/// What a restored table has of its source: keys, indexes, throughput and encryption. Streams, TTL, tags, policies, protection and
/// recovery are the source's own.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
AwsResult<TableDescription> description_of(const DynamoDbReadModel& state, const Call& call, const TableDescription& source) {
  TableDescription table;
  table.name = call.input["TargetTableName"].string();
  if (state.find_table(call.principal.account, call.principal.region, table.name)) {
    return fail(AwsError{"TableAlreadyExistsException", 400, concat("Table already exists: ", table.name)});
  }
  table.table_id = call.entropy.uuid();
  table.created_at = call.now;
  table.attributes = source.attributes;
  table.hash = source.hash;
  table.range = source.range;
  table.indexes = source.indexes;
  table.indexes_made = source.indexes_made;
  for (IndexDescription& index : table.indexes) index.filling = false;
  table.billing_mode = source.billing_mode;
  table.on_demand_since = source.billing_mode == "PAY_PER_REQUEST" ? call.now : 0;
  table.throughput = {.read = source.throughput.read, .write = source.throughput.write};
  table.on_demand_max = source.on_demand_max;
  table.warm = source.warm;
  table.table_class = source.table_class;
  table.sse = source.sse;
  TRY(apply_overrides(table, call.input, call.now));
  // Only what keys still use is defined.
  std::erase_if(table.attributes, [&](const KeyAttribute& attribute) {
    auto has = [&](const std::vector<KeyAttribute>& keys) {
      return std::any_of(keys.begin(), keys.end(), [&](const KeyAttribute& key) { return key.name == attribute.name; });
    };
    bool is_own = attribute.name == table.hash.name || (table.range && attribute.name == table.range->name);
    return !is_own && std::none_of(table.indexes.begin(), table.indexes.end(),
                                   [&](const IndexDescription& index) { return has(index.hash) || has(index.range); });
  });
  return table;
}

/// The job that fills the table follows from its event (backup_jobs.h).
Answer answer_of(const Call& call, TableDescription description, std::optional<Event> hold) {
  Answer answer;
  JsonWriter json(answer.response.body);
  Table table{0, call.principal.account, call.principal.region, std::move(description)};
  json.begin_object().key("TableDescription");
  write_table(json, {.table = table, .occasion = Occasion::created});
  json.end_object();
  if (hold) answer.events.push_back(std::move(*hold));
  answer.events.push_back(TableCreated{.account = table.account, .region = table.region, .description = std::move(table.description)});
  return answer;
}

/// The moment that is asked for, in the span for which the table can be restored.
AwsResult<TimeMs> moment_of(const Table& table, const Call& call) {
  json::Value time = call.input["RestoreDateTime"];
  if (is_true(call.input["UseLatestRestorableTime"])) return call.now;
  if (!time.is_number()) {
    return fail(AwsError{"InvalidRestoreTimeException", 400, "Either RestoreDateTime or UseLatestRestorableTime must be given"});
  }
  auto at = static_cast<TimeMs>(time.number() * 1000);
  TimeMs earliest = earliest_restorable(table.description, call);
  // Times are given in whole seconds.
  bool is_early = at<earliest / kSecondMs * kSecondMs, is_late = at> call.now;
  if (!is_early && !is_late) return at;
  return fail(AwsError{"InvalidRestoreTimeException", 400,
                       concat("The RestoreDateTime must be between ", epoch_seconds(earliest), " and ", epoch_seconds(call.now))});
}

}  // namespace

TimeMs earliest_restorable(const TableDescription& table, const Call& call) {
  TimeMs since = std::max({table.recoverable_since, call.now - table.recovery_days * kDayMs, call.history_since});
  return std::min(since, call.now);
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html
AwsResult<Outcome> restore_table_from_backup(const DynamoDbReadModel& state, const Call& call) {
  Backup backup = TRY(require_backup(state, call, Reach::account));
  TRY(check_way(call, backup.facts.region));
  TableDescription table = TRY(description_of(state, call, backup.facts.description));
  table.origin = Origin{.kind = std::string(kFromBackup),
                        .source = backup.facts.arn,
                        .source_table = table_arn(backup.facts.region, backup.facts.account, backup.facts.description.name),
                        .at = backup.facts.created_at,
                        .table = backup.facts.table,
                        .backup = backup.number,
                        .filling = true};
  return answer_of(call, std::move(table), std::nullopt);
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html. What the table is now is kept until
/// it is copied; what it was earlier stands in the log.
AwsResult<Outcome> restore_table_to_point_in_time(const DynamoDbReadModel& state, const Call& call) {
  json::Value arn = call.input["SourceTableArn"], name = call.input["SourceTableName"];
  if (arn.is_string() == name.is_string()) {
    return fail(validation("Exactly one of SourceTableArn and SourceTableName must be given"));
  }
  if (arn.is_string()) TRY(check_is_arn(arn.string()));
  const Table& source = *TRY(require_backed_up_table(state, call, arn.is_string() ? arn.string() : name.string(), Reach::account));
  if (!source.description.point_in_time_recovery) {
    return fail(AwsError{"PointInTimeRecoveryUnavailableException", 400,
                         concat("Point in time recovery is not enabled for table '", source.description.name, "'")});
  }
  TRY(check_way(call, source.region));
  TimeMs at = TRY(moment_of(source, call));
  TableDescription table = TRY(description_of(state, call, source.description));
  table.origin = Origin{.kind = std::string(kFromPast), .source = {}, .source_table = table_arn(source), .at = at};
  table.origin->table = source.id;
  table.origin->filling = true;
  if (!is_true(call.input["UseLatestRestorableTime"]) && has_past(call)) return answer_of(call, std::move(table), std::nullopt);
  return answer_of(call, std::move(table), Event(backup_of(state, source, kHold, call.now)));
}

}  // namespace cloudemu::dynamodb
