#pragma once
#include <string>
#include <string_view>

/// What changed of an item, as text: an update of a few bytes in an item of 400 KB should not log the item again.
namespace cloudemu::events {

/// Members of one JSON object that another one does not have, or has otherwise: {"name":value,...}, a value that is `null` for one that is
/// gone. Empty if that does not lead from `before` to `after` exactly, order included.
std::string make_patch(std::string_view before, std::string_view after);
/// `before` with what a patch says: known members stay where they were, new ones are put at the end.
std::string patched(std::string_view before, std::string_view patch);

}  // namespace cloudemu::events
