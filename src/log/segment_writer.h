#pragma once
#include <memory>
#include <string>

#include "log/file.h"
#include "log/frame.h"
#include "log/recovery.h"
#include "log/segment.h"

namespace cloudemu::log {

/// Writes frames at the end of a log: begins segments, seals them, and takes away again what could not be kept. Used by one thread.
///
/// The order of what reaches the disk carries the promises of docs/log_format.md: a footer is written once all frames before it are on
/// the disk, and a segment is begun once the footer of the one before is.
class SegmentWriter {
 public:
  SegmentWriter(FileSystem& files, std::string directory, int compression_level, const Recovery& recovery);

  /// Opens the segment that recovery found and brings all there is to the disk: from here on it counts as safe.
  Result<void> open();
  /// Writes one frame. After an error nothing of it stays in the file, or is taken away before anything else is written.
  Result<void> write(Sequence first, uint32_t count, TimeMs wall_time, std::string_view lines);
  /// Brings all that was written to the disk.
  Result<void> sync();
  /// What was written so far was promised to somebody: take_back() leaves it alone.
  void keep() {
    kept_bytes_ = bytes_;
    kept_sequence_ = last_;
  }
  /// After a failed sync: takes away what was written since keep(), so that what is refused never comes back. If the file does not let go
  /// of it, a note is left for the next start. Error: neither could be done.
  Result<void> take_back();
  /// Seals the segment if it has reached `bytes_max`; its path then, else empty. A disk without space for the footer is no error: the
  /// next frame goes into the same segment.
  Result<std::string> seal_if_full(uint64_t bytes_max);
  /// Finds out whether frames can be written again, by writing some zeros and taking them away.
  Result<void> probe();

  const Chain& chain() const { return chain_; }

 private:
  Result<void> begin_segment(Sequence first);
  Result<void> cut_tail();

  FileSystem& files_;
  const std::string directory_;
  FrameEncoder encoder_;
  std::unique_ptr<File> file_;
  std::string path_;
  Footer footer_;
  Chain chain_;
  uint64_t bytes_ = 0;  // of whole frames in the segment
  uint64_t kept_bytes_ = 0;
  Sequence last_ = 0;    // event written
  Sequence synced_ = 0;  // event on the disk
  Sequence kept_sequence_ = 0;
  bool has_tail_ = false;  // there may be bytes behind bytes_
  bool name_synced_ = true;
};

}  // namespace cloudemu::log
