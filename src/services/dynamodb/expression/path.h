#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/value.h"

namespace cloudemu::dynamodb::expression {

/// Levels below the item that a document path may reach.
inline constexpr size_t kPathLevelsMax = 32;

struct PathStep {
  std::string name;    ///< of a map's member
  uint32_t index = 0;  ///< of a list's element
  bool is_index = false;

  static PathStep member(std::string_view name) { return {.name = std::string(name)}; }
  static PathStep element(uint32_t index) { return {.name = {}, .index = index, .is_index = true}; }
  bool operator==(const PathStep&) const = default;
};

/// Where a value is inside of an item: "a.b[3]". The first step is an attribute's name.
struct Path {
  std::vector<PathStep> steps;

  static Path of_attribute(std::string_view name) { return {.steps = {PathStep::member(name)}}; }
  const std::string& attribute() const { return steps.front().name; }
  bool is_nested() const { return steps.size() > 1; }
  bool operator==(const Path&) const = default;
};

/// As error messages show it: "[a, b, [3]]".
std::string shown(const Path& path);

/// The value at a path; null if absent.
const Value* resolve(const Path& path, const Item& item);

/// How two paths of one update (or one projection) conflict.
enum class Clash {
  none,
  overlap,  ///< one leads to the other, or to its inside
  conflict  ///< one takes for a map what the other takes for a list
};
Clash clash_of(const Path& a, const Path& b);

}  // namespace cloudemu::dynamodb::expression
