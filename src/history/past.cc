#include "history/past.h"

#include "core/encoding.h"
#include "history/replay.h"

namespace cloudemu::history {

namespace {

/// Events of a repaired log may carry the numbers of events that were cut off: snapshots of those tell another history.
bool is_of_this_log(log::FileSystem& files, const std::string& data_dir, const Snapshot& snapshot) {
  auto chain = chain_at(files, log_directory(data_dir), snapshot.sequence);
  return chain && hex({chain->data(), chain->size()}) == snapshot.chain;
}

/// A broken snapshot costs time, nothing else.
Result<std::unique_ptr<State>> open_base(log::FileSystem& files, const std::string& data_dir, log::Sequence until) {
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  auto snapshot = TRY(snapshots.newest(until));
  while (snapshot && !is_of_this_log(files, data_dir, *snapshot)) snapshot = TRY(snapshots.newest(snapshot->sequence - 1));
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
