#include "log/segment.h"

#include <algorithm>
#include <cstdio>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/strings.h"
#include "log/event_range.h"

namespace cloudemu::log {

namespace {

constexpr size_t kWindowBytes = 1 << 20;
constexpr size_t kFooterFixedBytes = 72;  // up to the first entry
constexpr size_t kFooterEntrySize = 24;
constexpr size_t kFooterTailBytes = 16;  // hash, size, magic
}  // namespace

std::string segment_name(Sequence first) {
  char name[32];
  std::snprintf(name, sizeof name, "%020llu.seg", static_cast<unsigned long long>(first));
  return name;
}

std::optional<Sequence> segment_base(std::string_view name) {
  if (name.size() != 24 || name.substr(20) != ".seg") return std::nullopt;
  return parse_integer<Sequence>(name.substr(0, 20));
}

void note_frame(Footer& footer, const FrameHeader& header, uint64_t offset) {
  if (footer.entries.empty() || offset - footer.entries.back().offset >= kFooterEntryBytes) {
    footer.entries.push_back({header.first_sequence, offset, header.wall_time});
  }
  footer.last_sequence = header.last_sequence();
  footer.chain_after = header.chain_after;
}

std::string encode_footer(const Footer& footer) {
  std::string out;
  size_t size = kFooterFixedBytes + footer.entries.size() * kFooterEntrySize + kFooterTailBytes;
  put_le(out, kFooterMagic);
  put_le(out, static_cast<uint32_t>(size - 8));
  put_le(out, kOurMagic);
  put_le(out, kFormatVersion);
  put_le(out, uint16_t{0});
  put_le(out, footer.first_sequence);
  put_le(out, footer.last_sequence);
  out.append(footer.chain_after.data(), footer.chain_after.size());
  put_le(out, static_cast<uint64_t>(footer.entries.size()));
  for (const Footer::Entry& entry : footer.entries) {
    put_le(out, entry.first_sequence);
    put_le(out, entry.offset);
    put_le(out, entry.wall_time);
  }
  put_le(out, xxh3(out));
  put_le(out, static_cast<uint32_t>(size));
  put_le(out, kFooterMagic);
  return out;
}

Result<std::optional<Footer>> read_footer(const File& file) {
  uint64_t file_size = TRY(file.size());
  std::string tail(8, '\0');
  if (file_size < kFooterFixedBytes + kFooterTailBytes) return std::nullopt;
  TRY(file.read_at(file_size - tail.size(), tail));
  if (get_le<uint32_t>(tail, 4) != kFooterMagic) return std::nullopt;
  uint32_t size = get_le<uint32_t>(tail, 0);
  if (size < kFooterFixedBytes + kFooterTailBytes || size > file_size) return std::nullopt;
  std::string bytes(size, '\0');
  TRY(file.read_at(file_size - size, bytes));
  std::string_view hashed = std::string_view(bytes).substr(0, size - kFooterTailBytes);
  uint64_t count = get_le<uint64_t>(bytes, 64);
  if (get_le<uint32_t>(bytes, 0) != kFooterMagic || get_le<uint64_t>(bytes, hashed.size()) != xxh3(hashed) ||
      count != (hashed.size() - kFooterFixedBytes) / kFooterEntrySize) {
    return std::nullopt;
  }
  Footer footer;
  footer.first_sequence = get_le<uint64_t>(bytes, 16);
  footer.last_sequence = get_le<uint64_t>(bytes, 24);
  std::copy_n(bytes.data() + 32, footer.chain_after.size(), footer.chain_after.data());
  for (uint64_t i = 0; i < count; ++i) {
    size_t at = kFooterFixedBytes + i * kFooterEntrySize;
    footer.entries.push_back({get_le<uint64_t>(bytes, at), get_le<uint64_t>(bytes, at + 8), get_le<int64_t>(bytes, at + 16)});
  }
  return footer;
}

Error in_file(const std::string& path, const Error& error) { return {error.code, concat(path, ": ", error.context)}; }

Result<std::string_view> SegmentReader::window(uint64_t offset, size_t bytes) {
  if (offset < buffer_offset_ || offset + bytes > buffer_offset_ + buffer_.size()) {
    size_ = TRY(file_.size());
    uint64_t there = size_ - std::min(size_, offset);
    buffer_.resize(static_cast<size_t>(std::min<uint64_t>(std::max(bytes, kWindowBytes), there)));
    buffer_offset_ = offset;
    buffer_.resize(TRY(file_.read_at(offset, buffer_)));
  }
  return std::string_view(buffer_).substr(offset - buffer_offset_, bytes);
}

/// Whether anything from `offset` on was written only once the frame that is bad was on the disk.
Result<bool> SegmentReader::proven_behind(uint64_t offset) {
  if (TRY(read_footer(file_))) return true;
  std::string magic;
  put_le(magic, kHeaderMagic);
  std::string piece;
  // Pieces overlap by a header.
  for (bool end = false; !end; offset += kWindowBytes) {
    piece.resize(kWindowBytes + kHeaderBytes);
    size_t got = TRY(file_.read_at(offset, piece));
    end = got < piece.size();
    piece.resize(got);
    for (size_t at = piece.find(magic); at < kWindowBytes; at = piece.find(magic, at + 1)) {
      auto header = decode_header(std::string_view(piece).substr(at, kHeaderBytes));
      if (header && header->first_sequence > next_sequence_ && header->synced_sequence() >= next_sequence_) return true;
    }
  }
  return false;
}

Result<std::optional<SegmentReader::Frame>> SegmentReader::bad_frame(const Error& why) {
  if (TRY(proven_behind(offset_ + 1))) return fail(why.code, concat(why.context, " at offset ", offset_));
  torn_ = true;
  return std::nullopt;
}

Result<std::optional<SegmentReader::Frame>> SegmentReader::next() {
  torn_ = false;
  std::string_view bytes = TRY(window(offset_, kHeaderBytes));
  if (bytes.empty()) return std::nullopt;
  if (bytes.size() >= 4 && get_le<uint32_t>(bytes, 0) == kFooterMagic) {
    if (TRY(read_footer(file_))) return std::nullopt;
    return bad_frame(Error{Errc::corrupt, "broken footer"});
  }
  if (bytes.size() < kHeaderBytes) {
    torn_ = true;
    return std::nullopt;
  }
  auto header = decode_header(bytes);
  if (!header) return header.error().code == Errc::foreign ? fail(header.error()) : bad_frame(header.error());
  std::string_view frame = TRY(window(offset_, header->frame_bytes()));
  if (frame.size() < header->frame_bytes()) {
    torn_ = true;
    return std::nullopt;
  }
  std::string_view payload = frame.substr(kHeaderBytes);
  uint64_t next_offset = offset_ + header->frame_bytes();
  if (next_offset >= size_) size_ = TRY(file_.size());
  bool check = check_ == CheckPayloads::all || next_offset >= size_;
  if (check && xxh3(payload) != header->payload_hash) {
    next_sequence_ = header->first_sequence;
    return bad_frame(
        Error{Errc::corrupt, concat(event_range(header->first_sequence, header->last_sequence()), ": frame payload fails its checksum")});
  }
  Frame found{*header, offset_, payload};
  offset_ = next_offset;
  next_sequence_ = header->last_sequence() + 1;
  return found;
}

}  // namespace cloudemu::log
