#pragma once
#include <memory>
#include <optional>
#include <string>

#include "log/file.h"
#include "log/frame.h"
#include "log/segment.h"

namespace cloudemu::log {

/// Reads the event lines of a log from some event on, batch by batch, across segments. It needs no lock: a log that is being written
/// may be read, and at its end next() finds more later.
class LogReader {
 public:
  /// A batch of whole lines, one event each.
  struct Batch {
    Sequence first_sequence;
    uint32_t count;
    std::string lines;
    Chain chain_before;  ///< of the first event here
    Chain chain_after;   ///< of the last
    TimeMs wall_time;
  };

  /// Begins with event `from`. Error: Errc::not_found if older events were compacted away.
  static Result<LogReader> open(FileSystem& files, std::string directory, Sequence from = 1);

  /// The next batch (the first is cut so that it begins with the event asked for), or nothing at the present end.
  /// Error: Errc::corrupt with file, offset and events.
  Result<std::optional<Batch>> next();

 private:
  LogReader(FileSystem& files, std::string directory, Sequence from);
  Result<bool> open_segment();
  Result<SegmentReader> start();
  Result<void> check_end();

  FileSystem* files_;
  std::string directory_;
  Sequence next_sequence_;
  std::string path_;
  std::unique_ptr<File> file_;
  std::unique_ptr<SegmentReader> segment_;
  std::unique_ptr<FrameDecoder> decoder_;
};

}  // namespace cloudemu::log
