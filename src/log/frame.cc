#include "log/frame.h"

#include <zstd.h>

#include <algorithm>

#include "core/bytes.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/strings.h"

namespace cloudemu::log {

namespace {

constexpr uint16_t kFlagPacked = 1;
constexpr size_t kHeaderHashOffset = kHeaderBytes - 8;

void put_chain(std::string& out, const Chain& chain) { out.append(chain.data(), chain.size()); }

Chain get_chain(std::string_view bytes, size_t offset) {
  Chain chain;
  std::copy_n(bytes.data() + offset, chain.size(), chain.data());
  return chain;
}

}  // namespace

std::string encode_header(const FrameHeader& h) {
  std::string out;
  out.reserve(kHeaderBytes);
  put_le(out, kHeaderMagic);
  put_le(out, static_cast<uint32_t>(kHeaderBytes - 8));
  put_le(out, kOurMagic);
  put_le(out, h.version);
  put_le(out, static_cast<uint16_t>(h.packed ? kFlagPacked : 0));
  put_le(out, h.first_sequence);
  put_le(out, h.count);
  put_le(out, h.raw_bytes);
  put_le(out, h.stored_bytes);
  put_le(out, h.unsynced);
  put_le(out, h.wall_time);
  put_le(out, h.payload_hash);
  put_chain(out, h.chain_before);
  put_chain(out, h.chain_after);
  put_le(out, xxh3(out));
  CHECK_INVARIANT(out.size() == kHeaderBytes);
  return out;
}

Result<FrameHeader> decode_header(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return fail(Errc::corrupt, "frame header cut short");
  if (get_le<uint32_t>(bytes, 0) != kHeaderMagic || get_le<uint32_t>(bytes, 4) != kHeaderBytes - 8 ||
      get_le<uint32_t>(bytes, 8) != kOurMagic) {
    return fail(Errc::corrupt, "no frame header here");
  }
  if (get_le<uint64_t>(bytes, kHeaderHashOffset) != xxh3(bytes.substr(0, kHeaderHashOffset))) {
    return fail(Errc::corrupt, "frame header fails its checksum");
  }
  FrameHeader h;
  h.version = get_le<uint16_t>(bytes, 12);
  h.packed = (get_le<uint16_t>(bytes, 14) & kFlagPacked) != 0;
  h.first_sequence = get_le<uint64_t>(bytes, 16);
  h.count = get_le<uint32_t>(bytes, 24);
  h.raw_bytes = get_le<uint32_t>(bytes, 28);
  h.stored_bytes = get_le<uint32_t>(bytes, 32);
  h.unsynced = get_le<uint32_t>(bytes, 36);
  h.wall_time = get_le<int64_t>(bytes, 40);
  h.payload_hash = get_le<uint64_t>(bytes, 48);
  h.chain_before = get_chain(bytes, 56);
  h.chain_after = get_chain(bytes, 88);
  if (h.version > kFormatVersion) {
    return fail(Errc::foreign,
                concat("written by a newer CloudEmu: log format version ", h.version, ", this program knows ", kFormatVersion));
  }
  if (h.count == 0 || h.count > kFrameEventsMax || h.first_sequence == 0 || h.raw_bytes > kFrameRawBytesMax) {
    return fail(Errc::corrupt, "frame header makes no sense");
  }
  return h;
}

void advance_chain(Chain& chain, std::string_view lines) {
  std::string link;
  for (size_t start = 0; start < lines.size();) {
    size_t end = std::min(lines.find('\n', start), lines.size());
    link.assign(chain.data(), chain.size()).append(lines.substr(start, end - start));
    std::string next = sha256(link);
    std::copy(next.begin(), next.end(), chain.begin());
    start = end + 1;
  }
}

struct FrameEncoder::Context {
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> zstd{ZSTD_createCCtx(), ZSTD_freeCCtx};
};

FrameEncoder::FrameEncoder(int level, Packed packed) : context_(std::make_unique<Context>()), packed_(packed) {
  ZSTD_CCtx_setParameter(context_->zstd.get(), ZSTD_c_compressionLevel, level);
}
FrameEncoder::~FrameEncoder() = default;

std::string FrameEncoder::encode(FrameHeader& header, std::string_view lines) {
  CHECK_INVARIANT(header.count > 0 && lines.size() <= kFrameRawBytesMax && lines.back() == '\n');
  std::string frame(kHeaderBytes + ZSTD_compressBound(lines.size()), '\0');
  size_t stored =
      ZSTD_compress2(context_->zstd.get(), frame.data() + kHeaderBytes, frame.size() - kHeaderBytes, lines.data(), lines.size());
  CHECK_INVARIANT(!ZSTD_isError(stored));
  frame.resize(kHeaderBytes + stored);
  header.packed = packed_ == Packed::yes;
  header.raw_bytes = static_cast<uint32_t>(lines.size());
  header.stored_bytes = static_cast<uint32_t>(stored);
  header.payload_hash = xxh3(std::string_view(frame).substr(kHeaderBytes));
  header.chain_after = header.chain_before;
  advance_chain(header.chain_after, lines);
  std::string bytes = encode_header(header);
  std::copy(bytes.begin(), bytes.end(), frame.begin());
  return frame;
}

struct FrameDecoder::Context {
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> zstd{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

FrameDecoder::FrameDecoder() : context_(std::make_unique<Context>()) {}
FrameDecoder::~FrameDecoder() = default;

Result<std::string> FrameDecoder::decode(const FrameHeader& header, std::string_view payload) {
  if (payload.size() != header.stored_bytes || xxh3(payload) != header.payload_hash) {
    return fail(Errc::corrupt, "frame payload fails its checksum");
  }
  std::string lines(header.raw_bytes, '\0');
  size_t size = ZSTD_decompressDCtx(context_->zstd.get(), lines.data(), lines.size(), payload.data(), payload.size());
  if (ZSTD_isError(size) || size != lines.size() || lines.empty() || lines.back() != '\n') {
    return fail(Errc::corrupt, "frame payload does not unpack");
  }
  if (static_cast<uint32_t>(std::count(lines.begin(), lines.end(), '\n')) != header.count) {
    return fail(Errc::corrupt, "frame holds another number of events than its header says");
  }
  return lines;
}

}  // namespace cloudemu::log
