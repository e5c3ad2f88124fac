#pragma once
#include <string_view>

#include "protocol/aws_error.h"
#include "services/iam/authenticate.h"

namespace cloudemu::dynamodb {

/// Where tables are that all accounts and regions share: DynamoDB Local's ARNs say so, and scripts have them written down.
inline constexpr std::string_view kSharedAccount = "000000000000", kSharedRegion = "ddblocal";

/// Who calls, or the refusal as DynamoDB words it. Signatures must be there and complete even where nobody checks them: DynamoDB has no
/// anonymous callers.
AwsResult<Principal> authenticate_call(const http::Request& request, const Environment& environment, const State& state,
                                       const Moment& moment);

}  // namespace cloudemu::dynamodb
