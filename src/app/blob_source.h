#pragma once
#include <memory>
#include <vector>

#include "log/blob_store.h"
#include "protocol/http_message.h"
#include "services/call.h"

namespace cloudemu {

/// A body read off the blob store (and memory, where it is short), stretch by stretch.
class BlobSource final : public http::BodySource {
 public:
  BlobSource(const log::BlobStore& blobs, std::vector<BodyExtent> extents) : blobs_(blobs), extents_(std::move(extents)) {}
  /// A failure is told on standard error as well: the client only sees its connection cut.
  Result<size_t> read(std::span<char> into) override;

 private:
  Result<size_t> fill(std::span<char> into);

  const log::BlobStore& blobs_;
  std::vector<BodyExtent> extents_;
  size_t next_ = 0;
  uint64_t done_ = 0;  // of the present extent
  std::unique_ptr<log::File> file_;
};

}  // namespace cloudemu
