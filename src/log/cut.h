#pragma once
#include <string>

#include "log/file.h"
#include "log/frame.h"

namespace cloudemu::log {

/// Drops all events before `first` from a log that nobody else cuts or recovers meanwhile; it may be written at its end if `first`
/// begins a segment. `first` must be in the log. A segment that `first` lies within is written anew from there on.
///
/// What will be kept is complete, as `<first>.seg.front`, before anything goes: whoever opens the log after an interruption ends the
/// work with finish_cut().
Result<void> cut_front(FileSystem& files, const std::string& directory, Sequence first);

/// Ends a cut that was interrupted; does nothing otherwise. To be called before a log is recovered.
Result<void> finish_cut(FileSystem& files, const std::string& directory);

/// Begins a log in `to` (which holds none) with one event of the log in `from`, chained as there: what a fork goes on from. On the disk
/// when it returns. Error: Errc::not_found, Errc::corrupt.
Result<void> begin_with(FileSystem& files, const std::string& from, Sequence sequence, const std::string& to);

}  // namespace cloudemu::log
