#include "app/blob_source.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "core/strings.h"

namespace cloudemu {

Result<size_t> BlobSource::read(std::span<char> into) {
  auto got = fill(into);
  if (!got) std::fprintf(stderr, "cloudemu: warning: a body cannot be read: %s\n", got.error().context.c_str());
  return got;
}

Result<size_t> BlobSource::fill(std::span<char> into) {
  size_t filled = 0;
  while (filled < into.size() && next_ < extents_.size()) {
    const BodyExtent& extent = extents_[next_];
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(into.size() - filled, extent.length - done_));
    if (extent.blob.empty()) {
      std::memcpy(into.data() + filled, extent.bytes.data() + extent.offset + done_, wanted);
    } else {
      if (!file_) file_ = TRY(blobs_.open(extent.blob));
      size_t got = TRY(file_->read_at(extent.offset + done_, into.subspan(filled, wanted)));
      if (got < wanted) return fail(Errc::corrupt, concat("blob ", extent.blob, " is shorter than the log says"));
    }
    filled += wanted;
    done_ += wanted;
    if (done_ == extent.length) {
      file_.reset();
      done_ = 0;
      ++next_;
    }
  }
  return filled;
}

}  // namespace cloudemu
