#include "output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "commands.h"
#include "core/strings.h"
#include "text.h"

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
  std::fprintf(stderr, "cloudemu-log: %s\n", printable(sentence).c_str());
}

bool is_terminal() { return ::isatty(STDOUT_FILENO) != 0; }

bool wants_color(ColorMode mode) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
  };
  const char* terminal = std::getenv("TERM");
  bool is_dumb = terminal && std::string_view(terminal) == "dumb";
  return is_terminal() && !is_dumb && !is_set("NO_COLOR");
}

size_t terminal_columns() {
  winsize size{};
  if (!is_terminal()) return 0;
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string paint(bool on, Color color, std::string_view text) {
  static constexpr const char* kCodes[] = {"", "2", "31", "32", "33", "34", "35", "36"};
  if (!on || color == Color::none) return std::string(text);
  return concat("\033[", kCodes[static_cast<int>(color)], "m", text, "\033[0m");
}

}  // namespace cloudemu::tool
