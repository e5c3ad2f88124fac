#pragma once
#include <algorithm>
#include <iterator>
#include <string_view>

namespace cloudemu {

/// The first row of that name in a table that is sorted by `name`; null if absent.
template <class Table>
auto find_by_name(const Table& rows, std::string_view name) -> decltype(&*std::begin(rows)) {
  auto found = std::lower_bound(std::begin(rows), std::end(rows), name, [](const auto& row, std::string_view n) { return row.name < n; });
  return found != std::end(rows) && found->name == name ? &*found : nullptr;
}

}  // namespace cloudemu
