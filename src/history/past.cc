#include "history/past.h"

#include "core/encoding.h"
#include "core/strings.h"
#include "history/compact.h"
#include "history/replay.h"
#include "history/state_file.h"

namespace cloudemu::history {

namespace {

bool is_of_this_log(log::FileSystem& files, const std::string& data_dir, const Snapshot& snapshot) {
  auto chain = chain_at(files, log_directory(data_dir), snapshot.sequence);
  return chain && hex({chain->data(), chain->size()}) == snapshot.chain;
}

/// Where older events were compacted away, the state before the first that is left is the earliest there is.
Result<void> check_reaches(log::FileSystem& files, const std::string& data_dir, log::Sequence until) {
  log::Sequence first = TRY(first_sequence(files, log_directory(data_dir)));
  if (until + 1 >= first) return {};
  return fail(Errc::not_found, concat("the log begins with event ", first, "; the state at event ", until, " was compacted away"));
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

/// The newest good snapshot, unpacked, if there is one.
Result<void> unpack_base(log::FileSystem& files, const std::string& data_dir, log::Sequence until, const std::string& path,
                         const Building& building) {
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  while (auto snapshot = TRY(newest_of_this_log(files, data_dir, until))) {
    auto file = TRY(files.open(path, log::OpenMode::create));
    auto unpacked = snapshots.unpack(*snapshot, [&](std::string_view piece) { return file->append(piece); });
    if (unpacked) return {};
    if (unpacked.error().code != Errc::corrupt) return unpacked;
    if (building.warn) building.warn(unpacked.error());
    TRY(remove_state(files, path));
    until = snapshot->sequence - 1;
  }
  return {};
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
  TRY(check_reaches(files, data_dir, until));
  auto state = TRY(open_base(files, data_dir, until));
  state->begin();
  TRY(replay(files, log_directory(data_dir), *state, {.until = until}));
  return state;
}

Result<void> build_state(log::FileSystem& files, const std::string& data_dir, log::Sequence until, const std::string& path,
                         const Building& building) {
  TRY(check_reaches(files, data_dir, until));
  TRY(remove_state(files, path));
  TRY(unpack_base(files, data_dir, until, path, building));
  auto state = TRY(State::attach(TRY(sqlite::Database::open_file(path, sqlite::Database::Journal::scratch))));
  state->begin();
  TRY(replay(files, log_directory(data_dir), *state, {.until = until, .progress = building.progress}));
  log::Chain chain = TRY(chain_at(files, log_directory(data_dir), until));
  return state->commit({.sequence = until, .chain = hex({chain.data(), chain.size()}), .boot_id = building.boot_id});
}

Result<Snapshot> write_snapshot_at(log::FileSystem& files, const std::string& data_dir, log::Sequence sequence, const std::string& into) {
  SnapshotStore snapshots(files, snapshot_directory(into));
  TRY(files.make_directories(snapshot_directory(into)));
  std::string path = snapshots.scratch_path();
  auto written = build_state(files, data_dir, sequence, path);
  if (written) {
    if (auto snapshot = snapshots.write(path); !snapshot) written = fail(snapshot.error());
  }
  TRY(remove_state(files, path));
  TRY(std::move(written));
  TRY(files.sync_directory(snapshot_directory(into)));
  return snapshots.read_header(sequence);
}

}  // namespace cloudemu::history
