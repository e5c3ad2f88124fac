#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/file.h"
#include "log/frame.h"

namespace cloudemu::log {

/// "00000000000000000001.seg", and back; nothing for other names.
std::string segment_name(Sequence first);
std::optional<Sequence> segment_base(std::string_view name);

/// The end of a sealed segment: what is in it, and where, so that it need not be scanned.
struct Footer {
  struct Entry {  ///< a point to start reading from
    Sequence first_sequence;
    uint64_t offset;
    TimeMs wall_time;
  };
  Sequence first_sequence = 0, last_sequence = 0;
  Chain chain_after{};
  std::vector<Entry> entries;  ///< sparse, ascending
};

/// Stored bytes between two entries, at least.
inline constexpr uint64_t kFooterEntryBytes = 128 * 1024;

/// Adds a frame to what the footer of its segment will say.
void note_frame(Footer& footer, const FrameHeader& header, uint64_t offset);
std::string encode_footer(const Footer& footer);
/// The footer at the end of a file; nothing if the segment is not sealed, or its footer is cut or garbled.
Result<std::optional<Footer>> read_footer(const File& file);

/// The error of a reader, which does not know what its file is called, with the name of the file.
Error in_file(const std::string& path, const Error& error);

/// Reads the frames of one segment front to back.
///
/// A frame that is not right is either damage or a torn tail: the end of what was being written when the power went, of which any piece
/// may be missing. It is damage if something good stands behind it that was written only once the bad frame was on the disk: a footer, or
/// a frame whose header says so.
class SegmentReader {
 public:
  struct Frame {
    FrameHeader header;
    uint64_t offset;           ///< of the header
    std::string_view payload;  ///< valid until the next call
  };
  /// `last`: only of the frame that ends the file (FrameDecoder checks what is unpacked); `all`: of each.
  enum class CheckPayloads { last, all };

  /// `next_sequence`: of the frame at `offset`; 0 if unknown.
  explicit SegmentReader(const File& file, uint64_t offset = 0, Sequence next_sequence = 0, CheckPayloads check = CheckPayloads::last)
      : file_(file), offset_(offset), next_sequence_(next_sequence), check_(check) {}

  /// The next frame, or nothing at the end. After nothing, torn() says whether a torn tail follows.
  /// Error: Errc::corrupt with the offset; Errc::foreign for a later format version.
  Result<std::optional<Frame>> next();

  bool torn() const { return torn_; }
  /// Where the next frame begins, or the torn tail.
  uint64_t offset() const { return offset_; }

 private:
  Result<std::string_view> window(uint64_t offset, size_t bytes);
  Result<std::optional<Frame>> bad_frame(const Error& why);
  Result<bool> proven_behind(uint64_t offset);

  const File& file_;
  uint64_t offset_;
  Sequence next_sequence_;
  CheckPayloads check_;
  bool torn_ = false;
  std::string buffer_;
  uint64_t buffer_offset_ = 0;
  uint64_t size_ = 0;  // of the file, when last looked at
};

}  // namespace cloudemu::log
