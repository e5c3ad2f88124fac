#pragma once
#include <memory>
#include <span>
#include <string>

#include "log/blob_format.h"
#include "log/file.h"

namespace cloudemu::log {

/// Reads a blob; no byte leaves it before the checksum of its stretch was right. One thread at a time.
class BlobReader {
 public:
  /// `file` holds the blob called `sha256`. Error: Errc::corrupt if it is not whole, Errc::io.
  static Result<std::unique_ptr<BlobReader>> open(std::unique_ptr<File> file, const std::string& sha256);
  /// A blob of the first format, which has no checksums: the bytes are what the disk says.
  static Result<std::unique_ptr<BlobReader>> open_unchecked(std::unique_ptr<File> file);

  uint64_t size() const { return content_bytes_; }
  /// Fills `into` with the bytes from `offset` on. Error: Errc::corrupt (a bad stretch, or the blob ends before), Errc::io.
  Result<void> read(uint64_t offset, std::span<char> into);

 private:
  BlobReader(std::unique_ptr<File> file, uint64_t content_bytes, bool checked)
      : file_(std::move(file)), content_bytes_(content_bytes), checked_(checked) {}
  uint64_t stretch_bytes(uint64_t stretch) const;
  Result<void> read_whole(uint64_t first, std::span<char> into);
  Result<void> fill(uint64_t offset, std::span<char> into) const;
  Result<uint64_t> sum_of(uint64_t stretch);

  std::unique_ptr<File> file_;
  const uint64_t content_bytes_;
  const bool checked_;
  std::string sums_;  // of the stretches from first_sum_ on
  uint64_t first_sum_ = 0;
  std::string held_;  // a stretch of which only a part was wanted, checked
  uint64_t held_stretch_ = UINT64_MAX;
};

}  // namespace cloudemu::log
