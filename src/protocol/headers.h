#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cloudemu::http {

/// The headers of a message that is to be sent, in the order they were set, as they go out: one text. A reply has some ten of them, and
/// hardly any is asked for again.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> headers);

  /// Adds one. What would end the line within it (a line break, a NUL) becomes a blank.
  Headers& set(std::string_view name, std::string_view value);
  /// Sets one in place of the one that has this very name.
  Headers& replace(std::string_view name, std::string_view value);
  Headers& append(const Headers& others);

  /// The value of the last one of that name, as it was spelled.
  std::optional<std::string_view> find(std::string_view name) const;
  bool empty() const { return text_.empty(); }
  /// "ETag: \"...\"\r\nAccept-Ranges: bytes\r\n"
  const std::string& text() const { return text_; }
  /// Calls `visit(name, value)` of each.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::string_view rest = text_; !rest.empty();) {
      auto [name, value] = take_line(rest);
      visit(name, value);
    }
  }

 private:
  static std::pair<std::string_view, std::string_view> take_line(std::string_view& rest);

  std::string text_;
};

}  // namespace cloudemu::http
