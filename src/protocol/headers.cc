#include "protocol/headers.h"

#include <algorithm>
#include <cstring>

namespace cloudemu::http {

namespace {

constexpr std::string_view kBetween = ": ", kEnd = "\r\n";
/// Those of most replies fit into it.
constexpr size_t kRoomBytes = 384;

bool ends_a_header(char c) { return c == '\r' || c == '\n' || c == '\0'; }

/// Whether there may be such a character; eight are looked at at once, and all below 16 are suspect.
bool may_end_a_header(std::string_view value) {
  constexpr uint64_t kEach = 0x0101010101010101;
  uint64_t suspects = 0, eight;
  if (value.size() < sizeof eight) return std::any_of(value.begin(), value.end(), ends_a_header);
  auto look_at = [&](size_t at) {
    std::memcpy(&eight, value.data() + at, sizeof eight);
    suspects |= (eight - 0x10 * kEach) & ~eight & 0x80 * kEach;
  };
  for (size_t at = 0; at + sizeof eight <= value.size(); at += sizeof eight) look_at(at);
  look_at(value.size() - sizeof eight);
  return suspects != 0;
}

}  // namespace

Headers::Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> headers) {
  for (auto [name, value] : headers) set(name, value);
}

Headers& Headers::set(std::string_view name, std::string_view value) {
  if (text_.empty()) text_.reserve(kRoomBytes);
  size_t begin = text_.size();
  text_.append(name).append(kBetween).append(value);
  if (may_end_a_header(name) || may_end_a_header(value)) {
    std::replace_if(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.end(), ends_a_header, ' ');
  }
  text_.append(kEnd);
  return *this;
}

Headers& Headers::replace(std::string_view name, std::string_view value) {
  if (auto found = find(name)) {
    auto begin = static_cast<size_t>(found->data() - text_.data()) - kBetween.size() - name.size();
    text_.erase(begin, name.size() + kBetween.size() + found->size() + kEnd.size());
  }
  return set(name, value);
}

Headers& Headers::append(const Headers& others) {
  text_.append(others.text_);
  return *this;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  std::string_view rest = text_;
  while (!rest.empty()) {
    std::string_view before = rest.substr(0, rest.size() - kEnd.size());
    size_t end = before.rfind('\n');
    size_t begin = end == std::string_view::npos ? 0 : end + 1;
    std::string_view line = before.substr(begin);
    if (line.starts_with(name) && line.substr(name.size()).starts_with(kBetween)) return line.substr(name.size() + kBetween.size());
    rest = rest.substr(0, begin);
  }
  return std::nullopt;
}

std::pair<std::string_view, std::string_view> Headers::take_line(std::string_view& rest) {
  size_t between = rest.find(kBetween);
  std::string_view name = rest.substr(0, between);
  rest.remove_prefix(between + kBetween.size());
  size_t end = rest.find(kEnd);
  std::string_view value = rest.substr(0, end);
  rest.remove_prefix(end + kEnd.size());
  return {name, value};
}

}  // namespace cloudemu::http
