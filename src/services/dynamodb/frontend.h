#pragma once
#include <memory>

#include "services/environment.h"
#include "services/pending_call.h"

namespace cloudemu::dynamodb {

/// Understands a request as a call of DynamoDB (JSON 1.0, X-Amz-Target).
std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id);

}  // namespace cloudemu::dynamodb
