#include "services/s3/body.h"

#include <algorithm>

namespace cloudemu::s3 {

std::vector<BodyExtent> blob_extents(const std::vector<Part>& parts, uint64_t offset, uint64_t length) {
  std::vector<BodyExtent> extents;
  for (const Part& part : parts) {
    if (length == 0) break;
    if (offset >= part.size) {
      offset -= part.size;
      continue;
    }
    uint64_t count = std::min(length, part.size - offset);
    extents.push_back({part.blob, offset, count});
    length -= count;
    offset = 0;
  }
  return extents;
}

}  // namespace cloudemu::s3
