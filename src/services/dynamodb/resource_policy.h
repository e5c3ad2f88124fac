#pragma once
#include <string_view>

#include "core/clock.h"
#include "protocol/aws_error.h"

/// Policies on tables and their streams.
namespace cloudemu::dynamodb {

/// What a policy speaks of decides which actions it may name.
enum class PolicyOf { table, stream };

/// Refuses what is no policy. Errors: ValidationException, LimitExceededException for more than 20 KB.
AwsResult<void> check_resource_policy(std::string_view document, PolicyOf of);

/// The revision of a policy on a table that had none before: AWS's ids are times, too.
int64_t first_policy_revision(TimeMs now);

}  // namespace cloudemu::dynamodb
