#include "rows.h"

#include <algorithm>
#include <numeric>

#include "core/json_writer.h"
#include "core/strings.h"
#include "output.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

/// Width of the wide column, even where the others leave less.
constexpr size_t kWidthMin = 20;

}  // namespace

void Rows::add(const std::vector<Cell>& cells) {
  if (json_) return print_json(cells);
  std::vector<std::string> row;
  for (const Cell& cell : cells) {
    if (const auto* number = std::get_if<uint64_t>(&cell)) row.push_back(std::to_string(*number));
    else if (const auto* json = std::get_if<Json>(&cell)) row.push_back(printable(json->text));
    else row.push_back(printable(std::get<std::string>(cell)));
  }
  rows_.push_back(std::move(row));
}

void Rows::hide(std::string_view name) {
  auto column = std::find(names_.begin(), names_.end(), name);
  if (!json_ && column != names_.end()) drop(static_cast<size_t>(column - names_.begin()));
}

void Rows::hide_if_empty(std::string_view name) {
  auto column = static_cast<size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
  bool is_empty = std::all_of(rows_.begin(), rows_.end(), [&](const auto& row) { return row[column].empty(); });
  if (is_empty) hide(name);
}

void Rows::drop(size_t column) {
  auto at = static_cast<std::ptrdiff_t>(column);
  names_.erase(names_.begin() + at);
  for (auto& row : rows_) row.erase(row.begin() + at);
  if (layout_.wide > column) --layout_.wide;
  std::erase(layout_.spare, column);
  for (size_t& spare : layout_.spare) spare -= spare > column ? 1 : 0;
}

Rows::~Rows() {
  if (json_ || rows_.empty()) return;
  size_t columns = terminal_columns();
  while (columns > 0 && columns < kWideColumns && !layout_.spare.empty()) drop(layout_.spare.front());
  rows_.insert(rows_.begin(), names_);
  std::vector<size_t> widths(names_.size());
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  size_t& wide = widths[layout_.wide];
  size_t others = std::accumulate(widths.begin(), widths.end(), 2 * (widths.size() - 1)) - wide;
  if (columns > 0) wide = std::min(wide, std::max(columns, others + kWidthMin) - others);
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string cell = fit(row[i], widths[i]);
      line += i + 1 < row.size() ? padded(cell, widths[i] + 2) : cell;
    }
    print(line + "\n");
  }
}

void Rows::print_json(const std::vector<Cell>& cells) const {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  for (size_t i = 0; i < names_.size(); ++i) {
    std::string name = lower(names_[i]);
    if (const auto* number = std::get_if<uint64_t>(&cells[i])) writer.field(name, *number);
    else if (const auto* json = std::get_if<Json>(&cells[i])) writer.raw_field(name, json->text.empty() ? "{}" : json->text);
    else writer.field(name, std::get<std::string>(cells[i]));
  }
  writer.end_object();
  print(printable_json(out) + "\n");
}

}  // namespace cloudemu::tool
