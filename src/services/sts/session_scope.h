#pragma once
#include "events/system_events.h"
#include "services/sts/constraints.h"
#include "services/sts/operations.h"

/// What limits a session of a role, and what policies may ask of it.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
namespace cloudemu::sts {

inline constexpr size_t kSessionPolicyMax = 2048;  ///< characters

void check_limits(Constraints& constraints, const LimitsInput& input);
void check_transitive_tags(Constraints& constraints, const query::TextList& keys);

/// Errors: MalformedPolicyDocument, InvalidParameterValue.
AwsResult<system::SessionScope> session_scope(const LimitsInput& input);
/// `calling`: of the session that asks, whose transitive tags and source identity the new one has, too; null: none asks.
AwsResult<system::SessionScope> session_scope(const AssumeRoleInput& input, const system::SessionScope* calling);

/// How much of the room for policies and tags is taken; 0: there are none. AWS packs them in a form of its own, so this is about right.
int64_t packed_percent(const LimitsInput& input);

}  // namespace cloudemu::sts
