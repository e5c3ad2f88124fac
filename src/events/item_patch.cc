#include "events/item_patch.h"

#include <unordered_map>

#include "core/check.h"
#include "events/json_cursor.h"

namespace cloudemu::events {

namespace {

constexpr std::string_view kGone = "null";

using Values = std::unordered_map<std::string_view, std::string_view>;

Values values_of(const JsonMembers& members) {
  Values values;
  values.reserve(members.all().size());
  for (const auto& [name, value] : members.all()) values.emplace(name, value);
  return values;
}

void append_member(std::string& object, std::string_view name, std::string_view value) {
  object.append(object.empty() ? "{" : ",").append(name).append(":").append(value);
}

std::string closed(std::string object) { return (object.empty() ? "{" : std::move(object)) + "}"; }

}  // namespace

std::string patched(std::string_view before, std::string_view patch) {
  JsonMembers old, changes;
  CHECK_INVARIANT(old.parse(before) && changes.parse(patch));
  Values changed = values_of(changes), known = values_of(old);
  std::string after;
  for (const auto& [name, value] : old.all()) {
    auto change = changed.find(name);
    if (change == changed.end()) append_member(after, name, value);
    else if (change->second != kGone) append_member(after, name, change->second);
  }
  for (const auto& [name, value] : changes.all()) {
    if (!known.contains(name)) append_member(after, name, value);
  }
  return closed(std::move(after));
}

std::string make_patch(std::string_view before, std::string_view after) {
  JsonMembers old, now;
  if (!old.parse(before) || !now.parse(after)) return {};
  Values old_values = values_of(old), new_values = values_of(now);
  std::string patch;
  for (const auto& [name, value] : old.all()) {
    if (!new_values.contains(name)) append_member(patch, name, kGone);
  }
  for (const auto& [name, value] : now.all()) {
    auto known = old_values.find(name);
    if (known == old_values.end() || known->second != value) append_member(patch, name, value);
  }
  patch = closed(std::move(patch));
  return patched(before, patch) == after ? patch : std::string();
}

}  // namespace cloudemu::events
