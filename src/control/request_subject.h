#pragma once
#include <string>

#include "protocol/http_message.h"

namespace cloudemu {

/// What a request is about, without its bucket and key: "orders", "jobs"; empty if it names nothing. A look at the text, not a reading
/// of it: good enough to be shown, and cheap enough for every request.
std::string subject_in_body(const http::Request& request);

}  // namespace cloudemu
