#include "text.h"

#include <algorithm>
#include <cstdio>

#include "core/encoding.h"
#include "core/strings.h"

namespace cloudemu::tool {

namespace {

/// Printable ASCII, as most texts are.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// A character, or a byte that is no UTF-8.
struct Character {
  std::string_view bytes;
  char32_t code;  ///< of such a byte its value
  bool is_valid;
};

Character next_character(std::string_view text) {
  constexpr size_t kLengthMax = 4;
  for (size_t length = 1; length <= std::min(kLengthMax, text.size()); ++length) {
    std::string_view bytes = text.substr(0, length);
    if (!is_utf8(bytes)) continue;
    auto lead = static_cast<unsigned char>(bytes[0]);
    char32_t code = length == 1 ? lead : lead & (0x7FU >> length);
    for (char c : bytes.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
    return {bytes, code, true};
  }
  return {text.substr(0, 1), static_cast<unsigned char>(text[0]), false};
}

struct Range {
  char32_t first, last;
};

template <size_t N>
bool in_any(const Range (&ranges)[N], char32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges), [&](const Range& range) { return code >= range.first && code <= range.last; });
}

bool is_control(char32_t code) {
  constexpr Range kControls[] = {{0, 0x1F},          {0x7F, 0x9F},       // C0, DEL, C1
                                 {0x61C, 0x61C},     {0x200E, 0x200F},   // marks of direction
                                 {0x2028, 0x202E},   {0x2066, 0x2069},   // line ends, embeddings, overrides, isolates
                                 {0xE0000, 0xE007F}, {0xFEFF, 0xFEFF}};  // tags, byte order mark
  return in_any(kControls, code);
}

/// Columns of a character that is no control: https://www.unicode.org/reports/tr11/, in outline.
size_t columns_of(char32_t code) {
  constexpr Range kNone[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x200B, 0x200D},
                             {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}};
  constexpr Range kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                             {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F1E6, 0x1F1FF}, {0x1F300, 0x1F64F},
                             {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};
  if (code < 0x300) return 1;
  if (in_any(kNone, code)) return 0;
  return in_any(kWide, code) ? 2 : 1;
}

/// "\\u202e"
std::string unicode_escape(char32_t code) {
  auto unit = [](char32_t value) {
    std::string out = "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out.push_back("0123456789abcdef"[value >> shift & 15]);
    return out;
  };
  if (code < 0x10000) return unit(code);
  code -= 0x10000;
  return unit(0xD800 + (code >> 10)) + unit(0xDC00 + (code & 0x3FF));
}

}  // namespace

std::string printable(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    Character c = next_character(text);
    text.remove_prefix(c.bytes.size());
    if (c.code == '\n' && c.is_valid) append(out, "\\n");
    else if (c.code == '\t' && c.is_valid) append(out, "\\t");
    else if (!c.is_valid || (is_control(c.code) && c.bytes.size() == 1)) append(out, "\\x", hex(c.bytes));
    else if (is_control(c.code)) append(out, unicode_escape(c.code));
    else append(out, c.bytes);
  }
  return out;
}

std::string printable_json(std::string_view json) {
  if (is_plain(json)) return std::string(json);
  std::string out;
  while (!json.empty()) {
    Character c = next_character(json);
    json.remove_prefix(c.bytes.size());
    if (c.is_valid && !is_control(c.code)) append(out, c.bytes);
    else append(out, unicode_escape(c.code));
  }
  return out;
}

size_t display_width(std::string_view text) {
  if (is_plain(text)) return text.size();
  size_t width = 0;
  while (!text.empty()) {
    Character c = next_character(text);
    text.remove_prefix(c.bytes.size());
    width += columns_of(c.code);
  }
  return width;
}

std::string fit(std::string_view text, size_t width) {
  std::string out = printable(text);
  if (width == 0 || display_width(out) <= width) return out;
  std::string_view rest = out;
  size_t columns = 0;
  while (!rest.empty()) {
    Character c = next_character(rest);
    columns += columns_of(c.code);
    if (columns >= width) break;  // the last column is the ellipsis's
    rest.remove_prefix(c.bytes.size());
  }
  return concat(std::string_view(out).substr(0, out.size() - rest.size()), "…");
}

std::string padded(std::string_view text, size_t width) {
  std::string out(text);
  size_t taken = display_width(text);
  if (taken < width) out.append(width - taken, ' ');
  return out;
}

namespace {

/// A JSON string, cut where it is long: the bytes of a small object stand in its event.
void append_string(std::string& out, std::string_view text) {
  constexpr size_t kShownMax = 120;
  size_t characters = utf8_length(text) - 2;
  if (characters <= kShownMax) return append(out, text);
  size_t end = 1;
  for (size_t shown = 0; shown < kShownMax; ++shown) end += next_character(text.substr(end)).bytes.size();
  append(out, text.substr(0, end), "… (", characters, " characters; all with --json)\"");
}

/// Where the object or array that begins at `at` ends, if there is nothing in it; else 0.
size_t closing(std::string_view json, size_t at) {
  if (json[at] != '{' && json[at] != '[') return 0;
  size_t next = at + 1;
  while (next < json.size() && is_space(json[next])) ++next;
  return next < json.size() && (json[next] == '}' || json[next] == ']') ? next : 0;
}

}  // namespace

std::string pretty_json(std::string_view json) {
  std::string out;
  size_t depth = 0;
  auto new_line = [&] { out.append("\n").append(depth * 2, ' '); };
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (c == '"') {
      size_t end = i + 1;
      while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
      append_string(out, json.substr(i, end + 1 - i));
      i = end;
    } else if (size_t end = closing(json, i)) {
      out.push_back(c);
      out.push_back(json[end]);
      i = end;
    } else if (c == '{' || c == '[') {
      out.push_back(c);
      ++depth;
      new_line();
    } else if (c == '}' || c == ']') {
      depth -= depth > 0 ? 1 : 0;
      new_line();
      out.push_back(c);
    } else if (c == ',') {
      out.push_back(c);
      new_line();
    } else if (c == ':') {
      out.append(": ");
    } else if (!is_space(c)) {
      out.push_back(c);
    }
  }
  return out;
}

std::string counted(uint64_t count, std::string_view noun) { return concat(count, " ", noun, count == 1 ? "" : "s"); }

std::string human_bytes(uint64_t bytes) {
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return concat(bytes, " B");
  auto value = static_cast<double>(bytes);
  int unit = -1;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", value, kUnits[unit]);
  return text;
}

}  // namespace cloudemu::tool
