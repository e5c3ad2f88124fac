#include "app/blob_source.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "core/strings.h"

namespace cloudemu {

BlobSource::BlobSource(log::BlobStore& blobs, std::vector<BodyExtent> extents, std::string owner)
    : blobs_(blobs), extents_(std::move(extents)), owner_(std::move(owner)) {
  for (const BodyExtent& extent : extents_) {
    if (!extent.blob.empty()) pins_.push_back(blobs_.pin(extent.blob));
  }
}

Result<size_t> BlobSource::read(std::span<char> into) {
  auto got = into.empty() ? look() : fill(into);
  if (!got) {
    std::fprintf(stderr, "cloudemu: warning: %s cannot be read: %s\n", owner_.empty() ? "a body" : owner_.c_str(),
                 got.error().context.c_str());
  }
  return got;
}

Result<size_t> BlobSource::look() {
  for (const BodyExtent& extent : extents_) {
    if (extent.blob.empty()) continue;
    auto blob = TRY(blobs_.open(extent.blob));
    if (blob->size() < extent.offset + extent.length) return fail(Errc::corrupt, concat("blob ", extent.blob, ": it is too short"));
  }
  return 0;
}

Result<size_t> BlobSource::fill(std::span<char> into) {
  size_t filled = 0;
  while (filled < into.size() && next_ < extents_.size()) {
    const BodyExtent& extent = extents_[next_];
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(into.size() - filled, extent.length - done_));
    if (extent.blob.empty()) {
      std::memcpy(into.data() + filled, extent.bytes.data() + extent.offset + done_, wanted);
    } else {
      if (!blob_) blob_ = TRY(blobs_.open(extent.blob));
      auto read = blob_->read(extent.offset + done_, into.subspan(filled, wanted));
      if (!read) return fail(read.error().code, concat("blob ", extent.blob, ": ", read.error().context));
    }
    filled += wanted;
    done_ += wanted;
    if (done_ == extent.length) {
      blob_.reset();
      done_ = 0;
      ++next_;
    }
  }
  return filled;
}

}  // namespace cloudemu
