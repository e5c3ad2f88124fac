#include "output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "commands.h"
#include "core/encoding.h"
#include "core/strings.h"

namespace cloudemu::tool {

namespace {

[[noreturn]] void give_up() {
  if (errno == EPIPE) std::_Exit(0);
  std::fprintf(stderr, "cloudemu-log: cannot write the output: %s\n", std::strerror(errno));
  std::_Exit(kIo);
}

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) give_up();
}

void flush_output() {
  if (std::fflush(stdout) != 0) give_up();
}

void note(std::string_view sentence) {
  flush_output();
  std::fprintf(stderr, "cloudemu-log: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

size_t terminal_columns() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0) return 0;
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
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

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '\n') append(out, "\\n");
    else if (c == '\t') append(out, "\\t");
    else if (byte < 0x20 || byte == 0x7F) append(out, "\\x", hex({&c, 1}));
    else out.push_back(c);
  }
  return out;
}

std::string fit(std::string_view text, size_t width) {
  std::string out = printable(text);
  if (width == 0 || utf8_length(out) <= width) return out;
  size_t columns = 0, end = 0;
  for (; end < out.size(); ++end) {
    bool starts_character = (static_cast<unsigned char>(out[end]) & 0xC0) != 0x80;
    if (starts_character && ++columns == width) break;
  }
  return out.substr(0, end) + "…";
}

}  // namespace cloudemu::tool
