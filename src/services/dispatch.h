#pragma once
#include <memory>

#include "services/environment.h"
#include "services/pending_call.h"

namespace cloudemu {

enum class Service { s3, dynamodb, streams, sqs, sts, query, other };

/// Which service a request is for, by its head: X-Amz-Target, then the credential scope, then a form with Action=, then the host;
/// else S3. `query` is a form of SQS or STS: its body says which. `other` is named so clearly that it cannot be S3.
Service classify(const http::Request& request);

/// Understands the head of a request as a call, which keeps the request. Never null: what makes no sense becomes a call that answers
/// with the right error. `state` tells a queue's URL from a bucket's.
std::unique_ptr<PendingCall> open_call(http::SharedRequest request, const Environment& environment, const State& state,
                                       uint64_t request_id);

}  // namespace cloudemu
