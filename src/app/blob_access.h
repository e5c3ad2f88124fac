#pragma once
#include "net/work_queue.h"
#include "realm/realm.h"

namespace cloudemu {

/// Has realms read the blobs that their calls ask for, and digest them, on the threads behind `work`, which outlives them.
void give_blob_access(Surroundings& surroundings, net::WorkQueue& work);

}  // namespace cloudemu
