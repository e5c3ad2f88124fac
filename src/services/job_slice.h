#pragma once
#include <optional>
#include <string>
#include <vector>

#include "projections/job_read_model.h"
#include "projections/state.h"
#include "services/errand.h"
#include "services/moment.h"

/// Jobs: work that is too long for one call is done in slices, each a call of the daemon's own and at most about a millisecond long. A
/// rule starts one with jobs::JobStarted among its events; the engine then asks the kind's slice rule (services/jobs.cc) again and again
/// until it ends the job. So a job goes on after a kill and under a clock that stands still, and the log shows how it went. A job that
/// has a pace of its own rests between slices, by the virtual clock.
namespace cloudemu::jobs {

/// What one slice comes to.
struct Slice {
  std::vector<Event> events = {};  ///< of the subject's service
  std::string cursor = {};         ///< where the next slice goes on
  int64_t done = 0;                ///< units of work in this slice
  TimeMs rests_until = 0;          ///< the next slice is not asked for before this virtual time; 0: as soon as it is the job's turn
  enum class Then { go_on, completed, cancelled, failed };
  Then then = Then::go_on;
  /// Instead of all that: what has to be fetched before the slice can be done.
  std::optional<Errand> errand = {};
};

/// The subject went away: nothing is left to do.
inline Slice cancelled() { return {.then = Slice::Then::cancelled}; }

/// The rule of a kind of job: what its next slice does, at most `limit` units (items, messages) of work. Pure, like the rule of an
/// operation. It must check that the subject is still there, and must come to an end.
using SliceRule = Slice (*)(const State& state, const Job& job, const Moment& moment, size_t limit);

/// Likewise of a kind that has errands. `brought`: what the last one came to; null: there was none since the program started.
using ErrandRule = Slice (*)(const State& state, const Job& job, const Moment& moment, size_t limit, const Brought* brought);

}  // namespace cloudemu::jobs
