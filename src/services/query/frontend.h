#pragma once
#include <memory>
#include <vector>

#include "services/environment.h"
#include "services/pending_call.h"
#include "services/query/call.h"

namespace cloudemu::query {

/// A request in the Query protocol, or (with X-Amz-Target, unless it brings a form) in JSON 1.0, which only SQS speaks. With several
/// services (a request that is not signed names none) the parameter Version says which, or the action; else it is the last.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html and ...-xml.html
std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id,
                                       std::vector<const Service*> services);

}  // namespace cloudemu::query
