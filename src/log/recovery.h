#pragma once
#include <string>
#include <vector>

#include "log/file.h"
#include "log/frame.h"
#include "log/segment.h"

namespace cloudemu::log {

/// What opening a log for writing found.
struct Recovery {
  Sequence last_sequence = 0;
  Chain chain{};            ///< after the last event
  std::string active_path;  ///< the segment to go on with; empty to begin a new one
  Footer active_footer;     ///< what its footer will say, so far
  uint64_t active_bytes = 0;
  std::vector<std::string> warnings;  ///< torn tails that were set aside
};

enum class TornTail { set_aside, leave };

/// Checks the segments of `directory` from the first to the last and finds the end of the log.
///
/// An incomplete last frame (the file ends inside it, or in bytes that were never written) is a torn tail: nobody was told that
/// its events are safe. Its bytes are moved to `<segment>.torn-<time>`. Everything else that is wrong is corruption: Errc::corrupt
/// with file, offset, sequences and the command that repairs it.
Result<Recovery> recover(FileSystem& files, const std::string& directory, TimeMs now, TornTail torn = TornTail::set_aside);

/// The names of the segments in a directory, in order.
Result<std::vector<std::string>> list_segments(FileSystem& files, const std::string& directory);

/// Cuts the log off before the first damaged frame: all from there on is moved aside, never deleted. Returns a sentence for each
/// thing done; none if the log is whole.
Result<std::vector<std::string>> repair(FileSystem& files, const std::string& directory, TimeMs now);

}  // namespace cloudemu::log
