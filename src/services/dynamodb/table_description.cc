#include "services/dynamodb/table_description.h"

#include <algorithm>

#include "core/strings.h"
#include "protocol/json.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/table_rules.h"

namespace cloudemu::dynamodb {

namespace {

void write_key_elements(JsonWriter& json, const std::vector<KeyAttribute>& attributes, std::string_view type) {
  for (const KeyAttribute& attribute : attributes) {
    json.begin_object().field("AttributeName", attribute.name).field("KeyType", type).end_object();
  }
}

void write_throughput(JsonWriter& json, const Throughput& throughput) {
  json.key("ProvisionedThroughput").begin_object();
  if (throughput.increased_at > 0) json.raw_field("LastIncreaseDateTime", epoch_seconds(throughput.increased_at));
  if (throughput.decreased_at > 0) json.raw_field("LastDecreaseDateTime", epoch_seconds(throughput.decreased_at));
  json.field("NumberOfDecreasesToday", throughput.decreases);
  json.field("ReadCapacityUnits", throughput.read).field("WriteCapacityUnits", throughput.write).end_object();
}

/// The replies that make a table or change it tell what was asked for, which is then still to come. `known`: what was asked for before.
void write_warm(JsonWriter& json, const DescribedTable& d, const ReadWrite& asked, const ReadWrite& known, const Throughput& throughput) {
  bool is_to_come = (d.occasion == Occasion::created || d.occasion == Occasion::updated) && asked != known;
  if (d.occasion != Occasion::described && !is_to_come) return;
  ReadWrite warm = warm_of(asked, throughput, d.table.description.billing_mode);
  json.key("WarmThroughput").begin_object().field("ReadUnitsPerSecond", warm.read);
  json.field("Status", is_to_come ? "UPDATING" : "ACTIVE").field("WriteUnitsPerSecond", warm.write).end_object();
}

ReadWrite warm_before(const DescribedTable& d, const IndexDescription& index) {
  if (!d.before) return {};
  for (const IndexDescription& known : d.before->indexes) {
    if (known.number == index.number) return known.warm;
  }
  return {};
}

std::string_view index_status(const DescribedTable& d, const IndexDescription& index) {
  if (&index == d.old_index) return "DELETING";
  bool is_new = d.occasion == Occasion::created || index.name == d.new_index;
  return is_new || index.filling ? "CREATING" : "ACTIVE";
}

void write_index(JsonWriter& json, const DescribedTable& d, const IndexDescription& index) {
  json.begin_object().field("IndexName", index.name);
  write_key_schema(json, index.hash, index.range);
  write_projection(json, index);
  bool is_new = d.occasion == Occasion::created || index.name == d.new_index || &index == d.old_index;
  auto totals = d.state && !is_new ? d.state->index_totals(d.table.id, index.number) : DynamoDbProjection::Totals();
  json.field("IndexSizeBytes", totals.bytes).field("ItemCount", totals.items);
  json.field("IndexArn", index_arn(d.table, index.name));
  if (index.global) {
    std::string_view status = index_status(d, index);
    json.field("IndexStatus", status);
    bool is_being_made = status == "CREATING" && d.occasion != Occasion::created;
    if (is_being_made) json.field("Backfilling", index.filling && d.occasion == Occasion::described);
    write_throughput(json, index.throughput);
    write_on_demand_max(json, index.on_demand_max, d.occasion);
    write_warm(json, d, index.warm, warm_before(d, index), index.throughput);
  }
  json.end_object();
}

void write_indexes(JsonWriter& json, const DescribedTable& d, bool global) {
  const std::vector<IndexDescription>& indexes = d.table.description.indexes;
  bool any = std::any_of(indexes.begin(), indexes.end(), [&](const IndexDescription& index) { return index.global == global; });
  bool removes = global && d.old_index;
  if (!any && !removes) return;
  json.key(global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes").begin_array();
  for (const IndexDescription& index : indexes) {
    if (index.global == global) write_index(json, d, index);
  }
  if (removes) write_index(json, d, *d.old_index);
  json.end_array();
}

/// AWS tells the definitions in the order of their names, whatever their order in the request was.
void write_schema(JsonWriter& json, const TableDescription& table) {
  std::vector<KeyAttribute> attributes = table.attributes;
  std::sort(attributes.begin(), attributes.end(), [](const KeyAttribute& a, const KeyAttribute& b) { return a.name < b.name; });
  json.key("AttributeDefinitions").begin_array();
  for (const KeyAttribute& attribute : attributes) {
    json.begin_object().field("AttributeName", attribute.name).field("AttributeType", attribute.type).end_object();
  }
  json.end_array();
  write_key_schema(json, {table.hash}, table.range ? std::vector{*table.range} : std::vector<KeyAttribute>());
}

void write_billing(JsonWriter& json, const TableDescription& table, Occasion occasion) {
  bool on_demand = table.billing_mode == "PAY_PER_REQUEST";
  if (!on_demand && table.on_demand_since == 0) return;
  json.key("BillingModeSummary").begin_object().field("BillingMode", table.billing_mode);
  if (occasion != Occasion::created && table.on_demand_since > 0) {
    json.raw_field("LastUpdateToPayPerRequestDateTime", epoch_seconds(table.on_demand_since));
  }
  json.end_object();
}

void write_stream(JsonWriter& json, const Table& table) {
  const TableDescription& d = table.description;
  if (!d.stream_view_type.empty()) {
    json.key("StreamSpecification").begin_object();
    json.field("StreamEnabled", true).field("StreamViewType", d.stream_view_type).end_object();
  }
  if (d.stream_label.empty()) return;
  json.field("LatestStreamLabel", d.stream_label).field("LatestStreamArn", stream_arn(table));
}

/// Each lists the other regions.
void write_replicas(JsonWriter& json, const TableDescription& table) {
  if (table.replicas.empty()) return;
  json.field("GlobalTableVersion", table.global_version).key("Replicas").begin_array();
  for (const Replica& replica : table.replicas) write_replica(json, replica);
  json.end_array();
}

void write_restore(JsonWriter& json, const TableDescription& table) {
  if (!table.origin || table.origin->kind == kImported) return;
  json.key("RestoreSummary").begin_object();
  if (!table.origin->source.empty()) json.field("SourceBackupArn", table.origin->source);
  json.field("SourceTableArn", table.origin->source_table);
  json.raw_field("RestoreDateTime", epoch_seconds(table.origin->at)).field("RestoreInProgress", table.origin->filling).end_object();
}

std::string_view status(const DescribedTable& d) {
  if (d.occasion == Occasion::described && is_filling(d.table)) return "CREATING";
  switch (d.occasion) {
    case Occasion::created: return "CREATING";
    case Occasion::updated: return "UPDATING";
    case Occasion::deleted: return "DELETING";
    case Occasion::described: break;
  }
  return "ACTIVE";
}

}  // namespace

void write_key_schema(JsonWriter& json, const std::vector<KeyAttribute>& hash, const std::vector<KeyAttribute>& range) {
  json.key("KeySchema").begin_array();
  write_key_elements(json, hash, "HASH");
  write_key_elements(json, range, "RANGE");
  json.end_array();
}

void write_projection(JsonWriter& json, const IndexDescription& index) {
  json.key("Projection").begin_object().field("ProjectionType", index.projection);
  if (!index.included.empty()) {
    json.key("NonKeyAttributes").begin_array();
    for (const std::string& name : index.included) json.string(name);
    json.end_array();
  }
  json.end_object();
}

void write_on_demand_max(JsonWriter& json, const ReadWrite& max, Occasion occasion) {
  // An old log may hold a -1, which says that there is none.
  auto is_told = [&](int64_t units) { return occasion == Occasion::updated ? units != 0 : units > 0; };
  if (!is_told(max.read) && !is_told(max.write)) return;
  json.key("OnDemandThroughput").begin_object();
  if (is_told(max.read)) json.field("MaxReadRequestUnits", max.read);
  if (is_told(max.write)) json.field("MaxWriteRequestUnits", max.write);
  json.end_object();
}

void write_encryption(JsonWriter& json, std::string_view region, std::string_view account, const TableDescription& table) {
  if (!is_encrypted(table.sse)) return;
  auto document = json::Document::parse(table.sse.text);
  // The key that an alias, or nothing, stands for has an id that nobody knows: the table's is as good as another.
  std::string_view key = document->root()["KMSMasterKeyId"].string();
  std::string_view id = key.empty() || key.starts_with("alias/") ? std::string_view(table.table_id) : key;
  json.key("SSEDescription").begin_object().field("Status", "ENABLED").field("SSEType", "KMS");
  json.field("KMSMasterKeyArn", key.starts_with("arn:") ? std::string(key) : concat("arn:aws:kms:", region, ':', account, ":key/", id));
  json.end_object();
}

std::string epoch_seconds(TimeMs time) {
  std::string milliseconds = std::to_string(time % 1000);
  return concat(time / 1000, '.', std::string(3 - milliseconds.size(), '0'), milliseconds);
}

void write_replica(JsonWriter& json, const Replica& replica) {
  json.begin_object().field("RegionName", replica.region).field("ReplicaStatus", replica.filling ? "CREATING" : "ACTIVE");
  if (!replica.kms_key.empty()) json.field("KMSMasterKeyId", replica.kms_key);
  if (replica.read_override > 0) {
    json.key("ProvisionedThroughputOverride").begin_object().field("ReadCapacityUnits", replica.read_override).end_object();
  }
  if (replica.on_demand_read_max != 0) {
    json.key("OnDemandThroughputOverride").begin_object().field("MaxReadRequestUnits", replica.on_demand_read_max).end_object();
  }
  if (!replica.index_overrides.text.empty()) json.raw_field("GlobalSecondaryIndexes", replica.index_overrides.text);
  if (!replica.table_class.empty()) {
    json.key("ReplicaTableClassSummary").begin_object().field("TableClass", replica.table_class).end_object();
  }
  json.end_object();
}

void write_table(JsonWriter& json, const DescribedTable& d) {
  const TableDescription& table = d.table.description;
  bool full = d.occasion != Occasion::deleted;
  auto totals = d.state ? d.state->totals(d.table.id) : DynamoDbProjection::Totals();
  json.begin_object();
  if (full) write_schema(json, table);
  json.field("TableName", table.name).field("TableStatus", status(d));
  if (full) json.raw_field("CreationDateTime", epoch_seconds(table.created_at));
  write_throughput(json, table.throughput);
  json.field("TableSizeBytes", totals.bytes).field("ItemCount", totals.items);
  json.field("TableArn", table_arn(d.table)).field("TableId", table.table_id);
  write_billing(json, table, d.occasion);
  if (full) {
    write_indexes(json, d, false);
    write_indexes(json, d, true);
    write_on_demand_max(json, table.on_demand_max, d.occasion);
  }
  write_stream(json, d.table);
  write_replicas(json, table);
  write_restore(json, table);
  bool changes_encryption = d.before && is_encrypted_otherwise(d.before->sse, table.sse);
  if (changes_encryption) json.key("SSEDescription").begin_object().field("Status", "UPDATING").end_object();
  else write_encryption(json, d.table.region, d.table.account, table);
  if (!table.table_class.empty()) {
    json.key("TableClassSummary").begin_object().field("TableClass", table.table_class);
    if (table.class_changed_at > 0) json.raw_field("LastUpdateDateTime", epoch_seconds(table.class_changed_at));
    json.end_object();
  }
  json.field("DeletionProtectionEnabled", table.deletion_protection);
  write_warm(json, d, table.warm, d.before ? d.before->warm : ReadWrite{}, table.throughput);
  json.end_object();
}

}  // namespace cloudemu::dynamodb
