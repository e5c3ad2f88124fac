#pragma once
#include "control/context.h"

namespace cloudemu::control {

/// GET /_cloudemu/health: whether writes are taken, and how far the log is.
std::optional<Reply> health(Context& context, net::ConnectionId id, const http::Request& request);
/// GET /_localstack/health, /_localstack/init, its stages, and /_localstack/info: what LocalStack answers, to the space.
std::optional<Reply> localstack_health(Context& context, net::ConnectionId id, const http::Request& request);
std::optional<Reply> localstack_init(Context& context, net::ConnectionId id, const http::Request& request);
std::optional<Reply> localstack_info(Context& context, net::ConnectionId id, const http::Request& request);

}  // namespace cloudemu::control
