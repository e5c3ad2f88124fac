#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/auto_scaling.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/global_table.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_rules.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateGlobalTableSettings.html: billing and capacity of all tables of
/// a global table of version 2017.11.29. Auto scaling is kept and told.
namespace cloudemu::dynamodb {

namespace {

void set_units(int64_t& units, json::Value given) {
  if (given.is_number()) units = given.integer();
}

/// Every index that is named must be there.
AwsResult<void> check_indexes(const TableDescription& table, json::Value list) {
  for (json::Value element : list.elements()) {
    std::string_view name = element["IndexName"].string();
    auto same = [&](const IndexDescription& index) { return index.global && index.name == name; };
    if (std::any_of(table.indexes.begin(), table.indexes.end(), same)) continue;
    return fail(AwsError{"IndexNotFoundException", 400, concat("Index not found: ", name)});
  }
  return {};
}

void copy_as(JsonWriter& json, std::string_view name, json::Value value) {
  if (is_given(value)) json.raw_field(name, value.text());
}

/// Of a list of indexes those with auto scaling, which is the member `from`, as a list in which it is the member `to`.
std::string indexes_as(json::Value list, std::string_view from, std::string_view to) {
  std::string text;
  for (json::Value index : list.elements()) {
    if (!index[from].is_object()) continue;
    text.append(text.empty() ? "[" : ",");
    JsonWriter json(text);
    json.begin_object().field("IndexName", index["IndexName"].string()).raw_field(to, index[from].text()).end_object();
  }
  return text.empty() ? text : text.append("]");
}

/// What this call says of auto scaling, as UpdateTableReplicaAutoScaling would say it of one table.
std::string scaling_of(json::Value input, std::string_view region, json::Value replica) {
  std::string text;
  std::string writes = indexes_as(input["GlobalTableGlobalSecondaryIndexSettingsUpdate"],
                                  "ProvisionedWriteCapacityAutoScalingSettingsUpdate", "ProvisionedWriteCapacityAutoScalingUpdate");
  std::string reads = indexes_as(replica["ReplicaGlobalSecondaryIndexSettingsUpdate"], "ProvisionedReadCapacityAutoScalingSettingsUpdate",
                                 "ProvisionedReadCapacityAutoScalingUpdate");
  json::Value own_reads = replica["ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate"];
  JsonWriter json(text);
  json.begin_object();
  copy_as(json, "ProvisionedWriteCapacityAutoScalingUpdate", input["GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate"]);
  if (!writes.empty()) json.raw_field("GlobalSecondaryIndexUpdates", writes);
  if (own_reads.is_object() || !reads.empty()) {
    json.key("ReplicaUpdates").begin_array().begin_object().field("RegionName", region);
    copy_as(json, "ReplicaProvisionedReadCapacityAutoScalingUpdate", own_reads);
    if (!reads.empty()) json.raw_field("ReplicaGlobalSecondaryIndexUpdates", reads);
    json.end_object().end_array();
  }
  json.end_object();
  return text;
}

AwsResult<TableDescription> changed(const Call& call, const Table& table) {
  TableDescription description = table.description;
  json::Value input = call.input, writes = input["GlobalTableGlobalSecondaryIndexSettingsUpdate"];
  json::Value replica = element_named(input["ReplicaSettingsUpdate"], "RegionName", table.region);
  json::Value reads = replica["ReplicaGlobalSecondaryIndexSettingsUpdate"];
  TRY(check_indexes(description, writes));
  TRY(check_indexes(description, reads));
  if (json::Value mode = input["GlobalTableBillingMode"]; mode.is_string() && mode.string() != description.billing_mode) {
    description.billing_mode = mode.string();
    if (mode.string() == "PAY_PER_REQUEST") description.on_demand_since = call.now;
    else drop_on_demand_maxima(description);
  }
  set_units(description.throughput.write, input["GlobalTableProvisionedWriteCapacityUnits"]);
  set_units(description.throughput.read, replica["ReplicaProvisionedReadCapacityUnits"]);
  if (json::Value table_class = replica["ReplicaTableClass"]; table_class.is_string()) description.table_class = table_class.string();
  for (IndexDescription& index : description.indexes) {
    set_units(index.throughput.write, element_named(writes, "IndexName", index.name)["ProvisionedWriteCapacityUnits"]);
    set_units(index.throughput.read, element_named(reads, "IndexName", index.name)["ProvisionedReadCapacityUnits"]);
  }
  auto scaling = json::Document::parse(scaling_of(input, table.region, replica));
  if (scaling && scaling->root().size() > 0) description.auto_scaling = AutoScaling(description).with(scaling->root());
  if (description.billing_mode == "PAY_PER_REQUEST") {
    description.throughput.read = description.throughput.write = 0;
    for (IndexDescription& index : description.indexes) index.throughput.read = index.throughput.write = 0;
  }
  return description;
}

void write_units(JsonWriter& json, const IndexDescription& index, const AutoScaling& scaling, std::string_view region) {
  json.begin_object().field("IndexName", index.name).field("IndexStatus", index.filling ? "CREATING" : "ACTIVE");
  if (index.throughput.read > 0) json.field("ProvisionedReadCapacityUnits", index.throughput.read);
  if (index.throughput.write > 0) json.field("ProvisionedWriteCapacityUnits", index.throughput.write);
  write_scaling(json, "ProvisionedReadCapacityAutoScalingSettings", scaling.reads(region, index.name));
  write_scaling(json, "ProvisionedWriteCapacityAutoScalingSettings", scaling.writes(index.name));
  json.end_object();
}

void write_settings(JsonWriter& json, std::string_view name, const std::vector<Table>& tables) {
  json.begin_object().field("GlobalTableName", name).key("ReplicaSettings").begin_array();
  for (const Table& table : tables) {
    const TableDescription& d = table.description;
    AutoScaling scaling(d);
    json.begin_object().field("RegionName", table.region).field("ReplicaStatus", "ACTIVE");
    json.key("ReplicaBillingModeSummary").begin_object().field("BillingMode", d.billing_mode);
    if (d.on_demand_since > 0) json.raw_field("LastUpdateToPayPerRequestDateTime", epoch_seconds(d.on_demand_since));
    json.end_object();
    json.field("ReplicaProvisionedReadCapacityUnits", d.throughput.read);
    json.field("ReplicaProvisionedWriteCapacityUnits", d.throughput.write).key("ReplicaGlobalSecondaryIndexSettings").begin_array();
    for (const IndexDescription& index : d.indexes) {
      if (index.global) write_units(json, index, scaling, table.region);
    }
    json.end_array();
    write_scaling(json, "ReplicaProvisionedReadCapacityAutoScalingSettings", scaling.reads(table.region));
    write_scaling(json, "ReplicaProvisionedWriteCapacityAutoScalingSettings", scaling.writes());
    if (!d.table_class.empty()) json.key("ReplicaTableClassSummary").begin_object().field("TableClass", d.table_class).end_object();
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace

AwsResult<Outcome> describe_global_table_settings(const DynamoDbReadModel& state, const Call& call) {
  std::vector<Table> tables = TRY(require_group(state, call));
  http::Response response;
  JsonWriter json(response.body);
  write_settings(json, call.input["GlobalTableName"].string(), tables);
  return outcome_of(std::move(response));
}

AwsResult<Outcome> update_global_table_settings(const DynamoDbReadModel& state, const Call& call) {
  std::vector<Table> tables = TRY(require_group(state, call));
  for (json::Value replica : call.input["ReplicaSettingsUpdate"].elements()) {
    std::string_view region = replica["RegionName"].string();
    if (std::any_of(tables.begin(), tables.end(), [&](const Table& table) { return table.region == region; })) continue;
    return fail(AwsError{"ReplicaNotFoundException", 400, concat("Replica not found in region: ", region)});
  }
  Answer answer;
  for (Table& table : tables) {
    TableDescription description = TRY(changed(call, table));
    if (description == table.description) continue;
    table.description = description;
    answer.events.push_back(TableUpdated{.table = table.id, .description = std::move(description)});
  }
  JsonWriter json(answer.response.body);
  write_settings(json, call.input["GlobalTableName"].string(), tables);
  return answer;
}

}  // namespace cloudemu::dynamodb
