#include "services/sts/session_scope.h"

#include <algorithm>

#include "core/strings.h"
#include "services/iam/policy.h"

namespace cloudemu::sts {

namespace {

constexpr size_t kPolicyArnsMax = 10, kTagsMax = 50, kTagKeyMax = 128, kTagValueMax = 256;

/// Letters, numbers and blanks of all scripts.
bool is_tag_character(char c) {
  return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 || std::string_view(" _.:/=+-@").find(c) != std::string_view::npos;
}
constexpr Constraints::Pattern kTagKey{"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+", is_tag_character};
constexpr Constraints::Pattern kTagValue{"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", is_tag_character};

bool has_key(const auto& keys, std::string_view key) {
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view each) { return equals_ignoring_case(each, key); });
}

AwsResult<void> check_policy(std::string_view document) {
  using Kind = iam::PolicyFlaw::Kind;
  auto policy = iam::parse_policy(document, iam::PolicyOf::session);
  if (policy && !policy->statements.empty()) return {};
  Kind kind = policy ? Kind::syntax : policy.error().kind;
  return fail(malformed_policy_document(kind == Kind::not_json    ? "This policy contains invalid Json"
                                        : kind == Kind::principal ? "Policy document should not specify a principal."
                                                                  : "Syntax errors in policy."));
}

void check_policy_arns(Constraints& constraints, const std::vector<PolicyArnInput>& policies) {
  constraints.count("policyArns", policies.size(), kPolicyArnsMax, policies.empty() ? "" : policies.front().arn.value_or(""));
  if (policies.size() > kPolicyArnsMax) return;
  for (size_t i = 0; i < policies.size(); ++i) {
    constraints.text(concat("policyArns.", i + 1, ".member.arn"), policies[i].arn, kText, {20, 2048});
  }
}

void check_tags(Constraints& constraints, const std::vector<TagInput>& tags) {
  constraints.count("tags", tags.size(), kTagsMax, tags.empty() ? "" : tags.front().key.value_or(""));
  if (tags.size() > kTagsMax) return;
  for (size_t i = 0; i < tags.size(); ++i) {
    std::string member = concat("tags.", i + 1, ".member.");
    constraints.required(member + "key", tags[i].key).required(member + "value", tags[i].value);
    constraints.text(member + "key", tags[i].key, kTagKey, {1, kTagKeyMax})
        .text(member + "value", tags[i].value, kTagValue, {0, kTagValueMax});
  }
}

/// They are of the request, which outlives the call.
query::TextList keys_of(const std::vector<TagInput>& tags) {
  query::TextList keys;
  for (const TagInput& tag : tags) keys.push_back(tag.key.value_or(""));
  return keys;
}

}  // namespace

void check_limits(Constraints& constraints, const LimitsInput& input) {
  constraints.text("policy", input.policy, kText, {1, kSessionPolicyMax});
  check_policy_arns(constraints, input.policy_arns);
  check_tags(constraints, input.tags);
}

void check_transitive_tags(Constraints& constraints, const query::TextList& keys) {
  constraints.count("transitiveTagKeys", keys.size(), kTagsMax, keys.empty() ? std::string_view() : keys.front());
  if (keys.size() > kTagsMax) return;
  for (size_t i = 0; i < keys.size(); ++i) {
    constraints.text(concat("transitiveTagKeys.", i + 1, ".member"), keys[i], kTagKey, {1, kTagKeyMax});
  }
}

AwsResult<system::SessionScope> session_scope(const LimitsInput& input) {
  system::SessionScope scope;
  if (input.policy) TRY(check_policy(*input.policy));
  scope.policy = input.policy.value_or("");
  query::TextList keys;
  for (const TagInput& tag : input.tags) {
    if (has_key(keys, *tag.key)) {
      return fail(invalid_parameter_value("Duplicate tag keys found. Please note that Tag keys are case insensitive."));
    }
    keys.push_back(*tag.key);
    scope.tags.emplace_back(*tag.key, *tag.value);
  }
  return scope;
}

AwsResult<system::SessionScope> session_scope(const AssumeRoleInput& input, const system::SessionScope* calling) {
  system::SessionScope scope = TRY(session_scope(input));
  scope.source_identity = input.source_identity.value_or("");
  const query::TextList keys = keys_of(input.tags);
  for (std::string_view key : input.transitive_tags) {
    if (!has_key(keys, key)) {
      return fail(invalid_parameter_value("The specified transitive tag key must be included in the requested tags."));
    }
    scope.transitive_tags.emplace_back(key);
  }
  if (!calling) return scope;
  if (!calling->source_identity.empty()) scope.source_identity = calling->source_identity;
  for (const auto& [key, value] : calling->tags) {
    if (!has_key(calling->transitive_tags, key)) continue;
    if (has_key(keys, key)) {
      return fail(
          invalid_parameter_value("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key "
                                  "from the calling session."));
    }
    scope.tags.emplace_back(key, value);
    scope.transitive_tags.push_back(key);
  }
  return scope;
}

int64_t packed_percent(const LimitsInput& input) {
  size_t bytes = input.policy.value_or("").size();
  for (const PolicyArnInput& policy : input.policy_arns) bytes += policy.arn.value_or("").size();
  for (const TagInput& tag : input.tags) bytes += tag.key->size() + tag.value->size();
  return static_cast<int64_t>((100 * bytes + kSessionPolicyMax - 1) / kSessionPolicyMax);
}

}  // namespace cloudemu::sts
