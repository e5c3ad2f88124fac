#pragma once
#include <functional>

#include "log/blob_store.h"
#include "net/work_queue.h"
#include "services/errand.h"

namespace cloudemu {

/// Unpacked, an object that a job has read for it may be so large: it is held in memory as long as the job is at it.
inline constexpr size_t kUnpackedBytesMax = 256 << 20;

/// Reads, checks and unpacks stretches of blobs on a pool thread. `done` is called on the loop's thread.
void read_blobs(log::BlobStore& blobs, net::WorkQueue& work, Errand::Bytes wanted, std::function<void(Brought)> done);

}  // namespace cloudemu
