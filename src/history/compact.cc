#include "history/compact.h"

#include "core/encoding.h"
#include "core/strings.h"
#include "events/blobs_of.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "history/replay.h"
#include "log/cut.h"
#include "log/recovery.h"
#include "log/segment.h"

#include <set>

namespace cloudemu::history {

namespace {

/// The snapshot as of `sequence`; made now if it is absent.
Result<Snapshot> require_snapshot(log::FileSystem& files, const std::string& data_dir, log::Sequence sequence) {
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  auto known = TRY(snapshots.newest(sequence));
  if (known && known->sequence == sequence) return *known;
  return write_snapshot_at(files, data_dir, sequence, data_dir);
}

/// Unpacks a snapshot and holds it against its digest: it will be all that is left of the events before it.
Result<std::unique_ptr<State>> open_checked(log::FileSystem& files, const std::string& data_dir, const Snapshot& snapshot) {
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  auto state = TRY(State::attach(TRY(snapshots.open(snapshot))));
  log::Chain chain = TRY(chain_at(files, log_directory(data_dir), snapshot.sequence));
  bool good = state->digest() == snapshot.digest && snapshot.chain == hex({chain.data(), chain.size()});
  if (good) return state;
  return fail(Errc::corrupt, concat("the snapshot as of event ", snapshot.sequence, " is damaged; delete it and try again"));
}

/// The stored bytes of segments that hold nothing from `keep` on.
Result<uint64_t> bytes_before(log::FileSystem& files, const std::string& directory, log::Sequence keep) {
  uint64_t bytes = 0;
  for (const std::string& name : TRY(log::list_segments(files, directory))) {
    std::string path = concat(directory, "/", name);
    auto file = TRY(files.open(path, log::OpenMode::read));
    log::SegmentReader reader(*file);
    while (true) {
      auto frame = reader.next();
      if (!frame) return fail(log::in_file(path, frame.error()));
      if (!*frame) break;
      if ((*frame)->header.last_sequence() < keep) bytes += (*frame)->header.frame_bytes();
    }
  }
  return bytes;
}

Result<void> check_keeps(log::FileSystem& files, const std::string& data_dir, log::Sequence keep) {
  log::Sequence first = TRY(first_sequence(files, log_directory(data_dir)));
  log::Sequence last = TRY(last_sequence(files, log_directory(data_dir)));
  if (keep >= first && keep <= last) return {};
  return fail(Errc::not_found, concat("event ", keep, " is not in the log, which holds events ", first, " to ", last));
}

void note_blobs(const State& state, std::set<std::string>& named) {
  state.s3().for_each_blob([&](const std::string& name) { named.insert(name); });
}

/// `named`: the blobs that the state before `keep` names.
Result<Compaction> find_what_goes(log::FileSystem& files, const std::string& data_dir, log::Sequence keep, std::set<std::string> named) {
  std::string log_dir = log_directory(data_dir);
  Compaction compaction{.first = TRY(first_sequence(files, log_dir)), .keep = keep};
  TRY(for_each_event(files, log_dir, keep, [&](Envelope& envelope, std::string_view) {
    for_each_blob(envelope.event, [&](const std::string& name) { named.insert(name); });
    return true;
  }));
  for (log::Sequence sequence : TRY(SnapshotStore(files, snapshot_directory(data_dir)).list())) {
    if (sequence + 1 < keep) compaction.snapshots.push_back(sequence);
  }
  log::BlobStore blobs(files, blob_directory(data_dir), log::BlobStore::Durability::synced);
  for (const std::string& name : TRY(blobs.list())) {
    if (named.contains(name)) continue;
    compaction.blobs.push_back(name);
    compaction.blob_bytes += blobs.file_bytes(name);
  }
  compaction.log_bytes = TRY(bytes_before(files, log_dir, keep));
  return compaction;
}

}  // namespace

Result<log::Sequence> first_sequence(log::FileSystem& files, const std::string& log_directory) {
  std::vector<std::string> names = TRY(log::list_segments(files, log_directory));
  return names.empty() ? 1 : *log::segment_base(names.front());
}

Result<TimeMs> begins_at(log::FileSystem& files, const std::string& log_directory) {
  TimeMs time = 0;
  auto note = [&](const Envelope& envelope, std::string_view) {
    time = envelope.time;
    return false;
  };
  log::Sequence first = TRY(first_sequence(files, log_directory));
  TRY(for_each_event(files, log_directory, first, note));
  return time;
}

Result<Compaction> plan_compaction(log::FileSystem& files, const std::string& data_dir, log::Sequence keep) {
  TRY(check_keeps(files, data_dir, keep));
  std::set<std::string> named;
  if (keep > 1) note_blobs(*TRY(open_past(files, data_dir, keep - 1)), named);
  return find_what_goes(files, data_dir, keep, std::move(named));
}

Result<Compaction> prepare_compaction(log::FileSystem& files, const std::string& data_dir, log::Sequence keep) {
  TRY(log::finish_cut(files, log_directory(data_dir)));
  TRY(check_keeps(files, data_dir, keep));
  std::set<std::string> named;
  if (keep > 1) note_blobs(*TRY(open_checked(files, data_dir, TRY(require_snapshot(files, data_dir, keep - 1)))), named);
  return find_what_goes(files, data_dir, keep, std::move(named));
}

Result<void> compact(log::FileSystem& files, const std::string& data_dir, const Compaction& compaction, const RemoveBlob& remove_blob) {
  // In this order: what refers to something goes before what it refers to.
  TRY(log::cut_front(files, log_directory(data_dir), compaction.keep));
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  for (log::Sequence sequence : compaction.snapshots) TRY(snapshots.remove(sequence));
  log::BlobStore blobs(files, blob_directory(data_dir), log::BlobStore::Durability::synced);
  for (const std::string& name : compaction.blobs) TRY(remove_blob ? remove_blob(name) : blobs.remove(name));
  return {};
}

}  // namespace cloudemu::history
