#pragma once
#include <string>
#include <string_view>

#include "core/strings.h"
#include "services/call.h"

/// Who may do what to what others own. The one place that decides it: policies, when they are evaluated, will be asked here.
namespace cloudemu {

/// Whether a caller may touch what `owner` owns. Accounts are walls only where callers have proved who they are: without --auth verify an
/// account is whatever the caller says, and keeps test suites apart, not people. No policy grants anything yet.
inline bool may_access(const Principal& caller, std::string_view owner) { return !caller.proven || caller.account == owner; }

/// "arn:aws:iam::111122223333:root", or the role that was assumed.
inline std::string caller_arn(const Principal& caller) {
  return caller.arn.empty() ? concat("arn:aws:iam::", caller.account, ":root") : caller.arn;
}

/// AWS's sentence for what no policy grants. `action`: "dynamodb:Scan".
inline std::string not_authorized(const Principal& caller, std::string_view action, std::string_view resource_arn) {
  return concat("User: ", caller_arn(caller), " is not authorized to perform: ", action, " on resource: ", resource_arn,
                " because no resource-based policy allows the ", action, " action");
}

}  // namespace cloudemu
