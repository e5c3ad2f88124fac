#include "events/json_cursor.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/strings.h"

namespace cloudemu::events {

namespace {

void skip_space(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n' || text.front() == '\r')) {
    text.remove_prefix(1);
  }
}

bool take(std::string_view& text, char c) {
  skip_space(text);
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// Length of the string that `text` begins with, quotes included; 0 if it begins with something else.
size_t string_length(std::string_view text) {
  if (text.empty() || text.front() != '"') return 0;
  size_t end = 0;
  while ((end = text.find('"', end + 1)) != std::string_view::npos) {
    size_t backslashes = 0;
    while (text[end - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return end + 1;
  }
  return 0;
}

constexpr std::array<bool, 256> structural_characters() {
  std::array<bool, 256> table{};
  for (unsigned char c : {'"', '{', '}', '[', ']'}) table[c] = true;
  return table;
}

/// Length of the object or array that `text` begins with; 0 if it does not end.
size_t nested_length(std::string_view text) {
  static constexpr auto kStructural = structural_characters();
  size_t depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (!kStructural[static_cast<unsigned char>(c)]) continue;
    if (c == '"') {
      size_t length = string_length(text.substr(i));
      if (length == 0) return 0;
      i += length - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (--depth == 0) {
      return i + 1;
    }
  }
  return 0;
}

/// Takes one value off the front, with all that is nested in it.
std::optional<std::string_view> take_value(std::string_view& text) {
  skip_space(text);
  if (text.empty()) return std::nullopt;
  size_t length = 0;
  switch (text.front()) {
    case '"': length = string_length(text); break;
    case '{':
    case '[': length = nested_length(text); break;
    default: length = std::min(text.find_first_of(",]} \t\r\n"), text.size());
  }
  if (length == 0) return std::nullopt;
  std::string_view value = text.substr(0, length);
  text.remove_prefix(length);
  return value;
}

void append_utf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | c >> 6));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | c >> 12));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | c >> 18));
    out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
}

std::optional<uint32_t> take_hex4(std::string_view& text) {
  if (text.size() < 4) return std::nullopt;
  uint32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + 4, value, 16);
  if (error != std::errc() || end != text.data() + 4) return std::nullopt;
  text.remove_prefix(4);
  return value;
}

bool take_escape(std::string_view& text, std::string& out) {
  if (text.empty()) return false;
  char c = text.front();
  text.remove_prefix(1);
  switch (c) {
    case '"':
    case '\\':
    case '/': out.push_back(c); return true;
    case 'b': out.push_back('\b'); return true;
    case 'f': out.push_back('\f'); return true;
    case 'n': out.push_back('\n'); return true;
    case 'r': out.push_back('\r'); return true;
    case 't': out.push_back('\t'); return true;
    case 'u': break;
    default: return false;
  }
  auto unit = take_hex4(text);
  if (!unit) return false;
  if (*unit >= 0xD800 && *unit < 0xDC00) {
    if (text.substr(0, 2) != "\\u") return false;
    text.remove_prefix(2);
    auto low = take_hex4(text);
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
    append_utf8(out, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
    return true;
  }
  append_utf8(out, *unit);
  return true;
}

}  // namespace

bool read_json_string(std::string_view text, std::string& value) {
  if (text.size() < 2 || text.front() != '"' || string_length(text) != text.size()) return false;
  text = text.substr(1, text.size() - 2);
  value.clear();
  while (true) {
    size_t escape = text.find('\\');
    value.append(text.substr(0, escape));
    if (escape == std::string_view::npos) return true;
    text.remove_prefix(escape + 1);
    if (!take_escape(text, value)) return false;
  }
}

bool JsonMembers::parse(std::string_view object, std::string_view last) {
  members_.clear();
  next_ = 0;
  if (!take(object, '{')) return false;
  if (take(object, '}')) return skip_space(object), object.empty();
  do {
    skip_space(object);
    size_t length = string_length(object);
    if (length == 0) return false;
    Member& member = members_.emplace_back();
    member.name = object.substr(0, length);
    object.remove_prefix(length);
    if (!take(object, ':')) return false;
    if (!last.empty() && is_name(member, last)) {
      if (object.size() < 2 || object.back() != '}') return false;
      member.value = object.substr(0, object.size() - 1);
      return true;
    }
    auto value = take_value(object);
    if (!value) return false;
    member.value = *value;
  } while (take(object, ','));
  return take(object, '}') && (skip_space(object), object.empty());
}

bool JsonMembers::is_name(const Member& member, std::string_view name) {
  return member.name.size() == name.size() + 2 && member.name.substr(1, name.size()) == name;
}

std::optional<std::string_view> JsonMembers::find(std::string_view name) {
  for (size_t tried = 0; tried < members_.size(); ++tried) {
    const Member& member = members_[next_];
    next_ = next_ + 1 == members_.size() ? 0 : next_ + 1;
    if (is_name(member, name)) return member.value;
  }
  return std::nullopt;
}

bool split_json_array(std::string_view array, std::vector<std::string_view>& elements) {
  if (!take(array, '[')) return false;
  if (take(array, ']')) return skip_space(array), array.empty();
  do {
    auto value = take_value(array);
    if (!value) return false;
    elements.push_back(*value);
  } while (take(array, ','));
  return take(array, ']') && (skip_space(array), array.empty());
}

}  // namespace cloudemu::events
