#pragma once
#include "protocol/aws_error.h"
#include "services/iam/policy.h"

/// The condition keys of bucket policies: which there are, and which actions know them. What AWS is not known to refuse is taken.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys
namespace cloudemu::s3 {

/// Whether the conditions of a statement can be evaluated for each of its actions. Actions with wildcards are not looked at. Error:
/// MalformedPolicy.
AwsResult<void> check_conditions(const iam::Statement& statement);

}  // namespace cloudemu::s3
