#pragma once
#include "control/context.h"

namespace cloudemu::control {

/// POST /_cloudemu/reset: drops everything of all accounts.
std::optional<Reply> reset(Context& context, net::ConnectionId id, const http::Request& request);

}  // namespace cloudemu::control
