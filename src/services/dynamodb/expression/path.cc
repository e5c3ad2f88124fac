#include "services/dynamodb/expression/path.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::dynamodb::expression {

std::string shown(const Path& path) {
  std::string out = "[";
  for (const PathStep& step : path.steps) {
    if (out.size() > 1) out.append(", ");
    if (step.is_index) append(out, '[', step.index, ']');
    else out.append(step.name);
  }
  return out.append("]");
}

const Value* resolve(const Path& path, const Item& item) {
  const Value* at = find(item, path.attribute());
  for (size_t i = 1; at && i < path.steps.size(); ++i) {
    const PathStep& step = path.steps[i];
    if (step.is_index) {
      at = at->type == Type::list && step.index < at->elements.size() ? &at->elements[step.index] : nullptr;
    } else {
      at = at->type == Type::map ? find(at->map, step.name) : nullptr;
    }
  }
  return at;
}

Clash clash_of(const Path& a, const Path& b) {
  size_t common = std::min(a.steps.size(), b.steps.size());
  for (size_t i = 0; i < common; ++i) {
    if (a.steps[i] == b.steps[i]) continue;
    return a.steps[i].is_index == b.steps[i].is_index ? Clash::none : Clash::conflict;
  }
  return Clash::overlap;
}

}  // namespace cloudemu::dynamodb::expression
