#pragma once
#include <memory>
#include <string>

#include "log/log.h"
#include "log/memory_file.h"
#include "projections/state.h"

namespace cloudemu {

/// The state as of an event of a data directory, built into a separate file (`past/<event>-<n>.db`), and a log that ends there and takes no
/// more. Disposable: the file goes with it.
class Past {
 public:
  /// Builds it, from the nearest snapshot on; may take seconds, and may be called on any thread. Error: as history::build_state().
  static Result<std::unique_ptr<Past>> open(log::FileSystem& files, const std::string& data_dir, log::Sequence at);
  /// The state at a moment of the virtual clock: after the last event before `before` that was decided by then. Where the clock was set
  /// back, one of the moments that bore that time. Error: likewise; Errc::not_found if the log begins later.
  static Result<std::unique_ptr<Past>> open_at(log::FileSystem& files, const std::string& data_dir, TimeMs at, log::Sequence before);
  ~Past();
  Past(const Past&) = delete;
  Past& operator=(const Past&) = delete;

  State& state() { return *state_; }
  log::Log& log() { return *log_; }
  /// What the virtual clock showed when the event was decided.
  TimeMs time() const { return time_; }

 private:
  Past(log::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  log::FileSystem& files_;
  const std::string path_;
  TimeMs time_ = 0;
  log::MemoryFileSystem nothing_;  // where the log would be
  std::unique_ptr<log::Log> log_;
  std::unique_ptr<State> state_;
};

}  // namespace cloudemu
