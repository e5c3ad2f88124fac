#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/key_schema.h"

/// When items expire, and the hidden index that has them in the order in which they do: it is made, filled and dropped like any other.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
namespace cloudemu::dynamodb {

/// When an item expires by the table's time to live; nothing: never. Only a number expires, seconds since 1970, and nothing that was over
/// for five years when it was written.
std::optional<TimeMs> expiry_of(const TableDescription& table, const Attributes& item, TimeMs now);

/// The entry of an item that expires at `at`. Its ordering key begins with the time.
IndexKey expiry_entry(const TableDescription& table, TimeMs at, std::string_view item_key);
/// What all entries that expire at `at` or later are not less than.
std::string expiry_bound(TimeMs at);
/// What an entry's ordering key says.
TimeMs expiry_in(std::string_view entry_key);
std::string_view item_key_in(std::string_view entry_key);

/// Says in the event of a written item when it expires.
void note_expiry(const TableDescription& table, const Attributes& item, TimeMs now, ItemPut& event);

}  // namespace cloudemu::dynamodb
