#include "control/reset.h"

namespace cloudemu::control {

std::optional<Reply> reset(Context& context, net::ConnectionId, const http::Request& request) {
  std::vector<Event> events;
  events.push_back(system::StateReset{});
  if (!context.engine.append_own(info("Reset", request), std::move(events))) return refusal(503, "the log takes no writes");
  context.engine.reload();
  return Reply{.body = "{\"reset\":true}"};
}

}  // namespace cloudemu::control
