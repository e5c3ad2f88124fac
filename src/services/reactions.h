#pragma once
#include <vector>

#include "projections/state.h"
#include "services/happened.h"
#include "services/moment.h"

/// What follows at once, in another service, from an event: a message in a queue from an object in a bucket. The one place that knows both.
namespace cloudemu {

/// The events that follow, in their order; they become part of the same call, with this event as their cause, and may have reactions in
/// turn. Pure: a function of the state after the event, of the event and of the moment. Asked only for events that effects_of() says
/// have reactions.
std::vector<Event> reactions_to(const State& state, const Happened& happened, const Moment& moment);

using Reactions = decltype(&reactions_to);

}  // namespace cloudemu
