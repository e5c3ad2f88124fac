#include "log/repack.h"

#include <algorithm>

#include "core/strings.h"
#include "log/segment.h"

namespace cloudemu::log {

namespace {

constexpr size_t kPackedRawBytes = 1 << 20;  ///< of a repacked frame: a random read unpacks one of them
constexpr int kPackedLevel = 6;

class Packer {
 public:
  Packer(File& out, Sequence first, Chain chain) : out_(out), next_(first), chain_(chain) { footer_.first_sequence = first; }

  Result<void> add(std::string_view lines, uint32_t count, TimeMs wall_time) {
    // A frame that has its size already is not joined with the next.
    if (!lines_.empty() && lines_.size() + lines.size() > kPackedRawBytes) TRY(flush());
    lines_.append(lines);
    count_ += count;
    wall_time_ = wall_time;
    return {};
  }

  Result<void> finish() {
    TRY(flush());
    TRY(out_.append(encode_footer(footer_)));
    return out_.sync();
  }

 private:
  Result<void> flush() {
    if (count_ == 0) return {};
    FrameHeader header{.first_sequence = next_, .count = count_, .wall_time = wall_time_, .chain_before = chain_};
    std::string frame = encoder_.encode(header, lines_);
    TRY(out_.append(frame));
    chain_ = header.chain_after;
    note_frame(footer_, header, offset_);
    offset_ += frame.size();
    next_ += count_;
    lines_.clear();
    count_ = 0;
    return {};
  }

  File& out_;
  Sequence next_;
  Chain chain_;
  FrameEncoder encoder_{kPackedLevel, Packed::yes};
  Footer footer_;
  uint64_t offset_ = 0;
  std::string lines_;
  uint32_t count_ = 0;
  TimeMs wall_time_ = 0;
};

/// Reads a whole segment, hands each batch on, and returns the header of its first frame.
template <class Take>
Result<FrameHeader> read_through(const File& file, Take take) {
  SegmentReader reader(file);
  FrameDecoder decoder;
  std::optional<FrameHeader> first;
  while (auto frame = TRY(reader.next())) {
    if (!first) first = frame->header;
    std::string lines = TRY(decoder.decode(frame->header, frame->payload));
    TRY(take(frame->header, lines));
  }
  if (!first) return fail(Errc::corrupt, "empty segment");
  return *first;
}

}  // namespace

Result<void> repack_segment(FileSystem& files, const std::string& path) {
  auto original = TRY(files.open(path, OpenMode::read));
  auto footer = TRY(read_footer(*original));
  if (!footer) return fail(Errc::bad_input, concat(path, " is not sealed"));
  SegmentReader peek(*original);
  auto first = TRY(peek.next());
  if (!first) return fail(Errc::corrupt, concat(path, " is empty"));
  if (first->header.packed) return {};

  std::string copy_path = path + ".repack";
  TRY(files.remove(copy_path));
  auto copy = TRY(files.open(copy_path, OpenMode::create));
  Packer packer(*copy, first->header.first_sequence, first->header.chain_before);
  TRY(read_through(*original, [&](const FrameHeader& h, const std::string& lines) { return packer.add(lines, h.count, h.wall_time); }));
  TRY(packer.finish());

  Chain chain = first->header.chain_before;
  TRY(read_through(*copy, [&](const FrameHeader&, const std::string& lines) -> Result<void> {
    advance_chain(chain, lines);
    return {};
  }));
  if (chain != footer->chain_after) {
    TRY(files.remove(copy_path));
    return fail(Errc::corrupt, concat("repacking ", path, " did not give the same events; the original was kept"));
  }
  TRY(files.rename(copy_path, path));
  return files.sync_directory(path.substr(0, path.rfind('/')));
}

}  // namespace cloudemu::log
