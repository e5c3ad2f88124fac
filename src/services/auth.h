#pragma once
#include <string_view>

#include "protocol/uri.h"
#include "services/call.h"
#include "services/environment.h"

namespace cloudemu {

/// Who a request says it comes from, without checking it: account of the access key, region of the credential scope.
Principal principal_of(const http::Request& request, const QueryParameters& query, const Environment& environment);

/// What the log keeps of a call.
CallInfo call_info(std::string_view operation, const Principal& principal, const http::Request& request);

}  // namespace cloudemu
