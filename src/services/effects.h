#pragma once
#include <cstdint>
#include <optional>

#include "core/clock.h"
#include "events/event.h"

namespace cloudemu {

/// What an event means for those who wait: timers, long polls and jobs.
struct Effects {
  std::optional<int64_t> wakes;  ///< a queue that may have messages to hand out now
  int64_t queue = 0;
  std::optional<TimeMs> due_at;    ///< when time will next do something to `queue`, at the earliest
  std::optional<int64_t> forgets;  ///< a queue that is gone
  bool starts_job = false;
};

Effects effects_of(const Event& event);

}  // namespace cloudemu
