#include "history/past.h"

#include "core/encoding.h"
#include "history/replay.h"

namespace cloudemu::history {

namespace {

bool is_of_this_log(log::FileSystem& files, const std::string& data_dir, const Snapshot& snapshot) {
  auto chain = chain_at(files, log_directory(data_dir), snapshot.sequence);
  return chain && hex({chain->data(), chain->size()}) == snapshot.chain;
}

/// A broken snapshot costs time, nothing else.
Result<std::unique_ptr<State>> open_base(log::FileSystem& files, const std::string& data_dir, log::Sequence until) {
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  while (auto snapshot = TRY(newest_of_this_log(files, data_dir, until))) {
    if (auto database = snapshots.open(*snapshot)) return State::attach(std::move(*database));
    if (snapshot->sequence == 0) break;
    until = snapshot->sequence - 1;
  }
  return State::attach(TRY(sqlite::Database::open_memory()));
}

}  // namespace

Result<std::optional<Snapshot>> newest_of_this_log(log::FileSystem& files, const std::string& data_dir, log::Sequence until) {
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  auto snapshot = TRY(snapshots.newest(until));
  while (snapshot && snapshot->sequence > 0 && !is_of_this_log(files, data_dir, *snapshot)) {
    snapshot = TRY(snapshots.newest(snapshot->sequence - 1));
  }
  return snapshot;
}

Result<std::unique_ptr<State>> open_past(log::FileSystem& files, const std::string& data_dir, log::Sequence until) {
  auto state = TRY(open_base(files, data_dir, until));
  state->begin();
  TRY(replay(files, log_directory(data_dir), *state, {.until = until}));
  return state;
}

}  // namespace cloudemu::history
