#pragma once
#include <cstdint>
#include <vector>

#include "events/envelope.h"

namespace cloudemu {

/// A call of the daemon's own: what time did, or a job.
struct OwnCall {
  CallInfo info = {};
  uint64_t cause = 0;              ///< sequence of the event that led to it; 0: not known
  std::vector<Event> events = {};  ///< empty: there was nothing to do
  int64_t done = 0;                ///< units of work (items, messages)
};

}  // namespace cloudemu
