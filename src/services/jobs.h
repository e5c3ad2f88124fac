#pragma once
#include "services/job_slice.h"
#include "services/own_call.h"

namespace cloudemu::jobs {

/// Asks the rule of the job's kind for a slice: its events, then JobAdvanced or JobEnded, all caused by the job's start. A kind that this program
/// does not know (the log is of a later one) is cancelled.
/// `brought`: what the job's last errand came to.
OwnCall next_slice(const State& state, const Job& job, const Moment& moment, size_t limit, const Brought* brought = nullptr);

}  // namespace cloudemu::jobs
