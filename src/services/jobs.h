#pragma once
#include <vector>

#include "services/job_slice.h"

namespace cloudemu::jobs {

/// A slice as a call of the daemon's own: the events of the slice, then JobAdvanced or JobEnded.
struct SliceCall {
  CallInfo info;
  std::vector<Event> events;
  int64_t done = 0;  ///< units of work in the slice
};

/// Asks the rule of the job's kind. A kind that this program does not know (the log is of a later one) is cancelled.
SliceCall next_slice(const State& state, const Job& job, const Moment& moment, size_t limit);

}  // namespace cloudemu::jobs
