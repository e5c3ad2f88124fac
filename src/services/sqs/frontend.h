#pragma once
#include <memory>

#include "services/call.h"
#include "services/environment.h"

namespace cloudemu::sqs {

/// A request in SQS's JSON protocol: JSON 1.0 with X-Amz-Target. (For the Query protocol see services/query/frontend.h.)
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
std::unique_ptr<PendingCall> open_json_call(const http::Request& request, const Environment& environment, uint64_t request_id);

}  // namespace cloudemu::sqs
