#include "history/fork.h"

#include <set>

#include "core/strings.h"
#include "events/blobs_of.h"
#include "history/compact.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "history/replay.h"
#include "log/blob_store.h"
#include "log/cut.h"

namespace cloudemu::history {

namespace {

/// What the snapshot before event `at`, and the event itself, name.
Result<std::set<std::string>> blobs_at(log::FileSystem& files, const std::string& data_dir, log::Sequence at,
                                       const std::optional<Snapshot>& before, const std::string& fork_dir) {
  std::set<std::string> named;
  auto note = [&](const std::string& name) { named.insert(name); };
  if (before) {
    auto state = TRY(State::attach(TRY(SnapshotStore(files, snapshot_directory(fork_dir)).open(*before))));
    state->s3().for_each_blob(note);
  }
  TRY(for_each_event(files, log_directory(data_dir), at, [&](Envelope& envelope, std::string_view) {
    for_each_blob(envelope.event, note);
    return false;
  }));
  return named;
}

Result<void> check_can_fork(log::FileSystem& files, const std::string& data_dir, log::Sequence at, const std::string& fork_dir) {
  log::Sequence first = TRY(first_sequence(files, log_directory(data_dir)));
  log::Sequence last = TRY(last_sequence(files, log_directory(data_dir)));
  if (at < first || at > last) {
    return fail(Errc::not_found, concat("event ", at, " is not in the log, which holds events ", first, " to ", last));
  }
  if (TRY(files.list(fork_dir)).empty()) return {};
  return fail(Errc::io, concat(fork_dir, " is not empty; name a new directory for the fork"));
}

}  // namespace

Result<void> fork(log::FileSystem& files, const std::string& data_dir, log::Sequence at, const std::string& fork_dir) {
  TRY(check_can_fork(files, data_dir, at, fork_dir));
  std::optional<Snapshot> before;
  if (at > 1) before = TRY(write_snapshot_at(files, data_dir, at - 1, fork_dir));
  log::BlobStore parents(files, blob_directory(data_dir), log::BlobStore::Durability::synced);
  log::BlobStore blobs(files, blob_directory(fork_dir), log::BlobStore::Durability::synced);
  TRY(files.make_directories(fork_dir));
  TRY(blobs.prepare());
  for (const std::string& name : TRY(blobs_at(files, data_dir, at, before, fork_dir))) TRY(blobs.share(parents, name));
  // Whatever the sync mode of the parent: from here on the fork answers for its blobs.
  TRY(files.sync_all(fork_dir));
  return log::begin_with(files, log_directory(data_dir), at, log_directory(fork_dir));
}

}  // namespace cloudemu::history
