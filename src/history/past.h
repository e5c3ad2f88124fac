#pragma once
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

}  // namespace cloudemu::history
