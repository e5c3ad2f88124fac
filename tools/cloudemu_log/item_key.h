#pragma once
#include <string>
#include <string_view>

namespace cloudemu::tool {

/// The key attributes in an ordering key of a table (services/dynamodb/ordering_key.h), as they stand in items: `{"S":"a"} {"N":"1"}`.
/// The types are "S", "N" or "B"; `range_type` is empty for a table without a sort key. Empty for what is no such key.
std::string item_key(std::string_view ordering_key, std::string_view hash_type, std::string_view range_type);

}  // namespace cloudemu::tool
