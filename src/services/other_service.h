#pragma once
#include <memory>

#include "services/pending_call.h"

namespace cloudemu {

/// A call to a service of AWS that CloudEmu does not emulate: answers NotImplemented (501) and names the service, in the shape that the
/// request's protocol has for errors. Better than what S3, to which everything unknown goes, would make of it.
std::unique_ptr<PendingCall> open_other_service_call(const http::Request& request, std::string_view service, uint64_t request_id);

}  // namespace cloudemu
