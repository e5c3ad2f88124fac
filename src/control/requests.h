#pragma once
#include "control/context.h"

namespace cloudemu::control {

/// GET /_cloudemu/requests?last=100: the last calls of all services.
std::optional<Reply> show_requests(Context& context, net::ConnectionId id, const http::Request& request);

}  // namespace cloudemu::control
