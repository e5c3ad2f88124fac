#pragma once
#include <vector>

#include "events/s3_events.h"
#include "services/call.h"

namespace cloudemu::s3 {

/// The stretches of blobs that make up `length` bytes of an object's body from `offset` on.
std::vector<BodyExtent> blob_extents(const std::vector<Part>& parts, uint64_t offset, uint64_t length);

}  // namespace cloudemu::s3
