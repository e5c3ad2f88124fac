#pragma once
#include "control/context.h"

namespace cloudemu::control {

/// GET /_cloudemu/clock: what the virtual clock shows.
std::optional<Reply> show_clock(Context& context, net::ConnectionId id, const http::Request& request);
/// POST /_cloudemu/clock: sets it; the reply comes when all that has become due has happened.
std::optional<Reply> change_clock(Context& context, net::ConnectionId id, const http::Request& request);

Reply clock_reply(const VirtualClock& clock);

}  // namespace cloudemu::control
