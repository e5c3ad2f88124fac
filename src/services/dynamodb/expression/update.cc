#include "services/dynamodb/expression/update.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <tuple>
#include <unordered_set>

#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/number.h"
#include "services/dynamodb/write_request.h"

namespace cloudemu::dynamodb::expression {

namespace {

AwsError bad_target() { return validation("The document path provided in the update expression is invalid for update"); }
AwsError bad_operand() { return validation("An operand in the update expression has an incorrect data type"); }
AwsError absent_operand() { return validation("The provided expression refers to an attribute that does not exist in the item"); }

/// Levels of documents in a value.
size_t depth_of(const Value& value) {
  if (value.type != Type::map && value.type != Type::list) return 0;
  size_t below = 0;
  for (const Attribute& attribute : value.map) below = std::max(below, depth_of(attribute.value));
  for (const Value& element : value.elements) below = std::max(below, depth_of(element));
  return below + 1;
}

/// A value may be put into a document that is there only if the whole does not get too deep. The item is its first level.
AwsResult<void> check_depth(const Path& path, const Value& value) {
  if (!path.is_nested()) return {};
  size_t depth = depth_of(value);
  if (depth > 0 && path.steps.size() + depth > kNestingMax) return fail(nested_too_deeply());
  return {};
}

AwsResult<Value> combine(SetValue::Op op, const Value& a, const Value& b) {
  if (op == SetValue::Op::list_append) {
    if (a.type != Type::list || b.type != Type::list) return fail(bad_operand());
    Value joined = a;
    joined.elements.insert(joined.elements.end(), b.elements.begin(), b.elements.end());
    return joined;
  }
  if (a.type != Type::number || b.type != Type::number) return fail(bad_operand());
  auto x = Number::parse(a.text), y = Number::parse(b.text);
  if (!x || !y) return fail(bad_operand());
  auto result = op == SetValue::Op::plus ? add(*x, *y) : subtract(*x, *y);
  if (!result) return fail(bad_number(result.error(), {}));
  return Value::number(result->text());
}

AwsResult<Value> evaluate(const SetValue& value, const Item& old) {
  switch (value.op) {
    case SetValue::Op::constant: return *value.constant;
    case SetValue::Op::path: {
      const Value* found = resolve(value.path, old);
      if (!found) return fail(absent_operand());
      return *found;
    }
    case SetValue::Op::if_not_exists:
      if (const Value* found = resolve(value.path, old)) return *found;
      return evaluate(value.operands[0], old);
    default: {
      Value left = TRY(evaluate(value.operands[0], old));
      return combine(value.op, left, TRY(evaluate(value.operands[1], old)));
    }
  }
}

/// The document that the last step of a path goes into; null if the way there does not exist or is no document of that kind.
Value* parent_of(const Path& path, Item& item) {
  Value* at = find(item, path.attribute());
  for (size_t i = 1; at && i + 1 < path.steps.size(); ++i) {
    const PathStep& step = path.steps[i];
    if (step.is_index) {
      at = at->type == Type::list && step.index < at->elements.size() ? &at->elements[step.index] : nullptr;
    } else {
      at = at->type == Type::map ? find(at->map, step.name) : nullptr;
    }
  }
  Type wanted = path.steps.back().is_index ? Type::list : Type::map;
  return at && at->type == wanted ? at : nullptr;
}

/// The way to `path` is there.
void write(const Path& path, Item& item, Value value) {
  if (!path.is_nested()) return put(item, path.attribute(), std::move(value));
  Value* parent = parent_of(path, item);
  if (!parent) return;
  const PathStep& last = path.steps.back();
  if (!last.is_index) put(parent->map, last.name, std::move(value));
  else if (last.index < parent->elements.size()) parent->elements[last.index] = std::move(value);
  else parent->elements.push_back(std::move(value));
}

/// To look members up: a set may have a hundred thousand.
std::unordered_set<std::string_view> members_of(const Value& set) {
  std::unordered_set<std::string_view> members;
  members.reserve(set.elements.size());
  for (const Value& member : set.elements) members.insert(member.text);
  return members;
}

AwsError type_mismatch(const Update& update) {
  return update.is_legacy ? validation("Type mismatch for attribute to update") : bad_operand();
}

AwsResult<Value> sum(const Update& update, const Value& operand, const Value* old) {
  if (!old) return operand;
  if (old->type != operand.type) return fail(type_mismatch(update));
  if (operand.type == Type::number) return combine(SetValue::Op::plus, *old, operand);
  if (operand.type == Type::list) return combine(SetValue::Op::list_append, *old, operand);
  Value joined = *old;
  auto known = members_of(*old);
  for (const Value& member : operand.elements) {
    if (!known.contains(member.text)) joined.elements.push_back(member);
  }
  return joined;
}

/// What is left of a set; nothing if that is empty.
AwsResult<std::optional<Value>> difference(const Update& update, const Value& operand, const Value* old) {
  if (!old) return std::optional<Value>();
  if (old->type != operand.type) return fail(type_mismatch(update));
  Value rest = *old;
  auto deleted = members_of(operand);
  std::erase_if(rest.elements, [&](const Value& member) { return deleted.contains(member.text); });
  return rest.elements.empty() ? std::optional<Value>() : std::optional(std::move(rest));
}

/// What an action leaves at its path; nothing: the path is removed.
AwsResult<std::optional<Value>> result_of(const Update& update, const UpdateAction& action, const Item& old) {
  switch (action.op) {
    case UpdateAction::Op::set: return std::optional(TRY(evaluate(action.value, old)));
    case UpdateAction::Op::remove: return std::optional<Value>();
    case UpdateAction::Op::delete_members: return difference(update, *action.constant, resolve(action.path, old));
    default: return std::optional(TRY(sum(update, *action.constant, resolve(action.path, old))));
  }
}

/// The document that a path goes into has to be there; but from an item that is not there everything can be taken away.
AwsResult<void> check_way(const UpdateAction& action, Item& item, Before before) {
  if (!action.path.is_nested() || parent_of(action.path, item)) return {};
  if (before == Before::absent && !action.creates()) return {};
  return fail(bad_target());
}

/// Of elements of lists: what lies deeper comes first, and elements of one list one after the other.
bool deeper(const Path* a, const Path* b) {
  if (a->steps.size() != b->steps.size()) return a->steps.size() > b->steps.size();
  auto before = [](const PathStep& x, const PathStep& y) {
    return std::tie(x.is_index, x.index, x.name) < std::tie(y.is_index, y.index, y.name);
  };
  return std::lexicographical_compare(a->steps.begin(), a->steps.end(), b->steps.begin(), b->steps.end(), before);
}

bool is_in_same_list(const Path& a, const Path& b) {
  return a.steps.size() == b.steps.size() && std::equal(a.steps.begin(), std::prev(a.steps.end()), b.steps.begin());
}

void remove_attribute(const Path& path, Item& item) {
  Value* parent = path.is_nested() ? parent_of(path, item) : nullptr;
  if (parent || !path.is_nested()) erase_attribute(parent ? parent->map : item, path.steps.back().name);
}

/// Removes from the list that all of these paths lead into, in one go: a list may have a hundred thousand elements.
void remove_elements(std::span<const Path* const> paths, Item& item) {
  Value* parent = parent_of(*paths.front(), item);
  if (!parent) return;
  size_t at = 0;
  auto next = paths.begin();
  std::erase_if(parent->elements, [&](const Value&) {
    bool is_named = next != paths.end() && (*next)->steps.back().index == at++;
    if (is_named) ++next;
    return is_named;
  });
}

/// Indexes mean the lists as they were.
void remove_all(std::vector<const Path*> paths, Item& item) {
  auto elements = std::partition(paths.begin(), paths.end(), [](const Path* path) { return !path->steps.back().is_index; });
  std::for_each(paths.begin(), elements, [&](const Path* path) { remove_attribute(*path, item); });
  std::sort(elements, paths.end(), deeper);
  while (elements != paths.end()) {
    auto end = std::find_if(elements, paths.end(), [&](const Path* path) { return !is_in_same_list(*path, **elements); });
    remove_elements({elements, end}, item);
    elements = end;
  }
}

}  // namespace

/// First all is read, then all is written.
AwsResult<void> apply(const Update& update, Before before, Item& item) {
  std::vector<std::pair<const Path*, Value>> written, appended;
  std::vector<const Path*> removed;
  size_t size = 0;
  for (const UpdateAction& action : update.actions) {
    std::optional<Value> value = TRY(result_of(update, action, item));
    TRY(check_way(action, item, before));
    if (value) {
      TRY(check_depth(action.path, *value));
      // A large attribute may be named three hundred times. All of the values come into the item.
      size += size_of(*value);
      if (size > kItemBytesMax) return fail(updated_item_too_large());
    }
    const Path& path = action.path;
    bool appends = path.steps.back().is_index && !resolve(path, item);
    if (value) (appends ? appended : written).emplace_back(&path, std::move(*value));
    else removed.push_back(&path);
  }
  for (auto& [path, value] : written) write(*path, item, std::move(value));
  // Elements beyond the end of a list come to its end, in the order of their indexes.
  std::stable_sort(appended.begin(), appended.end(),
                   [](const auto& a, const auto& b) { return a.first->steps.back().index < b.first->steps.back().index; });
  for (auto& [path, value] : appended) write(*path, item, std::move(value));
  remove_all(std::move(removed), item);
  return {};
}

}  // namespace cloudemu::dynamodb::expression
