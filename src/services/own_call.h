#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "events/envelope.h"
#include "services/errand.h"

namespace cloudemu {

/// A call of the daemon's own: what time did, or a job.
struct OwnCall {
  CallInfo info = {};
  uint64_t cause = 0;                 ///< sequence of the event that led to it; 0: not known
  std::vector<Event> events = {};     ///< empty: there was nothing to do
  int64_t done = 0;                   ///< units of work (items, messages)
  std::optional<Errand> errand = {};  ///< of a job: what has to be fetched first; nothing happens meanwhile
};

}  // namespace cloudemu
