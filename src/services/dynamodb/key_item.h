#pragma once
#include <string_view>

#include "events/dynamodb_events.h"
#include "services/dynamodb/value.h"

/// What an ordering key says of its item.
namespace cloudemu::dynamodb {

/// The key attributes of an item, read off its ordering key in the table, or (with `index`) in that index: those of the index first, then
/// those of the table. So nobody has to look into the item for them.
Item item_of_key(const TableDescription& table, const IndexDescription* index, std::string_view key);

}  // namespace cloudemu::dynamodb
