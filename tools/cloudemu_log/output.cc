#include "output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "commands.h"
#include "core/strings.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

/// Exit code of a program that Ctrl-C ended, as shells have it.
constexpr int kInterrupted = 130;

/// A pager that stands between this program and the terminal.
struct Paged {
  pid_t pager = 0;  ///< 0: none
  size_t columns = 0;
};
Paged paged;

/// Its value; empty where it is not set.
std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool is_on_path(std::string_view program) {
  if (program.find('/') != std::string_view::npos) return ::access(std::string(program).c_str(), X_OK) == 0;
  std::string path = environment("PATH");
  for (std::string_view folder : split(path, ':')) {
    if (::access(concat(folder, "/", program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// Whether the shell will find the program: what goes through a pager that does not start is lost. More than a plain word (an assignment,
/// quotes) is the shell's business.
bool can_start(std::string_view command) {
  std::string_view program = split_once(trim(command), ' ').first;
  return program.find_first_of("=\"'$`\\(){};&|<>~") != std::string_view::npos || is_on_path(program);
}

std::string pager_command() {
  for (const char* name : {"CLOUDEMU_PAGER", "PAGER"}) {
    const char* value = std::getenv(name);
    if (!value) continue;
    bool is_none = std::string_view(value) == "cat" || trim(value).empty();
    if (is_none || can_start(value)) return is_none ? "" : value;
    note(concat("there is no pager ", value, ", which ", name, " names"));
    return "";
  }
  return is_on_path("less") ? "less" : "";
}

/// Ctrl-C in a pager: it goes on showing what it has, and the shell's prompt waits for it.
void leave_with_pager(int) {
  ::close(STDOUT_FILENO);
  while (::waitpid(paged.pager, nullptr, 0) < 0 && errno == EINTR) continue;
  ::_exit(kInterrupted);
}

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

void pause_output(int ms) {
  pollfd output{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  if (::poll(&output, 1, ms) > 0) std::_Exit(kOk);
}

void note(std::string_view sentence) {
  flush_output();
  std::fprintf(stderr, "cloudemu-log: %s\n", printable(sentence).c_str());
}

bool is_terminal() { return paged.pager != 0 || ::isatty(STDOUT_FILENO) != 0; }

void start_pager() {
  std::string command = is_terminal() && environment("TERM") != "dumb" ? pager_command() : "";
  size_t columns = terminal_columns();
  int ends[2];
  if (command.empty() || ::pipe2(ends, O_CLOEXEC) != 0) return;
  // Colours as they are, no clearing of the screen, and no waiting where all fits on it.
  ::setenv("LESS", "FRX", 0);
  pid_t pager = ::fork();
  if (pager == 0) {
    ::dup2(ends[0], STDIN_FILENO);
    std::signal(SIGPIPE, SIG_DFL);
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(kIo);
  }
  ::close(ends[0]);
  if (pager < 0) {
    ::close(ends[1]);
    return;
  }
  ::dup2(ends[1], STDOUT_FILENO);
  ::close(ends[1]);
  paged = {pager, columns};
  std::signal(SIGINT, leave_with_pager);
}

void finish_output() {
  flush_output();
  if (paged.pager == 0) return;
  ::close(STDOUT_FILENO);
  while (::waitpid(paged.pager, nullptr, 0) < 0 && errno == EINTR) continue;
}

bool wants_color(ColorMode mode) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  return is_terminal() && environment("TERM") != "dumb" && environment("NO_COLOR").empty();
}

size_t terminal_columns() {
  winsize size{};
  if (paged.pager != 0) return paged.columns;
  if (!is_terminal()) return 0;
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string paint(bool on, Color color, std::string_view text) {
  static constexpr const char* kCodes[] = {"", "2", "31", "32", "33", "34", "35", "36"};
  if (!on || color == Color::none) return std::string(text);
  return concat("\033[", kCodes[static_cast<int>(color)], "m", text, "\033[0m");
}

}  // namespace cloudemu::tool
