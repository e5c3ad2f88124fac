#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/auto_scaling.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

namespace {

constexpr std::string_view kMembers[] = {"ProvisionedWriteCapacityAutoScalingUpdate", "GlobalSecondaryIndexUpdates", "ReplicaUpdates"};

void copy_member(JsonWriter& json, json::Value from, std::string_view name) {
  if (is_given(from[name])) json.raw_field(name, from[name].text());
}

void write_index(JsonWriter& json, const IndexDescription& index, const AutoScaling& settings, std::string_view region) {
  json.begin_object().field("IndexName", index.name).field("IndexStatus", index.filling ? "CREATING" : "ACTIVE");
  write_scaling(json, "ProvisionedReadCapacityAutoScalingSettings", settings.reads(region, index.name));
  write_scaling(json, "ProvisionedWriteCapacityAutoScalingSettings", settings.writes(index.name));
  json.end_object();
}

void write_region(JsonWriter& json, const TableDescription& table, std::string_view region, const AutoScaling& settings) {
  json.begin_object().field("RegionName", region).key("GlobalSecondaryIndexes").begin_array();
  for (const IndexDescription& index : table.indexes) {
    if (index.global) write_index(json, index, settings, region);
  }
  json.end_array();
  write_scaling(json, "ReplicaProvisionedReadCapacityAutoScalingSettings", settings.reads(region));
  write_scaling(json, "ReplicaProvisionedWriteCapacityAutoScalingSettings", settings.writes());
  json.field("ReplicaStatus", "ACTIVE").end_object();
}

http::Response described(const Table& table, const TableDescription& description, std::string_view status) {
  AutoScaling settings(description);
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("TableAutoScalingDescription").begin_object();
  json.field("TableName", description.name).field("TableStatus", status).key("Replicas").begin_array();
  write_region(json, description, table.region, settings);
  for (const Replica& replica : description.replicas) write_region(json, description, replica.region, settings);
  json.end_array().end_object().end_object();
  return response;
}

}  // namespace

AutoScaling::AutoScaling(const TableDescription& table) {
  auto document = json::Document::parse(table.auto_scaling.text.empty() ? "{}" : table.auto_scaling.text);
  if (document) document_ = std::move(*document);
}

json::Value AutoScaling::writes(std::string_view index) const {
  return element_named(root()["GlobalSecondaryIndexUpdates"], "IndexName", index)["ProvisionedWriteCapacityAutoScalingUpdate"];
}

json::Value AutoScaling::reads(std::string_view region, std::string_view index) const {
  json::Value indexes = replica(region)["ReplicaGlobalSecondaryIndexUpdates"];
  return element_named(indexes, "IndexName", index)["ProvisionedReadCapacityAutoScalingUpdate"];
}

json::Value AutoScaling::replica(std::string_view region) const { return element_named(root()["ReplicaUpdates"], "RegionName", region); }

RawJson AutoScaling::with(json::Value input) const {
  RawJson out;
  JsonWriter json(out.text);
  json.begin_object();
  for (std::string_view member : kMembers) copy_member(json, is_given(input[member]) ? input : root(), member);
  json.end_object();
  return out;
}

json::Value element_named(json::Value list, std::string_view name, std::string_view text) {
  for (json::Value element : list.elements()) {
    if (element[name].string() == text) return element;
  }
  return json::Value();
}

void write_scaling(JsonWriter& json, std::string_view name, json::Value update) {
  if (!update.is_object()) return;
  json.key(name).begin_object();
  for (std::string_view member : {"MinimumUnits", "MaximumUnits", "AutoScalingDisabled", "AutoScalingRoleArn"}) {
    copy_member(json, update, member);
  }
  if (json::Value policy = update["ScalingPolicyUpdate"]; policy.is_object()) {
    json.key("ScalingPolicies").begin_array().begin_object();
    copy_member(json, policy, "PolicyName");
    copy_member(json, policy, "TargetTrackingScalingPolicyConfiguration");
    json.end_object().end_array();
  }
  json.end_object();
}

AwsResult<Outcome> update_replica_auto_scaling(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_usable_table(state, call));
  for (json::Value replica : call.input["ReplicaUpdates"].elements()) {
    std::string_view region = replica["RegionName"].string();
    auto is_there = [&](const Replica& known) { return known.region == region; };
    const auto& replicas = table.description.replicas;
    if (region == table.region || std::any_of(replicas.begin(), replicas.end(), is_there)) continue;
    return fail(validation(concat("The table has no replica in region: ", region)));
  }
  TableDescription description = table.description;
  description.auto_scaling = AutoScaling(table.description).with(call.input);
  http::Response response = described(table, description, "UPDATING");
  return outcome_of(TableUpdated{.table = table.id, .description = std::move(description)}, std::move(response));
}

AwsResult<Outcome> describe_replica_auto_scaling(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_named_table(state, call));
  return outcome_of(described(table, table.description, "ACTIVE"));
}

}  // namespace cloudemu::dynamodb
