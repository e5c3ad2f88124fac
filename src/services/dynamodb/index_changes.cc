#include "services/dynamodb/index_changes.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/table_rules.h"

namespace cloudemu::dynamodb {

namespace {

constexpr std::string_view kKinds[] = {"Create", "Update", "Delete"};

std::string_view kind_of(json::Value change) {
  for (std::string_view kind : kKinds) {
    if (change[kind].is_object()) return kind;
  }
  return {};
}

AwsError one_index_at_a_time() {
  return limit_exceeded("Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
}

/// While an index is being filled, no other one comes or goes.
AwsResult<void> check_none_filling(const TableDescription& table, std::string_view but) {
  auto fills = [&](const IndexDescription& index) { return index.filling && index.name != but; };
  if (std::none_of(table.indexes.begin(), table.indexes.end(), fills)) return {};
  return fail(one_index_at_a_time());
}

auto find_index(TableDescription& table, std::string_view name) {
  return std::find_if(table.indexes.begin(), table.indexes.end(), [&](const IndexDescription& index) { return index.name == name; });
}

std::string shown_element(const KeyAttribute& attribute, std::string_view role) {
  return concat("Schema:[SchemaElement: key{", attribute.name, ':', attribute.type, ':', role, "}]");
}

/// New definitions may repeat what is known, but not change it.
AwsResult<void> define(const KeyAttribute& attribute, std::string_view role, TableDescription& table) {
  for (const KeyAttribute& known : table.attributes) {
    if (known.name != attribute.name) continue;
    if (known.type == attribute.type) return {};
    return fail(
        invalid_values(concat("Attributes cannot be redefined. Please check that your attribute has the same type as "
                              "previously defined. Existing schema: ",
                              shown_element(known, role), " New schema: ", shown_element(attribute, role))));
  }
  table.attributes.push_back(attribute);
  return {};
}

/// The attributes of the key have to be defined in the same request, even those that the table knows already.
AwsResult<void> create(json::Value input, const std::vector<KeyAttribute>& defined, TableDescription& table) {
  if (find_index(table, input["IndexName"].string()) != table.indexes.end()) {
    return fail(validation("Attempting to create an index which already exists"));
  }
  IndexDescription index = TRY(read_global_index(input, defined));
  TRY(check_index_rates(input, {.billing_mode = table.billing_mode, .index = index.name}));
  for (const KeyAttribute& attribute : index.hash) TRY(define(attribute, "HASH", table));
  for (const KeyAttribute& attribute : index.range) TRY(define(attribute, "RANGE", table));
  TRY(check_none_filling(table, {}));
  index.number = ++table.indexes_made;
  table.indexes.push_back(std::move(index));
  return check_indexes(table);
}

AwsResult<void> update(json::Value input, TimeMs now, std::string_view billing_mode, IndexDescription& index) {
  if (input["ProvisionedThroughput"].is_object()) {
    TRY(check_throughput(input["ProvisionedThroughput"], {.billing_mode = billing_mode, .index = index.name}));
    TRY(change_throughput(input["ProvisionedThroughput"], {"index", index.name}, now, index.throughput));
  }
  TRY(check_on_demand_max(input["OnDemandThroughput"], {.billing_mode = billing_mode, .index = index.name}));
  change_on_demand_max(input["OnDemandThroughput"], index.on_demand_max);
  return raise_warm(input["WarmThroughput"], warm_of(index.warm, index.throughput, billing_mode), index.name, index.warm);
}

/// Definitions of attributes that no key is made of any more go with the index.
void forget_attributes(TableDescription& table) {
  auto is_used = [&](const KeyAttribute& attribute) {
    return schema_of(table).find(attribute.name) ||
           std::any_of(table.indexes.begin(), table.indexes.end(),
                       [&](const IndexDescription& index) { return schema_of(index).find(attribute.name); });
  };
  std::erase_if(table.attributes, [&](const KeyAttribute& attribute) { return !is_used(attribute); });
}

}  // namespace

AwsResult<void> check_index_changes(json::Value changes) {
  std::vector<std::string_view> names;
  size_t made_or_deleted = 0;
  for (json::Value change : changes.elements()) {
    size_t kinds = static_cast<size_t>(
        std::count_if(std::begin(kKinds), std::end(kKinds), [&](std::string_view kind) { return change[kind].is_object(); }));
    if (kinds == 0) {
      return fail(
          invalid_values("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                         "GlobalSecondaryIndexUpdate.Delete must not be null"));
    }
    if (kinds > 1) {
      return fail(invalid_values("Exactly one of Create, Update or Delete must be specified in a GlobalSecondaryIndexUpdate"));
    }
    std::string_view kind = kind_of(change), name = change[kind]["IndexName"].string();
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return fail(invalid_values(concat("Only one global secondary index update per index is allowed simultaneously. Index: ", name)));
    }
    names.push_back(name);
    made_or_deleted += kind == "Update" ? 0 : 1;
  }
  if (made_or_deleted <= 1) return {};
  return fail(one_index_at_a_time());
}

AwsResult<void> change_indexes(json::Value changes, const std::vector<KeyAttribute>& definitions, TimeMs now, TableDescription& table) {
  for (json::Value change : changes.elements()) {
    std::string_view kind = kind_of(change);
    json::Value input = change[kind];
    if (kind == "Create") {
      TRY(create(input, definitions, table));
      continue;
    }
    auto index = find_index(table, input["IndexName"].string());
    if (index == table.indexes.end() || !index->global) return fail(resource_not_found());
    if (kind == "Update") {
      TRY(update(input, now, table.billing_mode, *index));
      continue;
    }
    TRY(check_none_filling(table, index->name));
    table.indexes.erase(index);
  }
  forget_attributes(table);
  return {};
}

AwsResult<void> change_throughput(json::Value given, ThroughputOf of, TimeMs now, Throughput& throughput) {
  Throughput wanted = read_throughput(given);
  if (wanted.read == throughput.read && wanted.write == throughput.write) {
    std::string name = of.name.empty() ? "" : concat(' ', of.name);
    return fail(validation(concat(
        "The provisioned throughput for the ", of.what, name, " will not change. The requested value equals the current value. ",
        "Current ReadCapacityUnits provisioned for the ", of.what, ": ", throughput.read, ". Requested ReadCapacityUnits: ", wanted.read,
        ". Current WriteCapacityUnits provisioned for the ", of.what, ": ", throughput.write, ". Requested WriteCapacityUnits: ",
        wanted.write, ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.")));
  }
  bool is_new = throughput.read == 0 && throughput.write == 0;
  bool more = wanted.read > throughput.read || wanted.write > throughput.write;
  bool less = wanted.read < throughput.read || wanted.write < throughput.write;
  if (less && !is_new) {
    bool same_day = throughput.decreased_at / kDayMs == now / kDayMs;
    throughput.decreases = same_day ? throughput.decreases + 1 : 1;
    throughput.decreased_at = now;
  }
  if (more && !is_new) throughput.increased_at = now;
  throughput.read = wanted.read;
  throughput.write = wanted.write;
  return {};
}

}  // namespace cloudemu::dynamodb
