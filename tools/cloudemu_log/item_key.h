#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cloudemu::tool {

/// The key attributes in an ordering key of a table (services/dynamodb/ordering_key.h), as they stand in items: `{"S":"a"} {"N":"1"}`.
/// The types are "S", "N" or "B"; `range_type` is empty for a table without a sort key. Empty for what is no such key.
std::string item_key(std::string_view ordering_key, std::string_view hash_type, std::string_view range_type);

/// The same text, of a whole item: what stands in it under the names of the key attributes; `range_name` is empty for a table without a
/// sort key.
std::string key_of_item(std::string_view item, std::string_view hash_name, std::string_view range_name);
/// The attributes in such a text: `{"S":"a"}`, `{"N":"1"}`; and their values, unquoted: "a", "1". Both empty for what is no such text.
struct KeyParts {
  std::vector<std::string> attributes, values;
};
KeyParts key_parts(std::string_view item_key);
/// Whether somebody who writes `name` means the item with that key: its text as above, its attributes or their values joined by a slash, or
/// the first of them, which means all items of the partition.
bool is_item_name(std::string_view name, std::string_view item_key);

}  // namespace cloudemu::tool
