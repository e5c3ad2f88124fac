#pragma once
#include <string_view>

#include "events/dynamodb_events.h"
#include "services/dynamodb/value.h"

/// What an ordering key says of its item.
namespace cloudemu::dynamodb {

/// Which of the two keys in an index comes first: that of the index in a LastEvaluatedKey, that of the table in an item.
enum class KeyOrder { index_first, table_first };

/// The key attributes of an item, read off its ordering key in the table, or (with `index`) in that index. So nobody has to look into the
/// item for them.
Item item_of_key(const TableDescription& table, const IndexDescription* index, std::string_view key, KeyOrder order);

}  // namespace cloudemu::dynamodb
