#include "services/dynamodb/table_rules.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/key_schema.h"

namespace cloudemu::dynamodb {

namespace {

using KeyAttributes = std::vector<KeyAttribute>;

/// What AWS gives a new on-demand table: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
constexpr int64_t kWarmReads = 12'000, kWarmWrites = 4'000;
/// As a maximum of on-demand throughput: there is to be none.
constexpr int64_t kNoMaximum = -1;

/// Whose throughput it is; `index` is empty for the table's own.
std::string owner(std::string_view index) { return index.empty() ? "table" : concat("index ", index); }

std::string listed(const std::vector<std::string>& names) { return concat('[', join(names, ", "), ']'); }

std::vector<std::string> names_of(const KeyAttributes& attributes) {
  std::vector<std::string> names;
  for (const KeyAttribute& attribute : attributes) names.push_back(attribute.name);
  return names;
}

const KeyAttribute* find_attribute(const KeyAttributes& attributes, std::string_view name) {
  auto found = std::find_if(attributes.begin(), attributes.end(), [&](const KeyAttribute& a) { return a.name == name; });
  return found == attributes.end() ? nullptr : &*found;
}

/// The two parts of a KeySchema, types still to be found.
struct KeyNames {
  std::vector<std::string> hash, range;

  std::vector<std::string> all() const {
    std::vector<std::string> names = hash;
    names.insert(names.end(), range.begin(), range.end());
    return names;
  }
};

AwsResult<void> check_distinct(const KeyNames& keys) {
  std::vector<std::string> names = keys.all();
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) == names.end()) return {};
  return fail(validation("Both the Hash Key and the Range Key element in the KeySchema have the same name"));
}

/// Keys of tables and local indexes: one HASH, then perhaps one RANGE.
AwsResult<KeyNames> read_simple_key(json::Value schema) {
  KeyNames keys;
  size_t position = 0;
  for (json::Value element : schema.elements()) {
    bool wants_hash = position++ == 0;
    if (wants_hash != (element["KeyType"].string() == "HASH")) {
      return fail(validation(wants_hash ? "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
                                        : "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
    }
    (wants_hash ? keys.hash : keys.range).emplace_back(element["AttributeName"].string());
  }
  TRY(check_distinct(keys));
  return keys;
}

/// Keys of global indexes: one to four HASH, then up to four RANGE.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
AwsResult<KeyNames> read_global_key(json::Value schema) {
  if (schema.size() <= 2 && schema.size() > 0 && schema.at(schema.size() - 1)["KeyType"].string() == "RANGE") {
    return read_simple_key(schema);
  }
  KeyNames keys;
  for (json::Value element : schema.elements()) {
    bool is_hash = element["KeyType"].string() == "HASH";
    if (is_hash && !keys.range.empty()) {
      return fail(validation("Invalid KeySchema: All HASH key attributes must precede RANGE key attributes in the KeySchema"));
    }
    (is_hash ? keys.hash : keys.range).emplace_back(element["AttributeName"].string());
  }
  if (keys.hash.empty()) return fail(validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
  for (bool is_hash : {true, false}) {
    if ((is_hash ? keys.hash : keys.range).size() <= kKeyPartAttributesMax) continue;
    return fail(validation(
        concat("Invalid KeySchema: The KeySchema exceeds the maximum allowed number of ", is_hash ? "HASH" : "RANGE", " key attributes")));
  }
  TRY(check_distinct(keys));
  return keys;
}

/// AWS counts before it compares, but has other words where nothing at all is defined.
/// https://github.com/aws-cloudformation/cfn-lint/issues/1037
AwsResult<void> check_defined(const KeyNames& keys, const KeyAttributes& attributes) {
  if (!attributes.empty() && keys.all().size() > attributes.size()) {
    return fail(validation("Invalid KeySchema: Some index key attribute have no definition"));
  }
  for (const std::string& name : keys.all()) {
    if (find_attribute(attributes, name)) continue;
    return fail(invalid_values(concat("Some index key attributes are not defined in AttributeDefinitions. Keys: ", listed(keys.all()),
                                      ", AttributeDefinitions: ", listed(names_of(attributes)))));
  }
  return {};
}

ReadWrite read_warm(json::Value value) {
  return {.read = value["ReadUnitsPerSecond"].integer(), .write = value["WriteUnitsPerSecond"].integer()};
}

KeyAttributes with_types(const std::vector<std::string>& names, const KeyAttributes& attributes) {
  KeyAttributes out;
  for (const std::string& name : names) out.push_back(*find_attribute(attributes, name));
  return out;
}

AwsResult<void> read_projection(json::Value projection, IndexDescription& index) {
  json::Value type = projection["ProjectionType"], names = projection["NonKeyAttributes"];
  if (!type.is_string()) return fail(invalid_values("Unknown ProjectionType: null"));
  index.projection = type.string();
  bool includes = index.projection == "INCLUDE";
  if (includes && !names.is_array()) {
    return fail(invalid_values("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"));
  }
  if (!includes && names.is_array()) {
    return fail(invalid_values(concat("ProjectionType is ", index.projection, ", but NonKeyAttributes is specified")));
  }
  for (json::Value name : names.elements()) {
    std::string text(name.string());
    if (std::find(index.included.begin(), index.included.end(), text) != index.included.end()) {
      return fail(invalid_values(concat("Duplicate NonKeyAttributes specified: ", text)));
    }
    index.included.push_back(std::move(text));
  }
  return {};
}

AwsResult<IndexDescription> read_local_index(json::Value input, const TableDescription& table) {
  IndexDescription index;
  index.name = input["IndexName"].string();
  KeyNames keys = TRY(read_simple_key(input["KeySchema"]));
  TRY(check_defined(keys, table.attributes));
  if (keys.hash.front() != table.hash.name) {
    return fail(invalid_values(concat("Index KeySchema does not have the same leading hash key as table KeySchema for index: ", index.name,
                                      ". index hash key: ", keys.hash.front(), ", table hash key: ", table.hash.name)));
  }
  if (keys.range.empty()) {
    return fail(invalid_values(concat("Index KeySchema does not have a range key for index: ", index.name)));
  }
  index.hash = with_types(keys.hash, table.attributes);
  index.range = with_types(keys.range, table.attributes);
  TRY(read_projection(input["Projection"], index));
  return index;
}

AwsResult<void> read_local_indexes(json::Value list, TableDescription& table) {
  if (!list.is_array()) return {};
  if (list.size() == 0) return fail(invalid_values("List of LocalSecondaryIndexes is empty"));
  if (!table.range) {
    return fail(invalid_values("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"));
  }
  for (json::Value element : list.elements()) table.indexes.push_back(TRY(read_local_index(element, table)));
  return {};
}

AwsResult<void> read_global_indexes(json::Value list, TableDescription& table) {
  if (!list.is_array()) return {};
  if (list.size() == 0) return fail(invalid_values("List of GlobalSecondaryIndexes is empty"));
  for (json::Value element : list.elements()) {
    IndexDescription index = TRY(read_global_index(element, table.attributes));
    TRY(check_index_rates(element, {.of_new_table = true, .billing_mode = table.billing_mode, .index = index.name}));
    table.indexes.push_back(std::move(index));
  }
  return {};
}

/// Every attribute that is defined has to be part of some key.
AwsResult<void> check_all_used(const TableDescription& table) {
  std::vector<std::string> used;
  auto use = [&](const std::string& name) {
    if (std::find(used.begin(), used.end(), name) == used.end()) used.push_back(name);
  };
  use(table.hash.name);
  if (table.range) use(table.range->name);
  size_t in_table_key = used.size();
  for (const IndexDescription& index : table.indexes) {
    for (const KeyAttribute& attribute : index.hash) use(attribute.name);
    for (const KeyAttribute& attribute : index.range) use(attribute.name);
  }
  if (table.attributes.size() == used.size()) return {};
  if (table.indexes.empty() && in_table_key == used.size()) {
    return fail(
        invalid_values("Number of attributes in KeySchema does not exactly match number of attributes defined in "
                       "AttributeDefinitions"));
  }
  return fail(invalid_values(concat("Some AttributeDefinitions are not used. AttributeDefinitions: ", listed(names_of(table.attributes)),
                                    ", keys used: ", listed(used))));
}

}  // namespace

AwsResult<std::vector<KeyAttribute>> read_attributes(json::Value definitions) {
  KeyAttributes attributes;
  for (json::Value definition : definitions.elements()) {
    KeyAttribute attribute{std::string(definition["AttributeName"].string()), std::string(definition["AttributeType"].string())};
    if (find_attribute(attributes, attribute.name)) {
      return fail(validation(concat("Attribute Name is duplicated: ", attribute.name)));
    }
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

AwsResult<IndexDescription> read_global_index(json::Value input, const std::vector<KeyAttribute>& attributes) {
  IndexDescription index{.global = true};
  index.name = input["IndexName"].string();
  KeyNames keys = TRY(read_global_key(input["KeySchema"]));
  TRY(check_defined(keys, attributes));
  index.hash = with_types(keys.hash, attributes);
  index.range = with_types(keys.range, attributes);
  TRY(read_projection(input["Projection"], index));
  index.throughput = read_throughput(input["ProvisionedThroughput"]);
  change_on_demand_max(input["OnDemandThroughput"], index.on_demand_max);
  index.warm = read_warm(input["WarmThroughput"]);
  return index;
}

namespace {

/// https://github.com/aws/aws-cli/issues/4303 has the words of UpdateTable.
AwsError needless_throughput(const Asked& asked) {
  constexpr std::string_view kWhen = " when BillingMode is PAY_PER_REQUEST";
  if (asked.of_new_table && !asked.index.empty()) {
    return invalid_values(concat("ProvisionedThroughput should not be specified for index: ", asked.index, kWhen));
  }
  std::string whose = asked.index.empty() ? "" : concat(" for index: ", asked.index);
  return invalid_values(concat("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified", whose, kWhen));
}

/// https://github.com/hashicorp/terraform-provider-aws/issues/7447 has the words of UpdateTable.
AwsError lacking_throughput(const Asked& asked) {
  if (!asked.index.empty()) {
    return invalid_values(concat(asked.of_new_table ? "ProvisionedThroughput is not specified for index: "
                                                    : "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: ",
                                 asked.index));
  }
  return invalid_values(asked.of_new_table
                            ? "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
                            : "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
}

}  // namespace

AwsResult<void> check_indexes(const TableDescription& table) {
  std::vector<std::string_view> names;
  size_t global = 0, local = 0, projected = 0;
  for (const IndexDescription& index : table.indexes) {
    if (std::find(names.begin(), names.end(), index.name) != names.end()) {
      return fail(invalid_values(concat("Duplicate index name: ", index.name)));
    }
    names.push_back(index.name);
    (index.global ? global : local) += 1;
    projected += index.included.size();
  }
  if (local > kLocalIndexesMax) {
    return fail(invalid_values(concat("Number of LocalSecondaryIndexes exceeds per-table limit of ", kLocalIndexesMax)));
  }
  if (global > kGlobalIndexesMax) {
    return fail(invalid_values(concat("GlobalSecondaryIndex count exceeds the per-table limit of ", kGlobalIndexesMax)));
  }
  if (projected > kProjectedAttributesMax) {
    return fail(
        invalid_values(concat("Number of NonKeyAttributes over all indexes exceeds the per-table limit of ", kProjectedAttributesMax)));
  }
  return {};
}

AwsResult<void> check_throughput(json::Value throughput, const Asked& asked) {
  constexpr int64_t kUnitsMax = 1'000'000'000'000;
  std::string_view index = asked.index;
  bool on_demand = asked.billing_mode == "PAY_PER_REQUEST";
  if (on_demand && is_given(throughput)) return fail(needless_throughput(asked));
  if (!on_demand && !is_given(throughput)) return fail(lacking_throughput(asked));
  for (std::string_view name : {"ReadCapacityUnits", "WriteCapacityUnits"}) {
    int64_t units = throughput[name].integer();
    if (units <= kUnitsMax) continue;
    return fail(
        validation(concat("Given value ", units, " for ", name, " is out of bounds", index.empty() ? "" : concat(" for index ", index))));
  }
  return {};
}

AwsResult<void> check_on_demand_max(json::Value value, const Asked& asked) {
  for (std::string_view name : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
    if (!is_given(value[name])) continue;
    if (asked.billing_mode == "PAY_PER_REQUEST") continue;
    std::string_view when = asked.of_new_table ? "table BillingMode is PROVISIONED." : "the table BillingMode is PROVISIONED";
    std::string whose = asked.index.empty() ? "" : concat(" for index ", asked.index);
    return fail(invalid_values(concat(name, " for OnDemandThroughput", whose, " cannot be specified when ", when)));
  }
  for (std::string_view name : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
    if (!is_given(value[name])) continue;
    int64_t units = value[name].integer();
    if (units >= 1 || units == kNoMaximum) continue;
    return fail(
        invalid_values(concat("Requested ", name, " for OnDemandThroughput for ", owner(asked.index), " is outside of valid range")));
  }
  return {};
}

AwsResult<void> check_warm(json::Value value, std::string_view index) {
  if (!is_given(value)) return {};
  bool any = false;
  for (std::string_view name : {"ReadUnitsPerSecond", "WriteUnitsPerSecond"}) {
    if (!is_given(value[name])) continue;
    any = true;
    if (value[name].integer() >= 1) continue;
    return fail(invalid_values(concat("Requested ", name, " for WarmThroughput for ", owner(index), " is outside of valid range")));
  }
  if (any) return {};
  return fail(invalid_values(
      concat("At least one of ReadUnitsPerSecond and WriteUnitsPerSecond must be specified for WarmThroughput for ", owner(index))));
}

AwsResult<void> check_index_rates(json::Value index, const Asked& asked) {
  TRY(check_throughput(index["ProvisionedThroughput"], asked));
  TRY(check_on_demand_max(index["OnDemandThroughput"], asked));
  ReadWrite raised;
  return raise_warm(index["WarmThroughput"], warm_of({}, read_throughput(index["ProvisionedThroughput"]), asked.billing_mode), asked.index,
                    raised);
}

Throughput read_throughput(json::Value throughput) {
  return {.read = throughput["ReadCapacityUnits"].integer(), .write = throughput["WriteCapacityUnits"].integer()};
}

void change_on_demand_max(json::Value value, ReadWrite& max) {
  auto change = [](json::Value units, int64_t& known) {
    if (is_given(units)) known = units.integer() == kNoMaximum ? 0 : units.integer();
  };
  change(value["MaxReadRequestUnits"], max.read);
  change(value["MaxWriteRequestUnits"], max.write);
}

AwsResult<void> raise_warm(json::Value value, const ReadWrite& current, std::string_view index, ReadWrite& warm) {
  TRY(check_warm(value, index));
  auto raise = [&](std::string_view name, int64_t now, int64_t& known) -> AwsResult<void> {
    if (!is_given(value[name])) return {};
    if (value[name].integer() < now) {
      return fail(invalid_values(concat("Requested ", name, " for WarmThroughput for ", owner(index),
                                        " is lower than current WarmThroughput, decreasing WarmThroughput is not supported")));
    }
    known = value[name].integer();
    return {};
  };
  TRY(raise("ReadUnitsPerSecond", current.read, warm.read));
  return raise("WriteUnitsPerSecond", current.write, warm.write);
}

void drop_on_demand_maxima(TableDescription& table) {
  table.on_demand_max = {};
  for (IndexDescription& index : table.indexes) index.on_demand_max = {};
}

ReadWrite warm_of(const ReadWrite& warm, const Throughput& throughput, std::string_view billing_mode) {
  ReadWrite unasked{.read = throughput.read, .write = throughput.write};
  if (billing_mode == "PAY_PER_REQUEST") unasked = {.read = kWarmReads, .write = kWarmWrites};
  return {.read = warm.read ? warm.read : unasked.read, .write = warm.write ? warm.write : unasked.write};
}

AwsResult<void> check_encryption(json::Value specification) {
  json::Value type = specification["SSEType"];
  if (type.string() == "AES256") return fail(invalid_values("SSEType AES256 is not supported"));
  bool has_key = specification["KMSMasterKeyId"].is_string();
  if (!has_key || type.is_string() || !is_true(specification["Enabled"])) return {};
  return fail(invalid_values("SSEType KMS is required if KMSMasterKeyId is specified"));
}

AwsResult<void> check_table_class(json::Value name) {
  if (!name.is_string() || name.string() == "STANDARD" || name.string() == "STANDARD_INFREQUENT_ACCESS") return {};
  return fail(
      validation("Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
                 "STANDARD_INFREQUENT_ACCESS]."));
}

bool is_encrypted_otherwise(const RawJson& before, const RawJson& after) {
  return is_encrypted(before) != is_encrypted(after) || customer_key(before) != customer_key(after);
}

std::string customer_key(const RawJson& sse) {
  if (!is_encrypted(sse)) return {};
  auto document = json::Document::parse(sse.text);
  std::string key(document->root()["KMSMasterKeyId"].string());
  return key == "alias/aws/dynamodb" ? std::string() : key;
}

bool is_encrypted(const RawJson& sse) {
  if (sse.text.empty()) return false;
  auto document = json::Document::parse(sse.text);
  return document && is_true(document->root()["Enabled"]);
}

AwsResult<TableDescription> read_schema(json::Value input) {
  TableDescription table;
  table.name = input["TableName"].string();
  json::Value billing = input["BillingMode"];
  table.billing_mode = billing.is_string() ? billing.string() : "PROVISIONED";
  Asked asked{.of_new_table = true, .billing_mode = table.billing_mode};
  TRY(check_throughput(input["ProvisionedThroughput"], asked));
  TRY(check_on_demand_max(input["OnDemandThroughput"], asked));
  TRY(check_encryption(input["SSESpecification"]));
  table.throughput = read_throughput(input["ProvisionedThroughput"]);
  change_on_demand_max(input["OnDemandThroughput"], table.on_demand_max);
  if (input["SSESpecification"].is_object()) table.sse.text = input["SSESpecification"].text();
  table.attributes = TRY(read_attributes(input["AttributeDefinitions"]));
  KeyNames keys = TRY(read_simple_key(input["KeySchema"]));
  TRY(check_defined(keys, table.attributes));
  table.hash = *find_attribute(table.attributes, keys.hash.front());
  if (!keys.range.empty()) table.range = *find_attribute(table.attributes, keys.range.front());
  TRY(read_local_indexes(input["LocalSecondaryIndexes"], table));
  TRY(read_global_indexes(input["GlobalSecondaryIndexes"], table));
  TRY(check_indexes(table));
  TRY(check_all_used(table));
  for (IndexDescription& index : table.indexes) index.number = ++table.indexes_made;
  return table;
}

AwsResult<std::string> read_stream(json::Value specification) {
  if (!specification.is_object()) return std::string();
  std::string view_type(specification["StreamViewType"].string());
  if (!is_true(specification["StreamEnabled"])) {
    if (view_type.empty()) return view_type;
    return fail(invalid_values("Table is being created with a stream disabled, UpdateViewType should not be specified"));
  }
  if (view_type.empty()) {
    return fail(invalid_values("Table is being created with a stream enabled, UpdateViewType must be specified"));
  }
  return view_type;
}

AwsResult<events::StringMap> read_tags(json::Value tags) {
  events::StringMap out;
  auto is_allowed = [](std::string_view text) {
    // Letters of any script are allowed: all that is not ASCII passes.
    return std::all_of(text.begin(), text.end(), [](char c) {
      return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 || std::string_view(" +-=._:/@").find(c) != std::string_view::npos;
    });
  };
  for (json::Value tag : tags.elements()) {
    std::string_view key = tag["Key"].string(), value = tag["Value"].string();
    if (!is_allowed(key)) return fail(invalid_values(concat("Tag key has invalid characters: ", key)));
    if (!is_allowed(value)) return fail(invalid_values(concat("Tag value has invalid characters: ", value)));
    if (key.starts_with("aws:")) return fail(invalid_values("Tag keys cannot start with aws:"));
    auto same = std::find_if(out.begin(), out.end(), [&](const auto& other) { return other.first == key; });
    if (same != out.end()) return fail(invalid_values(concat("Duplicate tag key: ", key)));
    out.emplace_back(key, value);
  }
  TRY(check_tag_count(out));
  return out;
}

AwsResult<void> check_tag_count(const events::StringMap& tags) {
  if (tags.size() <= kTagsMax) return {};
  return fail(invalid_values(concat("Too many tags: the limit is ", kTagsMax)));
}

}  // namespace cloudemu::dynamodb
