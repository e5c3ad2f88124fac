#pragma once
#include <functional>
#include <optional>

#include "log/blob_store.h"
#include "net/work_queue.h"
#include "services/outcome.h"

namespace cloudemu {

/// Reads, and so checks, stretches of blobs and digests them on pool threads, a few megabytes per job, so that a large copy neither
/// stalls the loop nor keeps a thread of the pool to itself. `done` is called on the loop's thread, without digests if a blob could not be
/// read.
void digest_blobs(log::BlobStore& blobs, net::WorkQueue& work, DigestRequest request, std::function<void(std::optional<Digests>)> done);

}  // namespace cloudemu
