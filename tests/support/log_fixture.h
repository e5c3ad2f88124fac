#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/check.h"
#include "log/log.h"
#include "log/reader.h"
#include "support/faulty_files.h"

namespace cloudemu::test {

/// One call with these lines as events.
inline log::CallLines call_of(const std::vector<std::string>& lines) {
  log::CallLines call;
  for (const std::string& line : lines) {
    CHECK_INVARIANT(call.add([&](std::string& out) { out.append(line).append("\n"); }));
  }
  return call;
}

/// The vocabulary of the log's tests: write lines, damage files, see what is left.
class LogFixture {
 public:
  FaultyFileSystem disk;
  log::Log::Options options{};

  /// Opens the log for writing; the error is kept in `refused`.
  bool open() {
    log_.reset();
    refused.reset();
    auto opened = log::Log::open(disk, "/log", options, 1'000'000, [] {});
    if (!opened) {
      refused = opened.error();
      return false;
    }
    log_ = std::move(*opened);
    return true;
  }
  void close() { log_.reset(); }
  log::Log& log() { return *log_; }

  /// One call with these lines as events, on the disk when it returns.
  Result<void> write(const std::vector<std::string>& lines) {
    log_->append(call_of(lines), 1000);
    return log_->flush();
  }

  /// All lines from an event on, or nothing if reading reports an error (kept in `refused`).
  std::optional<std::vector<std::string>> read(log::Sequence from = 1) {
    std::vector<std::string> lines;
    auto reader = log::LogReader::open(disk, "/log", from);
    if (!reader) {
      refused = reader.error();
      return std::nullopt;
    }
    while (true) {
      auto batch = reader->next();
      if (!batch) {
        refused = batch.error();
        return std::nullopt;
      }
      if (!*batch) return lines;
      std::string_view text = (*batch)->lines;
      while (!text.empty()) {
        size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
      }
    }
  }

  std::vector<std::string> segments() { return *log::list_segments(disk, "/log"); }
  std::string path(size_t index = 0) { return "/log/" + segments()[index]; }

  std::optional<Error> refused;

 private:
  std::unique_ptr<log::Log> log_;
};

}  // namespace cloudemu::test
