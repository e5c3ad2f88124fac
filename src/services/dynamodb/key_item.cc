#include "services/dynamodb/key_item.h"

#include "core/check.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/number.h"
#include "services/dynamodb/ordering_key.h"

namespace cloudemu::dynamodb {

namespace {

Value value_of(const KeyAttribute& attribute, std::string bytes) {
  auto type = type_of_code(attribute.type);
  CHECK_INVARIANT(type);
  if (*type == Type::number) return Value::number(Number::of_ordered_bytes(bytes).text());
  Value value = Value::string(std::move(bytes));
  value.type = *type;
  return value;
}

/// Removes the attributes of one key from an ordering key.
Item take(std::string_view& key, const KeySchema& schema) {
  key.remove_prefix(kHashBytes);
  Item item;
  for (auto part : {schema.hash, schema.range}) {
    for (const KeyAttribute& attribute : part) item.push_back({attribute.name, value_of(attribute, take_part(key))});
  }
  return item;
}

/// The two keys may have attributes in common.
Item joined(Item first, Item second) {
  for (Attribute& attribute : second) {
    if (!find(first, attribute.name)) first.push_back(std::move(attribute));
  }
  return first;
}

}  // namespace

Item item_of_key(const TableDescription& table, const IndexDescription* index, std::string_view key, KeyOrder order) {
  if (!index) return take(key, schema_of(table));
  Item of_index = take(key, schema_of(*index)), of_table = take(key, schema_of(table));
  bool index_first = order == KeyOrder::index_first;
  return index_first ? joined(std::move(of_index), std::move(of_table)) : joined(std::move(of_table), std::move(of_index));
}

}  // namespace cloudemu::dynamodb
