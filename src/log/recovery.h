#pragma once
#include <optional>
#include <string>
#include <vector>

#include "log/file.h"
#include "log/frame.h"
#include "log/segment.h"

namespace cloudemu::log {

/// What others know of the log: that it has gone at least so far. Without anybody who knows anything: 0.
struct KnownEnd {
  Sequence sequence = 0;
  std::string source = {};  ///< who knows it, for the error: a file's name
};

/// What stands behind the last good frame, and is no good.
struct TornTail {
  std::string path;
  uint64_t offset = 0, bytes = 0;
  bool refused = false;  ///< whole frames that a failed sync refused; see note_refused()
};

/// What is found in a log.
struct Recovery {
  Sequence last_sequence = 0;
  Chain chain{};            ///< after the last event
  TimeMs last_time = 0;     ///< wall time of the last frame
  std::string active_path;  ///< the segment to go on with; empty to begin a new one
  Footer active_footer;     ///< what its footer will say, so far
  uint64_t active_bytes = 0;
  std::optional<TornTail> torn;
  std::vector<std::string> warnings;  ///< what recover() did
};

/// Checks the segments of `directory` from the first to the last and finds the end of the log. Changes nothing.
///
/// Error: Errc::corrupt for a damaged log, and for one that ends before what is known of it, with file, offset, sequences and the command
/// that repairs it. A torn tail (see SegmentReader) at the end of the last segment is no damage, unless it is known that there was more.
Result<Recovery> examine(FileSystem& files, const std::string& directory, const KnownEnd& known = {});

/// Examines, and makes the log ready to go on: a torn tail is moved to `<segment>.torn-<time>`.
Result<Recovery> recover(FileSystem& files, const std::string& directory, TimeMs now, const KnownEnd& known = {});

/// The name of the note that note_refused() leaves beside the segments.
inline constexpr std::string_view kRefusedNote = "REFUSED";

/// Leaves a note that all from event `first` on was refused, though it could not be taken out of the log: the next start does it.
Result<void> note_refused(FileSystem& files, const std::string& directory, Sequence first);

/// A name beside `path` that is not taken: "<path>.<kind>-<time>".
std::string name_aside(FileSystem& files, const std::string& path, std::string_view kind, TimeMs now);

/// The names of the segments in a directory, in order.
Result<std::vector<std::string>> list_segments(FileSystem& files, const std::string& directory);

/// What it takes to make a damaged log usable.
struct Repair {
  std::vector<std::string> found;  ///< a sentence for each thing that is wrong; none if the log is whole
  std::optional<TornTail> cut;     ///< moved into a separate file
  std::vector<std::string> moved;  ///< segments that are moved aside, whole
  Sequence last_sequence = 0;      ///< the last event afterwards
};
/// Finds the first damage: all from there on goes. Changes nothing.
Result<Repair> plan_repair(FileSystem& files, const std::string& directory);
/// Does it; deletes nothing. Returns a sentence for each thing done.
Result<std::vector<std::string>> carry_out(FileSystem& files, const std::string& directory, const Repair& repair, TimeMs now);

}  // namespace cloudemu::log
