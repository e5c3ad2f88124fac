#include "services/dynamodb/replica_overrides.h"

#include <algorithm>
#include <map>

#include "core/json_writer.h"

namespace cloudemu::dynamodb {

namespace {

/// Calls `visit` for each rate that is overridden: the name of its index (empty: the table itself), where it stands, what is asked for.
template <class Visit>
void for_each_read_override(const Replica& replica, TableDescription& table, const Visit& visit) {
  bool on_demand = table.billing_mode == "PAY_PER_REQUEST";
  auto look = [&](std::string_view index, int64_t units, int64_t requests, Throughput& throughput, ReadWrite& max) {
    int64_t asked = on_demand ? requests : units;
    if (asked != 0) visit(index, on_demand ? max.read : throughput.read, asked);
  };
  look({}, replica.read_override, replica.on_demand_read_max, table.throughput, table.on_demand_max);
  auto document = json::Document::parse(replica.index_overrides.text.empty() ? "[]" : replica.index_overrides.text);
  if (!document) return;
  for (json::Value asked : document->root().elements()) {
    for (IndexDescription& index : table.indexes) {
      if (!index.global || index.name != asked["IndexName"].string()) continue;
      look(index.name, asked["ProvisionedThroughputOverride"]["ReadCapacityUnits"].integer(),
           asked["OnDemandThroughputOverride"]["MaxReadRequestUnits"].integer(), index.throughput, index.on_demand_max);
    }
  }
}

}  // namespace

void read_overrides(json::Value action, Replica& replica) {
  if (json::Value key = action["KMSMasterKeyId"]; key.is_string()) replica.kms_key = key.string();
  if (json::Value table_class = action["TableClassOverride"]; table_class.is_string()) replica.table_class = table_class.string();
  if (json::Value units = action["ProvisionedThroughputOverride"]; units.is_object()) {
    replica.read_override = units["ReadCapacityUnits"].integer();
  }
  if (json::Value units = action["OnDemandThroughputOverride"]; units.is_object()) {
    replica.on_demand_read_max = units["MaxReadRequestUnits"].integer();
  }
  if (json::Value indexes = action["GlobalSecondaryIndexes"]; indexes.is_array()) replica.index_overrides.text = indexes.text();
}

void encrypt_with(std::string_view key, TableDescription& table) {
  table.sse.text.clear();
  JsonWriter json(table.sse.text);
  json.begin_object().field("Enabled", true).field("SSEType", "KMS").field("KMSMasterKeyId", key).end_object();
}

void apply_overrides(const Replica& replica, TableDescription& table) {
  apply_read_overrides(replica, table);
  if (!replica.table_class.empty()) table.table_class = replica.table_class;
  if (!replica.kms_key.empty()) encrypt_with(replica.kms_key, table);
}

void apply_read_overrides(const Replica& replica, TableDescription& table) {
  // A maximum of -1 is none.
  for_each_read_override(replica, table, [](std::string_view, int64_t& rate, int64_t asked) { rate = std::max<int64_t>(asked, 0); });
}

void keep_reads_apart(Replica& replica, const TableDescription& from, const TableDescription& had, TableDescription& to) {
  if (had.billing_mode != to.billing_mode) return;
  std::map<std::string, int64_t, std::less<>> known;
  TableDescription kept = had;
  for_each_read_override(replica, kept, [&](std::string_view index, int64_t& rate, int64_t) { known[std::string(index)] = rate; });
  for_each_read_override(replica, to, [&](std::string_view index, int64_t& rate, int64_t) {
    if (auto found = known.find(index); found != known.end()) rate = found->second;
  });
  if (replica.read_override > 0 && from.throughput.read > 0) replica.read_override = from.throughput.read;
  if (replica.on_demand_read_max > 0 && from.on_demand_max.read > 0) replica.on_demand_read_max = from.on_demand_max.read;
}

}  // namespace cloudemu::dynamodb
