#pragma once
#include <string>
#include <string_view>

#include "events/json_cursor.h"
#include "log/frame.h"

/// What stands in the members of a JSON object.
namespace cloudemu::tool {

/// A string's content; any other value as it stands; empty where there is no such member.
std::string text_of(events::JsonMembers& members, std::string_view name);
/// 0 where there is none, or it is no sequence.
log::Sequence number_of(events::JsonMembers& members, std::string_view name);

}  // namespace cloudemu::tool
