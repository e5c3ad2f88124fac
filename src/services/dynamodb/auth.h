#pragma once
#include "protocol/aws_error.h"
#include "services/iam/authenticate.h"

namespace cloudemu::dynamodb {

/// Who calls, or the refusal as DynamoDB words it. Signatures must be there and complete even where nobody checks them: DynamoDB has no
/// anonymous callers.
AwsResult<Principal> authenticate_call(const http::Request& request, const Environment& environment, const State& state,
                                       const Moment& moment);

}  // namespace cloudemu::dynamodb
