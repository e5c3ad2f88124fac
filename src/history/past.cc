#include "history/past.h"

#include "history/replay.h"

namespace cloudemu::history {

namespace {

/// A broken snapshot costs time, nothing else.
Result<std::unique_ptr<State>> open_base(log::FileSystem& files, const std::string& data_dir, log::Sequence until) {
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  auto snapshot = TRY(snapshots.newest(until));
  if (snapshot) {
    auto bytes = snapshots.load(*snapshot);
    if (bytes) return State::attach(TRY(sqlite::Database::open_bytes(std::move(*bytes))));
  }
  return State::attach(TRY(sqlite::Database::open_memory()));
}

}  // namespace

Result<std::unique_ptr<State>> open_past(log::FileSystem& files, const std::string& data_dir, log::Sequence until) {
  auto state = TRY(open_base(files, data_dir, until));
  state->begin();
  TRY(replay(files, log_directory(data_dir), *state, {.until = until}));
  return state;
}

}  // namespace cloudemu::history
