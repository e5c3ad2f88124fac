#include "log/blob_format.h"

#include <algorithm>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/encoding.h"

namespace cloudemu::log {

namespace {

constexpr uint64_t kMagic = 0x31424F4C42454C43;  // "CLEBLOB1"
constexpr size_t kHashOffset = kBlobFooterBytes - 8;

}  // namespace

std::string encode_blob_footer(const BlobFooter& footer) {
  std::string out;
  put_le(out, kMagic);
  put_le(out, footer.content_bytes);
  put_le(out, static_cast<uint32_t>(kBlobStretchBytes));
  put_le(out, uint32_t{0});
  out += unhex(footer.sha256).value_or(std::string(32, '\0'));
  put_le(out, xxh3(out));
  return out;
}

Result<BlobFooter> decode_blob_footer(std::string_view bytes, uint64_t file_bytes) {
  auto broken = [] { return fail(Errc::corrupt, "its footer is damaged or cut off"); };
  if (bytes.size() != kBlobFooterBytes || get_le<uint64_t>(bytes, 0) != kMagic) return broken();
  if (get_le<uint64_t>(bytes, kHashOffset) != xxh3(bytes.substr(0, kHashOffset))) return broken();
  if (get_le<uint32_t>(bytes, 16) != kBlobStretchBytes) return broken();
  BlobFooter footer{.content_bytes = get_le<uint64_t>(bytes, 8), .sha256 = hex(bytes.substr(24, 32))};
  if (footer.content_bytes > file_bytes || footer.file_bytes() != file_bytes)
    return fail(Errc::corrupt, "its size is not what its footer says");
  return footer;
}

void BlobSums::add(std::string_view bytes) {
  content_bytes_ += bytes.size();
  while (!bytes.empty()) {
    if (partial_.empty() && bytes.size() >= kBlobStretchBytes) {
      put_le(sums_, xxh3(bytes.substr(0, kBlobStretchBytes)));
      bytes.remove_prefix(kBlobStretchBytes);
      continue;
    }
    size_t taken = std::min<size_t>(bytes.size(), kBlobStretchBytes - partial_.size());
    partial_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (partial_.size() < kBlobStretchBytes) return;
    put_le(sums_, xxh3(partial_));
    partial_.clear();
  }
}

std::string BlobSums::finish(const std::string& sha256) {
  if (!partial_.empty()) put_le(sums_, xxh3(partial_));
  return std::move(sums_) + encode_blob_footer({.content_bytes = content_bytes_, .sha256 = sha256});
}

}  // namespace cloudemu::log
