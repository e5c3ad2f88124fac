#pragma once
#include <string>

#include "core/clock.h"
#include "log/file.h"

namespace cloudemu::history {

/// Removes a state's file and what SQLite has beside it.
Result<void> remove_state(log::FileSystem& files, const std::string& path);

/// state.db and what lies beside it, while SQLite has none of it open: what may be believed, what takes its place.
///
///   state.db              the last good state; replaced only by one that is complete
///   state.db-wal, -shm    SQLite's write-ahead log, with commits that are not in the file yet
///   state.db.new          one that is being built
///   state.db.distrusted   says why state.db is not to be used; written the moment that is found out
///   state.db.damaged-*    what was set aside, to be looked at
class StateFile {
 public:
  /// Older ones go.
  static constexpr size_t kSetAsideMax = 2;

  StateFile(log::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  std::string path_of_new() const { return path_ + ".new"; }
  bool exists() { return files_.exists(path_); }

  /// Whether the write-ahead log is whole. SQLite itself takes a log that is damaged, or gone, for one that ends there; but later parts of
  /// it may be in the file already, and the two together are a state that never was.
  enum class Journal { whole, absent };
  /// Error: Errc::corrupt if it is damaged, or if the file is marked as distrusted; Errc::foreign if it is of an earlier version.
  Result<Journal> check();
  /// True if the file was used with a write-ahead log: without the log it is complete only if it was closed in order.
  bool needs_journal();

  void distrust(std::string_view why);
  /// Moves the file out of the way.
  Result<void> set_aside(TimeMs now);
  /// The file at path_of_new() takes the place of the present one, which goes.
  Result<void> install();
  Result<void> remove_new();

 private:
  std::string path_of_mark() const { return path_ + ".distrusted"; }
  std::string header();
  Result<Journal> check_journal();

  log::FileSystem& files_;
  std::string path_;
};

}  // namespace cloudemu::history
