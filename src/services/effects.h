#pragma once
#include <optional>

#include "core/clock.h"
#include "events/event.h"
#include "events/subject.h"

namespace cloudemu {

/// What an event means for others: timers, long polls, jobs, and what reacts to it.
struct Effects {
  struct Due {
    Subject subject;
    TimeMs at;
  };
  std::optional<Subject> wakes = {};    ///< calls that wait for it may find something now
  std::optional<Due> arms = {};         ///< time may next do something to a subject then, and no earlier
  std::optional<Subject> forgets = {};  ///< is gone: nothing is due to it any more
  bool starts_job = false;
  bool reacts = false;  ///< reactions_to() is to be asked what follows from it elsewhere
};

/// The one place that says so of every event: a new one does not compile until it stands here.
Effects effects_of(const Event& event);

}  // namespace cloudemu
