#pragma once
#include <memory>
#include <string>

#include "services/pending_call.h"

namespace cloudemu {

/// A call to a past state, which can be read and not changed: the rule is asked as always, at a moment at which time owes nobody anything
/// and nobody waits; if what it says would change something, the call is forbidden, in its protocol's own words (403 AccessDenied of S3,
/// SQS and STS, AccessDeniedException of DynamoDB), because `refusal`. `request`: that the call was made from.
std::unique_ptr<PendingCall> past_call(std::unique_ptr<PendingCall> call, http::SharedRequest request, std::string refusal);

}  // namespace cloudemu
