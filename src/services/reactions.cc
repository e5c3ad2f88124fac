#include "services/reactions.h"

namespace cloudemu {

std::vector<Event> reactions_to(const State&, const Happened&, const Moment&) { return {}; }

}  // namespace cloudemu
