#pragma once
#include "control/context.h"

namespace cloudemu::control {

/// GET /_cloudemu/health: whether writes are taken, and how far the log is.
std::optional<Reply> health(Context& context, net::ConnectionId id, const http::Request& request);
/// GET /_cloudemu/ca.pem: what TLS clients are to trust.
std::optional<Reply> show_ca(Context& context, net::ConnectionId id, const http::Request& request);

}  // namespace cloudemu::control
