#include "members.h"

#include "core/strings.h"

namespace cloudemu::tool {

std::string text_of(events::JsonMembers& members, std::string_view name) {
  std::string value;
  auto raw = members.find(name);
  if (!raw) return value;
  if (!events::read_json_string(*raw, value)) value = *raw;
  return value;
}

log::Sequence number_of(events::JsonMembers& members, std::string_view name) {
  return parse_integer<log::Sequence>(text_of(members, name)).value_or(0);
}

}  // namespace cloudemu::tool
