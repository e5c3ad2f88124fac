#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

namespace cloudemu {

/// Writes lines to a file descriptor from a separate thread, so that a terminal that is slow, or stopped with Ctrl-S, keeps nobody
/// waiting. What it cannot take is left out, and a line says how many were.
class LineWriter {
 public:
  /// Lines that wait for the descriptor, in bytes.
  static constexpr size_t kWaitingBytesMax = 256 << 10;

  /// `descriptor` stays the caller's and is not made non-blocking: others may share it.
  explicit LineWriter(int descriptor);
  /// Gives what waits half a second to go out. A descriptor that takes nothing until then costs the lines, not the exit.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// Takes a line, without its newline, or leaves it out. Never waits for the descriptor.
  void add(std::string_view line);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;  // the thread's as well: it may outlive this
};

}  // namespace cloudemu
