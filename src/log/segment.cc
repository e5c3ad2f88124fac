#include "log/segment.h"

#include <algorithm>
#include <cstdio>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/strings.h"

namespace cloudemu::log {

namespace {

constexpr size_t kWindowBytes = 1 << 20;
constexpr size_t kFooterFixedBytes = 72;  // up to the first entry
constexpr size_t kFooterEntrySize = 24;
constexpr size_t kFooterTailBytes = 16;  // hash, size, magic
/// So many zero bytes at the end of a file are space that was given to it but never written.
constexpr size_t kUnwrittenBytesMin = 32;

bool all_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

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
    return fail(Errc::corrupt, concat("broken footer at offset ", file_size - size));
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

/// A frame that is not right: either the end of what was written before a crash, or damage.
Result<std::optional<SegmentReader::Frame>> SegmentReader::bad_frame(const Error& why) {
  uint64_t end = TRY(file_.size());
  size_t tail_bytes = static_cast<size_t>(std::min<uint64_t>(end - offset_, kUnwrittenBytesMin));
  std::string tail(tail_bytes, '\0');
  TRY(file_.read_at(end - tail_bytes, tail));
  if (!all_zero(tail)) return fail(why.code, concat(why.context, " at offset ", offset_));
  torn_ = true;
  return std::nullopt;
}

Result<std::optional<SegmentReader::Frame>> SegmentReader::next() {
  torn_ = false;
  std::string_view bytes = TRY(window(offset_, kHeaderBytes));
  if (bytes.empty()) return std::nullopt;
  if (bytes.size() >= 4 && get_le<uint32_t>(bytes, 0) == kFooterMagic) {
    auto footer = TRY(read_footer(file_));
    if (!footer) return fail(Errc::corrupt, concat("broken footer at offset ", offset_));
    return std::nullopt;
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
  if (next_offset >= size_ && xxh3(payload) != header->payload_hash) {
    return bad_frame(Error{Errc::corrupt, "frame payload fails its checksum"});
  }
  Frame found{*header, offset_, payload};
  offset_ = next_offset;
  return found;
}

}  // namespace cloudemu::log
