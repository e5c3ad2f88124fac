#include "services/dynamodb/key_schema.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/ordering_key.h"

namespace cloudemu::dynamodb {

namespace {

/// What keeps a value from being a key.
enum class Flaw { none, wrong_type, empty, hash_too_long, range_too_long };

bool is_key_type(Type type) { return type == Type::string || type == Type::number || type == Type::binary; }

using KeyValues = std::vector<KeyValue>;

std::vector<std::string> bytes_of(const KeyValues& values) {
  std::vector<std::string> out;
  out.reserve(values.size());
  for (const KeyValue& value : values) out.push_back(value.bytes);
  return out;
}

std::string_view empty_kind(Type type) { return type == Type::binary ? "binary" : "string"; }

std::string key_cannot_be_empty(Type type) {
  return concat("The AttributeValue for a key attribute cannot contain an empty ", empty_kind(type), " value.");
}

AwsError hash_too_long() {
  return invalid_values("Size of hashkey has exceeded the maximum size limit of2048 bytes");  // the missing blank is AWS's
}
AwsError range_too_long() { return invalid_values("Aggregated size of all range keys has exceeded the size limit of 1024 bytes"); }

Flaw flaw_of(const KeyAttribute& attribute, const KeyValue& value) {
  if (type_code(value.type) != attribute.type) return Flaw::wrong_type;
  if (value.type != Type::number && value.bytes.empty()) return Flaw::empty;
  return Flaw::none;
}

Flaw length_flaw(const KeyValues& hash, const KeyValues& range) {
  auto total = [](const KeyValues& values) {
    size_t sum = 0;
    for (const KeyValue& value : values) sum += value.size;
    return sum;
  };
  if (total(hash) > kHashKeyBytesMax) return Flaw::hash_too_long;
  if (total(range) > kRangeKeyBytesMax) return Flaw::range_too_long;
  return Flaw::none;
}

void append_key(std::string& out, const std::vector<std::string>& hash, const std::vector<std::string>& range) {
  append_hash(out, hash);
  for (const std::string& part : hash) append_part(out, part);
  for (const std::string& part : range) append_part(out, part);
}

/// The ordering key in a table with one hash and at most one range attribute.
std::string table_key(const KeyValue& hash, const KeyValue* range) {
  std::string out;
  constexpr size_t kEndsBytes = 4;
  out.reserve(kHashBytes + hash.bytes.size() + (range ? range->bytes.size() : 0) + kEndsBytes);
  append_hash(out, std::span(&hash.bytes, 1));
  append_part(out, hash.bytes);
  if (range) append_part(out, range->bytes);
  return out;
}

/// All values of a part of a key; nothing if one is missing or flawed.
std::optional<KeyValues> key_values(std::span<const KeyAttribute> attributes, const Attributes& item) {
  KeyValues values;
  for (const KeyAttribute& attribute : attributes) {
    auto value = item.find(attribute.name);
    if (!value || flaw_of(attribute, *value) != Flaw::none) return std::nullopt;
    values.push_back(std::move(*value));
  }
  return values;
}

struct ItemKey {
  KeyValue hash;
  std::optional<KeyValue> range;

  std::string ordered() const { return table_key(hash, range ? &*range : nullptr); }
};

AwsResult<void> check_lengths(const ItemKey& key) {
  if (key.hash.size > kHashKeyBytesMax) return fail(hash_too_long());
  if (key.range && key.range->size > kRangeKeyBytesMax) return fail(range_too_long());
  return {};
}

AwsResult<KeyValue> value_for_put(const KeyAttribute& attribute, const Attributes& item) {
  auto value = item.find(attribute.name);
  if (!value) return fail(invalid_values(concat("Missing the key ", attribute.name, " in the item")));
  Flaw flaw = flaw_of(attribute, *value);
  if (flaw == Flaw::wrong_type) {
    return fail(invalid_values(
        concat("Type mismatch for key ", attribute.name, " expected: ", attribute.type, " actual: ", type_code(value->type))));
  }
  if (flaw == Flaw::empty) {
    return fail(not_valid_values(concat(key_cannot_be_empty(value->type), " Key: ", attribute.name)));
  }
  return std::move(*value);
}

AwsResult<KeyValue> value_of_request(const KeyAttribute& attribute, const Attributes& key) {
  auto value = key.find(attribute.name);
  if (!value) return fail(key_mismatch());
  Flaw flaw = flaw_of(attribute, *value);
  if (flaw == Flaw::wrong_type) return fail(key_mismatch());
  if (flaw == Flaw::empty) {
    return fail(not_valid_values(concat(key_cannot_be_empty(value->type), " Key: ", attribute.name)));
  }
  return std::move(*value);
}

AwsError index_key_flaw(Flaw flaw, const IndexDescription& index, const KeyAttribute& attribute, Type actual, WrittenBy by) {
  if (flaw == Flaw::wrong_type) {
    return invalid_values(concat("Type mismatch for Index Key ", attribute.name, " Expected: ", attribute.type,
                                 " Actual: ", type_code(actual), " IndexName: ", index.name));
  }
  if (by == WrittenBy::update) {
    return not_valid_values(concat("The update expression attempted to update a secondary index key to a value that is not supported. ",
                                   key_cannot_be_empty(actual)));
  }
  return not_valid_values(concat("A value specified for a secondary index key is not supported. ", key_cannot_be_empty(actual),
                                 " IndexName: ", index.name, ", IndexKey: ", attribute.name));
}

}  // namespace

const KeyAttribute* KeySchema::find(std::string_view name) const {
  for (const KeyAttribute& attribute : hash) {
    if (attribute.name == name) return &attribute;
  }
  for (const KeyAttribute& attribute : range) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

KeySchema schema_of(const TableDescription& table) {
  KeySchema schema{.hash = std::span(&table.hash, 1), .range = {}};
  if (table.range) schema.range = std::span(&*table.range, 1);
  return schema;
}

KeySchema schema_of(const IndexDescription& index) { return {.hash = index.hash, .range = index.range}; }

namespace {

/// Where an attribute is given twice, the last one counts.
json::Value sent_attribute(json::Value item, std::string_view name) {
  json::Value found;
  for (auto [n, value] : item.members()) {
    if (n == name && !value.is_null()) found = value;
  }
  return found;
}

}  // namespace

std::optional<KeyValue> Attributes::find_sent(std::string_view name) const {
  json::Value sent = sent_attribute(sent_, name);
  if (!sent) return std::nullopt;
  KeyValue value;
  for (auto [code, content] : sent.members()) {
    auto type = type_of_code(code);
    if (!type || content.is_null()) continue;
    value.type = *type;
    if (!is_key_type(*type)) return value;
    Value scalar;
    scalar.type = *type;
    scalar.text = *type == Type::binary ? unbase64(content.string()).value_or("") : std::string(content.string());
    value.bytes = key_bytes(scalar);
    value.size = value.bytes.size();
  }
  return value;
}

std::optional<KeyValue> Attributes::find(std::string_view name) const {
  if (!tree_) return find_sent(name);
  const Value* found = dynamodb::find(*tree_, name);
  if (!found) return std::nullopt;
  KeyValue value{.type = found->type};
  if (is_key_type(found->type)) value.bytes = key_bytes(*found);
  value.size = value.bytes.size();
  return value;
}

size_t Attributes::size_of(std::string_view name) const {
  if (tree_) {
    const Value* found = dynamodb::find(*tree_, name);
    return found ? name.size() + dynamodb::size_of(*found) : 0;
  }
  json::Value sent = sent_attribute(sent_, name);
  if (!sent) return 0;
  std::string scratch;
  return name.size() + append_canonical(scratch, sent).value_or(0);
}

AwsResult<std::string> key_of_item(const TableDescription& table, const Attributes& item) {
  ItemKey key{.hash = TRY(value_for_put(table.hash, item)), .range = {}};
  if (table.range) key.range = TRY(value_for_put(*table.range, item));
  TRY(check_lengths(key));
  return key.ordered();
}

AwsResult<std::string> key_of_request(const TableDescription& table, json::Value sent) {
  KeySchema schema = schema_of(table);
  size_t given = 0;
  for (auto [name, value] : sent.members()) given += value.is_null() ? 0 : 1;
  if (given != schema.size()) return fail(key_mismatch());
  Attributes attributes(sent);
  ItemKey key{.hash = TRY(value_of_request(table.hash, attributes)), .range = {}};
  if (table.range) key.range = TRY(value_of_request(*table.range, attributes));
  TRY(check_lengths(key));
  return key.ordered();
}

AwsResult<void> check_index_keys(const TableDescription& table, const Attributes& item, const Attributes* old, WrittenBy by) {
  auto unchanged = [&](const KeyAttribute& attribute, const KeyValue& value) {
    auto before = old ? old->find(attribute.name) : std::nullopt;
    return before && before->type == value.type && before->bytes == value.bytes;
  };
  auto check = [&](const IndexDescription& index) -> AwsResult<void> {
    for (auto part : {std::span<const KeyAttribute>(index.hash), std::span<const KeyAttribute>(index.range)}) {
      bool is_hash = part.data() == index.hash.data();
      size_t total = 0;
      bool all_old = true;
      for (const KeyAttribute& attribute : part) {
        auto value = item.find(attribute.name);
        if (!value) continue;
        total += value->size;
        if (unchanged(attribute, *value)) continue;
        all_old = false;
        Flaw flaw = flaw_of(attribute, *value);
        if (flaw != Flaw::none) return fail(index_key_flaw(flaw, index, attribute, value->type, by));
      }
      if (!all_old && total > (is_hash ? kHashKeyBytesMax : kRangeKeyBytesMax)) {
        return fail(is_hash ? hash_too_long() : range_too_long());
      }
    }
    return {};
  };
  if (std::all_of(table.indexes.begin(), table.indexes.end(), check)) return {};
  // Of those that the item does not fit, AWS tells the first by name.
  std::vector<const IndexDescription*> by_name;
  for (const IndexDescription& index : table.indexes) by_name.push_back(&index);
  std::sort(by_name.begin(), by_name.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const IndexDescription* index : by_name) TRY(check(*index));
  return {};
}

std::optional<std::string> index_key(const TableDescription& table, const IndexDescription& index, const Attributes& item) {
  auto hash = key_values(index.hash, item), range = key_values(index.range, item);
  KeySchema schema = schema_of(table);
  auto table_hash = key_values(schema.hash, item), table_range = key_values(schema.range, item);
  if (!hash || !range || !table_hash || !table_range) return std::nullopt;
  if (length_flaw(*hash, *range) != Flaw::none) return std::nullopt;
  std::string out;
  append_key(out, bytes_of(*hash), bytes_of(*range));
  std::vector<std::string> primary = bytes_of(*table_hash);
  for (KeyValue& value : *table_range) primary.push_back(std::move(value.bytes));
  append_key(out, primary, {});
  return out;
}

bool projects(const TableDescription& table, const IndexDescription& index, std::string_view name) {
  return index.projection == "ALL" || schema_of(table).find(name) || schema_of(index).find(name) ||
         std::find(index.included.begin(), index.included.end(), name) != index.included.end();
}

namespace {

size_t entry_size(const TableDescription& table, const IndexDescription& index, const Attributes& item, size_t item_size) {
  if (index.projection == "ALL") return item_size;
  std::vector<std::string_view> names;
  auto add = [&](std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const KeyAttribute& attribute : schema_of(table).hash) add(attribute.name);
  for (const KeyAttribute& attribute : schema_of(table).range) add(attribute.name);
  for (const KeyAttribute& attribute : index.hash) add(attribute.name);
  for (const KeyAttribute& attribute : index.range) add(attribute.name);
  for (const std::string& name : index.included) add(name);
  size_t size = 0;
  for (std::string_view name : names) size += item.size_of(name);
  return size;
}

}  // namespace

std::vector<IndexKey> index_keys(const TableDescription& table, const Attributes& item, size_t item_size) {
  std::vector<IndexKey> keys;
  for (const IndexDescription& index : table.indexes) {
    auto key = index_key(table, index, item);
    if (!key) continue;
    keys.push_back(
        {.index = index.number, .key = {std::move(*key)}, .size = static_cast<uint32_t>(entry_size(table, index, item, item_size))});
  }
  return keys;
}

}  // namespace cloudemu::dynamodb
