#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"

/// One frame of the log: a zstd skippable frame with our header, then one zstd frame with the event lines of a commit batch.
/// The bytes are described in docs/log_format.md.
namespace cloudemu::log {

/// Number of an event in the log: dense, from 1.
using Sequence = uint64_t;

/// Links every event to all before it: chain(n) = SHA-256(chain(n-1) + line n without its newline); chain(0) is zero.
/// It covers the lines, not the frames, so that repacking a segment leaves it as it is.
using Chain = std::array<char, 32>;

inline constexpr uint32_t kHeaderMagic = 0x184D2A5C;  ///< one of zstd's skippable magics
inline constexpr uint32_t kFooterMagic = 0x184D2A5D;
inline constexpr uint32_t kOurMagic = 0x314C4543;  ///< "CEL1"
inline constexpr uint16_t kFormatVersion = 1;
inline constexpr size_t kHeaderBytes = 128;
inline constexpr size_t kFrameRawBytesMax = 64 << 20;
inline constexpr uint32_t kFrameEventsMax = 1 << 20;

struct FrameHeader {
  uint16_t version = kFormatVersion;
  bool packed = false;  ///< written by repacking
  Sequence first_sequence = 0;
  uint32_t count = 0;         ///< events
  uint32_t raw_bytes = 0;     ///< of the lines
  uint32_t stored_bytes = 0;  ///< of the zstd frame behind the header
  uint32_t unsynced = 0;      ///< events right before this frame that were not yet on the disk when it was written
  TimeMs wall_time = 0;       ///< when the batch was taken
  uint64_t payload_hash = 0;  ///< XXH3 of the zstd frame
  Chain chain_before{};
  Chain chain_after{};

  Sequence last_sequence() const { return first_sequence + count - 1; }
  uint64_t frame_bytes() const { return kHeaderBytes + stored_bytes; }
  /// The last event that was on the disk when this frame was written: whoever finds the frame knows that much.
  Sequence synced_sequence() const { return first_sequence - 1 - std::min<Sequence>(unsynced, first_sequence - 1); }
};

std::string encode_header(const FrameHeader& header);
/// Reads and checks the first kHeaderBytes of `bytes`. Error: Errc::corrupt, or Errc::foreign for a later format version.
Result<FrameHeader> decode_header(std::string_view bytes);

/// Follows the chain over complete lines.
void advance_chain(Chain& chain, std::string_view lines);

enum class Packed { no, yes };

/// Compresses; keeps its zstd context. One per thread.
class FrameEncoder {
 public:
  explicit FrameEncoder(int level, Packed packed = Packed::no);
  ~FrameEncoder();
  /// Fills in what `header` says of the payload and returns the whole frame. To be given: first sequence, count, wall time, unsynced, and
  /// the chain before. `lines`: whole lines, each with its newline.
  std::string encode(FrameHeader& header, std::string_view lines);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  Packed packed_;
};

class FrameDecoder {
 public:
  FrameDecoder();
  ~FrameDecoder();
  /// Checks the payload against the header and unpacks the lines.
  Result<std::string> decode(const FrameHeader& header, std::string_view payload);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace cloudemu::log
