#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "log/file.h"
#include "log/frame.h"
#include "log/segment.h"

namespace cloudemu::history {

/// The event lines of a log, from any place and in either direction, by stretches. Needs no lock, and memory for some stretches only.
class LogLines {
 public:
  /// Whole frames, some 128 KiB of them as they are stored. The events of a call share a frame: no call goes from one stretch into
  /// the next.
  struct Stretch {
    log::Sequence first = 0;
    std::string text;
    std::vector<size_t> starts;  ///< of each line, in `text`; then the text's size

    log::Sequence last() const { return first + starts.size() - 2; }
    /// Without its newline.
    std::string_view line(log::Sequence sequence) const {
      size_t at = static_cast<size_t>(sequence - first);
      return std::string_view(text).substr(starts[at], starts[at + 1] - starts[at] - 1);
    }
  };

  LogLines(log::FileSystem& files, std::string directory) : files_(files), directory_(std::move(directory)) {}

  /// The last event that is there now; 0 in an empty log.
  Result<log::Sequence> last();
  /// The first event that is still there; 1 for an empty log.
  Result<log::Sequence> first();
  /// The stretch that holds an event. Error: Errc::not_found, Errc::corrupt, Errc::foreign.
  Result<std::shared_ptr<const Stretch>> around(log::Sequence sequence);

 private:
  struct Segment {
    std::string path;
    log::Sequence base;
    std::unique_ptr<log::File> file = {};
    log::Footer index = {};    ///< the segment's own, or what it would be so far
    uint64_t scanned = 0;      ///< how far an unsealed segment was looked at
    bool is_complete = false;  ///< sealed: it does not grow any more
  };
  struct Kept {
    std::string path;
    uint64_t offset;
    std::shared_ptr<const Stretch> stretch;
  };

  Result<void> list();
  Result<void> look_at(Segment& segment);
  Result<Segment*> segment_of(log::Sequence sequence);
  Result<std::shared_ptr<const Stretch>> load(const Segment& segment, size_t entry);
  void keep(Kept kept);

  log::FileSystem& files_;
  std::string directory_;
  std::vector<Segment> segments_;
  std::deque<Kept> kept_;
  log::FrameDecoder decoder_;
};

}  // namespace cloudemu::history
