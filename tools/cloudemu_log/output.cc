#include "output.h"

#include <cstdio>
#include <cstdlib>

#include "core/strings.h"

namespace cloudemu::tool {

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) std::_Exit(0);
}

std::string paint(bool on, Color color, std::string_view text) {
  static constexpr const char* kCodes[] = {"", "2", "31", "32", "33", "34", "35", "36"};
  if (!on || color == Color::none) return std::string(text);
  return concat("\033[", kCodes[static_cast<int>(color)], "m", text, "\033[0m");
}

std::string pretty_json(std::string_view json) {
  std::string out;
  size_t depth = 0;
  auto new_line = [&] { out.append("\n").append(depth * 2, ' '); };
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (c == '"') {
      size_t end = i + 1;
      while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
      out.append(json.substr(i, end + 1 - i));
      i = end;
    } else if ((c == '{' || c == '[') && i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']')) {
      out.append(json.substr(i++, 2));
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
    } else {
      out.push_back(c);
    }
  }
  return out;
}

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

std::string fit(std::string_view text, size_t width) {
  std::string out;
  size_t columns = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    bool starts_character = (c & 0xC0) != 0x80;
    if (starts_character && columns == width) {
      while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) out.pop_back();
      if (!out.empty()) out.pop_back();
      return out + "…";
    }
    if (starts_character) ++columns;
    out.push_back(c < 0x20 || c == 0x7F ? ' ' : text[i]);
  }
  return out;
}

}  // namespace cloudemu::tool
