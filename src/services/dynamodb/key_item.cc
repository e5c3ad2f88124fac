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

void take(std::string_view& key, const KeySchema& schema, Item& item) {
  key.remove_prefix(kHashBytes);
  for (auto part : {schema.hash, schema.range}) {
    for (const KeyAttribute& attribute : part) {
      std::string bytes = take_part(key);
      // The keys of an index may have attributes of the table's.
      if (!find(item, attribute.name)) item.push_back({attribute.name, value_of(attribute, std::move(bytes))});
    }
  }
}

}  // namespace

Item item_of_key(const TableDescription& table, const IndexDescription* index, std::string_view key) {
  Item item;
  if (index) take(key, schema_of(*index), item);
  take(key, schema_of(table), item);
  return item;
}

}  // namespace cloudemu::dynamodb
