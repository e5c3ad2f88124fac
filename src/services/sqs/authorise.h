#pragma once
#include "services/query/call.h"

namespace cloudemu::sqs {

/// Refuses callers whom the policies of the queues that a call is about do not let in. Error: AccessDenied.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
AwsResult<void> authorise_call(const State& state, const query::Call& call, const query::Operation& operation, const query::Input& input,
                               iam::Judge& judge);

/// Likewise of a call about one queue, however it was named.
AwsResult<void> authorise_on_queue(const query::Call& call, const query::Operation& operation, const Queue& queue, iam::Judge& judge);

}  // namespace cloudemu::sqs
