#include "services/s3/policy_document.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/strings.h"
#include "core/word_list.h"
#include "protocol/json.h"
#include "services/iam/policy.h"
#include "services/s3/actions.h"
#include "services/s3/errors.h"
#include "services/s3/policy_keys.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kPolicyBytesMax = 20 * 1024;
/// For telling which actions wildcards stand for: a few milliseconds, ten times what any real policy takes. The rest is believed.
constexpr uint64_t kCheckStepsMax = 1'000'000;
/// Keys of conditions that narrow a statement down, when they are compared with fixed values.
// clang-format off
constexpr std::string_view kNarrowingKeys[] = {
    "aws:sourcearn",        "aws:sourcevpc",     "aws:sourcevpce",        "aws:sourceaccount",         "aws:sourceowner",
    "aws:sourceip",         "aws:userid",        "aws:principalaccount",  "aws:principalarn",          "aws:principalorgid",
    "aws:principalorgpaths", "aws:sourceorgid",  "aws:sourceorgpaths",    "s3:dataaccesspointarn",     "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id"};
// clang-format on

/// The part of an S3 ARN that begins with the bucket's name: "bucket/key*"; nothing for other ARNs.
std::optional<std::string_view> arn_tail(std::string_view resource) {
  auto parts = split(resource, ':');
  if (parts.size() < 6 || parts[0] != "arn" || !parts[1].starts_with("aws") || parts[2] != "s3") return std::nullopt;
  return resource.substr(static_cast<size_t>(parts[5].data() - resource.data()));
}

std::optional<std::string> no_variables(std::string_view) { return std::nullopt; }

struct Resources {
  bool bucket = false, objects = false;
};

/// Whether the resources are this bucket's, and what of it they are.
AwsResult<Resources> check_resources(const iam::Patterns& resources, std::string_view bucket) {
  Resources found;
  iam::Effort effort;
  for (const iam::Pattern& pattern : resources.any_of) {
    std::string_view resource = pattern.text();
    auto tail = arn_tail(resource);  // "*" alone is no resource of a bucket's
    bool is_of_bucket = tail && iam::Pattern(tail->substr(0, tail->find('/')), {.wildcards = true}).matches(bucket, no_variables, effort);
    if (!is_of_bucket) return fail(malformed_policy("Policy has invalid resource"));
    size_t slash = tail->find('/');
    if (slash == std::string_view::npos) found.bucket = true;
    if (slash != std::string_view::npos || tail->ends_with("*")) found.objects = true;
  }
  return found;
}

/// An action that can act on nothing of what the statement names: only told of names without wildcards.
AwsResult<void> check_reach(const iam::Patterns& actions, const Resources& resources) {
  for (const iam::Pattern& pattern : actions.any_of) {
    std::string_view action = pattern.text();
    if (action.find_first_of("*?") != std::string_view::npos) continue;
    bool on_objects = is_on_objects(split_once(action, ':').second);
    if (on_objects ? !resources.objects : !resources.bucket) {
      return fail(malformed_policy("Action does not apply to any resource(s) in statement"));
    }
  }
  return {};
}

AwsResult<void> check_statement(const iam::Statement& statement, std::string_view bucket, iam::Effort& effort) {
  for (const iam::Pattern& action : statement.actions.any_of) {
    if (!names_an_action(action, effort) && !effort.exhausted()) return fail(malformed_policy("Policy has invalid action"));
  }
  TRY(check_conditions(statement));
  if (statement.resources.inverted) return {};
  Resources reach = TRY(check_resources(statement.resources, bucket));
  if (!statement.actions.inverted) TRY(check_reach(statement.actions, reach));
  return {};
}

AwsError worded(const iam::PolicyFlaw& flaw) {
  using Kind = iam::PolicyFlaw::Kind;
  switch (flaw.kind) {
    case Kind::not_json: return malformed_policy("This policy contains invalid Json");
    case Kind::version: return malformed_policy("The policy must contain a valid version string");
    case Kind::unknown_field: return malformed_policy(concat("Unknown field ", flaw.detail));
    case Kind::missing_field:
      if (flaw.detail == "Resource") return malformed_policy("Statement is missing required element");
      return malformed_policy(concat("Missing required field ", flaw.detail));
    case Kind::effect: return malformed_policy(concat("Invalid effect: ", flaw.detail));
    case Kind::principal: return malformed_policy("Invalid principal in policy");
    case Kind::action: return malformed_policy("Policy has invalid action");
    case Kind::resource: return malformed_policy("Policy has invalid resource");
    case Kind::condition_operator: return malformed_policy(concat("Invalid Condition type : ", flaw.detail));
    case Kind::condition_value:
    case Kind::syntax: break;
  }
  return malformed_policy("Invalid policy syntax.");
}

/// Without the blanks and line breaks between its elements.
size_t normalized_size(std::string_view document) {
  auto parsed = json::Document::parse(document);
  return parsed ? parsed->root().text().size() : document.size();
}

bool is_fixed(std::string_view key, std::string_view value) {
  if (key == "aws:sourceip") return value != "0.0.0.0/0" && value != "::/0";
  return value.find_first_of("*?$") == std::string_view::npos;
}

/// Whether a condition lets in only those who have one of some fixed values.
bool narrows(const iam::Condition& condition) {
  if (condition.op.negated || !contains(kNarrowingKeys, condition.key)) return false;
  return std::all_of(condition.values.begin(), condition.values.end(),
                     [&](const iam::Pattern& value) { return is_fixed(condition.key, value.text()); });
}

}  // namespace

AwsResult<void> check_policy(std::string_view document, std::string_view bucket) {
  constexpr std::string_view kNotJson = "Policies must be valid JSON and the first byte must be '{'";
  if (document.empty() || document.front() != '{') return fail(malformed_policy(std::string(kNotJson)));
  if (document.size() > kPolicyBytesMax && normalized_size(document) > kPolicyBytesMax) {
    return fail(AwsError{"PolicyTooLarge", 400, "Normalized policy document exceeds the maximum allowed size of 20480 bytes."});
  }
  auto policy = iam::parse_policy(document);
  if (!policy) return fail(worded(policy.error()));
  if (policy->statements.empty()) return fail(malformed_policy("Could not parse the policy: Statement is empty!"));
  iam::Effort effort(kCheckStepsMax);
  for (const iam::Statement& statement : policy->statements) TRY(check_statement(statement, bucket, effort));
  return {};
}

bool is_public_policy(std::string_view document) {
  const auto& statements = iam::remembered_policy(document).statements;
  return std::any_of(statements.begin(), statements.end(), [](const iam::Statement& statement) {
    bool for_everyone = statement.effect == iam::Effect::allow && statement.principals.everyone && !statement.principals.inverted;
    return for_everyone && std::none_of(statement.conditions.begin(), statement.conditions.end(), narrows);
  });
}

}  // namespace cloudemu::s3
