#pragma once
#include <memory>
#include <string>
#include <vector>

#include "log/blob_store.h"
#include "protocol/http_message.h"
#include "services/outcome.h"

namespace cloudemu {

/// A body read off the blob store (and memory, where it is short), stretch by stretch.
class BlobSource final : public http::BodySource {
 public:
  /// `owner` names in warnings what the body is of: "s3://photos/cat.jpg".
  BlobSource(log::BlobStore& blobs, std::vector<BodyExtent> extents, std::string owner);
  /// All bytes that it gives were checked. A failure is reported on standard error as well: the client only sees its connection cut.
  /// Asked for no bytes, it looks whether its blobs are there, of one piece, and long enough.
  Result<size_t> read(std::span<char> into) override;

 private:
  Result<size_t> fill(std::span<char> into);
  Result<size_t> look();

  log::BlobStore& blobs_;
  const std::vector<BodyExtent> extents_;
  const std::string owner_;
  std::vector<log::BlobPin> pins_;
  size_t next_ = 0;
  uint64_t done_ = 0;  // of the present extent
  std::unique_ptr<log::BlobReader> blob_;
};

}  // namespace cloudemu
