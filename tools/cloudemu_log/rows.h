#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cloudemu::tool {

/// Prints a table with aligned columns, or each row as a JSON object on one line. So that lines do not wrap on a terminal, its
/// `wide` column is cut, and its `spare` ones are left out where space is short.
class Rows {
 public:
  struct Json {
    std::string text;
  };
  /// JSON objects take Json as it stands.
  using Cell = std::variant<std::string, uint64_t, Json>;

  struct Layout {
    size_t wide;
    std::vector<size_t> spare = {};  ///< the last first
  };

  Rows(bool json, std::vector<std::string> names, Layout layout) : json_(json), names_(std::move(names)), layout_(std::move(layout)) {}
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  void add(const std::vector<Cell>& cells);
  /// Leaves a column out of the table; JSON objects keep it.
  void hide(std::string_view name);
  /// Likewise, where there is nothing in it.
  void hide_if_empty(std::string_view name);

 private:
  void print_json(const std::vector<Cell>& cells) const;
  void drop(size_t column);

  bool json_;
  std::vector<std::string> names_;
  Layout layout_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace cloudemu::tool
