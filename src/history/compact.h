#pragma once
#include <functional>
#include <string>
#include <vector>

#include "history/snapshots.h"
#include "log/blob_store.h"
#include "log/file.h"

/// Shortening a history: what happened before some event is given up, and the snapshot as of the event before it takes its place.
namespace cloudemu::history {

/// What a compaction removes, and how much that is.
struct Compaction {
  log::Sequence first = 0;                 ///< event there was
  log::Sequence keep = 0;                  ///< the first event that stays
  std::vector<log::Sequence> snapshots;    ///< too old
  std::vector<std::string> blobs;          ///< that neither the snapshot before `keep` nor an event from there on names
  uint64_t log_bytes = 0, blob_bytes = 0;  ///< that go, about (log) and exactly (blobs)

  bool drops_events() const { return keep > first; }
};

/// What a compaction would remove, of a log that no other one cuts meanwhile. Changes nothing. Error: Errc::not_found if `keep` is not in
/// the log, Errc::corrupt.
Result<Compaction> plan_compaction(log::FileSystem& files, const std::string& data_dir, log::Sequence keep);

/// Makes sure of a good snapshot as of the event before `keep`, and finds out what can go. The log must not be written meanwhile.
/// The caller holds the LOCK. Error: as plan_compaction().
Result<Compaction> prepare_compaction(log::FileSystem& files, const std::string& data_dir, log::Sequence keep);

/// Does it; `remove_blob` removes one, where that is not simply done. Whatever the moment it is interrupted, what is kept is whole; done
/// again, it ends the work.
using RemoveBlob = std::function<Result<void>(const std::string& name)>;
Result<void> compact(log::FileSystem& files, const std::string& data_dir, const Compaction& compaction, const RemoveBlob& remove_blob = {});

/// The first event in a log, 1 for an empty one.
Result<log::Sequence> first_sequence(log::FileSystem& files, const std::string& log_directory);
/// When its first event was decided, by the virtual clock; 0 while there is none. No earlier moment can be looked at.
Result<TimeMs> begins_at(log::FileSystem& files, const std::string& log_directory);

}  // namespace cloudemu::history
