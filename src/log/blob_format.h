#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// What stands in a blob's file: the content as it is, then a checksum of each stretch of it, then a footer. So every read can be
/// checked, however small, and the front of the file is still what was uploaded. The bytes are described in docs/log_format.md.
namespace cloudemu::log {

inline constexpr uint64_t kBlobStretchBytes = 64 * 1024;
inline constexpr size_t kBlobSumBytes = 8;  ///< XXH3-64, little-endian
inline constexpr size_t kBlobFooterBytes = 64;

struct BlobFooter {
  uint64_t content_bytes = 0;
  std::string sha256;  ///< of the content, hexadecimal: the blob's name

  uint64_t stretches() const { return (content_bytes + kBlobStretchBytes - 1) / kBlobStretchBytes; }
  uint64_t file_bytes() const { return content_bytes + stretches() * kBlobSumBytes + kBlobFooterBytes; }
};

std::string encode_blob_footer(const BlobFooter& footer);
/// From the last kBlobFooterBytes of a file of `file_bytes`. Error: Errc::corrupt.
Result<BlobFooter> decode_blob_footer(std::string_view bytes, uint64_t file_bytes);

/// Takes the checksums of content that comes in pieces of any size.
class BlobSums {
 public:
  void add(std::string_view bytes);
  /// What stands behind the content: checksums and footer. Once, at the end.
  std::string finish(const std::string& sha256);

 private:
  std::string sums_;
  std::string partial_;  // of the stretch that is not full yet
  uint64_t content_bytes_ = 0;
};

}  // namespace cloudemu::log
