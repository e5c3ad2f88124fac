#pragma once
#include "net/work_queue.h"
#include "realm/realm.h"

namespace cloudemu {

/// Has realms read and digest blobs, take large calls apart, and whatever else is too long for the loop, on the threads behind `work`, which
/// outlives them.
void give_workers(Surroundings& surroundings, net::WorkQueue& work);

}  // namespace cloudemu
