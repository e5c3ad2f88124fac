#pragma once
#include <string>

#include "log/file.h"
#include "log/frame.h"

/// Branching a history: another data directory goes on from some event.
namespace cloudemu::history {

/// Makes `fork_dir` (absent, or empty) a data directory with the state as of event `at` of `data_dir`, where it goes its own way from
/// `at` + 1 on. Its log begins with that one event, chained to all before it; a snapshot as of the event before holds the rest, as after
/// `compact`. Blobs are shared: a second name for the same file, or a copy where the disk has no links. Neither directory needs the
/// other any more.
///
/// `data_dir` may be in use, but not by a compaction. All is on the disk when it returns; an interrupted fork has no log, and is refused
/// by whoever opens it. Error: Errc::not_found if `at` is not in the log, Errc::io if `fork_dir` holds something, Errc::disk_full.
Result<void> fork(log::FileSystem& files, const std::string& data_dir, log::Sequence at, const std::string& fork_dir);

}  // namespace cloudemu::history
