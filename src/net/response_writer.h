#pragma once
#include <string>
#include <string_view>

#include "protocol/http_message.h"

namespace cloudemu::net {

/// For HTTP/1.0 clients the reply must state that the connection goes on (`stated`).
enum class KeepAlive { yes, stated, no };

/// The status line and headers of a reply, up to and including the empty line. Adds Content-Length (not to 204 and 304),
/// Connection and Date. Header values must not hold CR or LF; such bytes become blanks.
std::string response_head(const http::Response& response, std::string_view date, KeepAlive keep_alive);

}  // namespace cloudemu::net
