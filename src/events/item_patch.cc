#include "events/item_patch.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/check.h"
#include "events/json_cursor.h"

namespace cloudemu::events {

namespace {

using Member = JsonMembers::Member;

constexpr std::string_view kGone = "null";

/// Members, found by their names: an item may have tens of thousands.
class ByName {
 public:
  explicit ByName(std::vector<Member> members) : sorted_(std::move(members)) { std::stable_sort(sorted_.begin(), sorted_.end(), earlier); }

  /// Null if there is none.
  const std::string_view* find(std::string_view name) const {
    auto found = std::lower_bound(sorted_.begin(), sorted_.end(), Member{name, {}}, earlier);
    return found != sorted_.end() && found->name == name ? &found->value : nullptr;
  }

 private:
  static bool earlier(const Member& a, const Member& b) { return a.name < b.name; }
  std::vector<Member> sorted_;
};

void append_member(std::string& object, std::string_view name, std::string_view value) {
  object.append(object.empty() ? "{" : ",").append(name).append(":").append(value);
}

std::string closed(std::string object) { return (object.empty() ? "{" : std::move(object)) + "}"; }

/// `old` with what `changes` say. `known`: the same as `old`.
std::string merged(const std::vector<Member>& old, const ByName& known, const std::vector<Member>& changes) {
  ByName changed(changes);
  std::string after;
  for (const auto& [name, value] : old) {
    const std::string_view* change = changed.find(name);
    if (!change) append_member(after, name, value);
    else if (*change != kGone) append_member(after, name, *change);
  }
  for (const auto& [name, value] : changes) {
    if (!known.find(name)) append_member(after, name, value);
  }
  return closed(std::move(after));
}

}  // namespace

std::string patched(std::string_view before, std::string_view patch) {
  JsonMembers old, changes;
  CHECK_INVARIANT(old.parse(before) && changes.parse(patch));
  return merged(old.all(), ByName(old.all()), changes.all());
}

std::string make_patch(std::string_view before, std::string_view after) {
  JsonMembers old, now;
  if (!old.parse(before) || !now.parse(after)) return {};
  ByName old_values(old.all()), new_values(now.all());
  std::vector<Member> changes;
  for (const auto& [name, value] : old.all()) {
    if (!new_values.find(name)) changes.push_back({name, kGone});
  }
  for (const auto& [name, value] : now.all()) {
    const std::string_view* known = old_values.find(name);
    if (!known || *known != value) changes.push_back({name, value});
  }
  if (merged(old.all(), old_values, changes) != after) return {};
  std::string patch;
  for (const auto& [name, value] : changes) append_member(patch, name, value);
  return closed(std::move(patch));
}

}  // namespace cloudemu::events
