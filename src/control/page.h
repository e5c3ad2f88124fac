#pragma once
#include "control/context.h"

namespace cloudemu::control {

/// Whether a request is that of a person who typed the endpoint's address into a browser: SDKs sign, or say what they want.
bool is_page(const http::Request& request);

/// GET /: what this is, how to use it, what is there, and the last calls. No script.
std::optional<Reply> show_page(Context& context, net::ConnectionId id, const http::Request& request);

}  // namespace cloudemu::control
