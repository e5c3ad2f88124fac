#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "events/subject.h"
#include "projections/state.h"
#include "services/moment.h"
#include "services/own_call.h"

/// What time does, whatever it does it to: the one place that knows which service to ask for a kind of subject. When something may be
/// due the engine's timers know, from effects_of() and from here; what is due, only the state.
namespace cloudemu {

/// What time did to a subject: of what is due at `moment`, at most `limit` units (messages, items) of work. No events: nothing is due, or
/// the subject is gone.
OwnCall due_work(const State& state, Subject subject, const Moment& moment, size_t limit);

/// When time will next do something to a subject, at the earliest. Nothing: never, as things are.
std::optional<TimeMs> next_due(const State& state, Subject subject, const Moment& moment);

/// The subjects that time may do something to: what a start, or a state that went back, makes timers of.
std::vector<Subject> subjects_with_work(const State& state);

}  // namespace cloudemu
