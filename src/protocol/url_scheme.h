#pragma once
#include <string_view>

#include "core/strings.h"
#include "protocol/http_message.h"

namespace cloudemu::http {

/// Whether the client speaks https: to a proxy that says so, or to us (the parser then says it in a proxy's words).
inline bool is_https(const Request& request) { return equals_ignoring_case(trim(request.header("x-forwarded-proto")), "https"); }
/// "https://" or "http://", to begin the URLs with that a reply names.
inline std::string_view url_scheme(const Request& request) { return is_https(request) ? "https://" : "http://"; }

}  // namespace cloudemu::http
