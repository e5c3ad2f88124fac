#pragma once
#include "core/clock.h"
#include "core/entropy.h"
#include "events/subject.h"

namespace cloudemu {

class ClockHistory;

/// Tells whether time still owes a subject something. Implemented by the engine's timers.
class DueTimes {
 public:
  virtual ~DueTimes() = default;
  virtual bool overdue(Subject subject, TimeMs now) const = 0;
};

/// All that a rule may know besides the state: sampled once per call, so that rules are pure.
struct Moment {
  TimeMs now;       ///< by the virtual clock: what AWS's rules go by
  TimeMs real_now;  ///< by the machine's: what clients sign with
  Entropy& entropy;
  const DueTimes& due_times;
  TimeMs lifecycle_day = kDayMs;        ///< how long a day is in the lifecycle rules and restores of S3; test suites shorten it
  TimeMs history_since = 0;             ///< what was before cannot be had any more; later than now: nothing of the past can
  TimeMs ttl_delay_ms = 0;              ///< an item may be so long past its time to live before it goes
  const ClockHistory* clock = nullptr;  ///< what the virtual clock showed when; null: real time
  bool may_wait = true;                 ///< false: the last time of asking; a rule must not answer with a Wait

  /// Whether the rule must have the subject settled before it can answer.
  bool is_late_for(Subject subject) const { return due_times.overdue(subject, now); }
};

}  // namespace cloudemu
