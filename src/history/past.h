#pragma once
#include <functional>
#include <memory>
#include <string>

#include "history/data_dir.h"
#include "history/snapshots.h"
#include "log/file.h"
#include "projections/state.h"

namespace cloudemu::history {

/// The newest snapshot that is not newer than `until` and tells the history of this very log: events of a repaired log may carry the
/// numbers of events that were cut off.
Result<std::optional<Snapshot>> newest_of_this_log(log::FileSystem& files, const std::string& data_dir, log::Sequence until);

/// The state as of event `until`, in memory: from the nearest snapshot before it, on by the log.
/// Error: Errc::corrupt, Errc::not_found if the log does not reach that far back.
Result<std::unique_ptr<State>> open_past(log::FileSystem& files, const std::string& data_dir, log::Sequence until);

/// How a state is built into a file.
struct Building {
  std::string boot_id = {};                                  ///< for its checkpoint
  std::function<void(log::Sequence applied)> progress = {};  ///< now and then
  std::function<void(const Error&)> warn = {};               ///< a damaged snapshot was passed over
};

/// The state as of event `until` in a new file at `path`, with its checkpoint, never wholly in memory: from the nearest good snapshot, on
/// by the log. The file is not synced; after a failure the caller removes what there is of it (remove_state). Error: as open_past(), Errc::disk_full.
Result<void> build_state(log::FileSystem& files, const std::string& data_dir, log::Sequence until, const std::string& path,
                         const Building& building = {});

/// Writes a snapshot as of event `sequence`, built anew, into the data directory `into`: the same, or that of a fork.
Result<Snapshot> write_snapshot_at(log::FileSystem& files, const std::string& data_dir, log::Sequence sequence, const std::string& into);

}  // namespace cloudemu::history
