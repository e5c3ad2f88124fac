#pragma once
#include <memory>

#include "services/call.h"
#include "services/environment.h"

namespace cloudemu::sqs {

/// Understands a request as a call of SQS: JSON 1.0 with X-Amz-Target, or the Query protocol.
std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id);

}  // namespace cloudemu::sqs
