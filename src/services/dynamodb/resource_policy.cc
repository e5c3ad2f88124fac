#include "services/dynamodb/resource_policy.h"

#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/iam/policy.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html and its relatives. A table's policy speaks
/// for its indexes, too.
namespace cloudemu::dynamodb {

namespace {

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html; blanks count.
constexpr size_t kPolicyBytesMax = 20 * 1024;
/// "Put it only where there is none."
constexpr std::string_view kNoPolicy = "NO_POLICY";

AwsError policy_not_found(std::string_view arn) {
  return {"PolicyNotFoundException", 400, concat("Resource-based policy not found for the provided ResourceArn: ", arn)};
}

AwsError invalid_policy(std::string_view why) { return validation(concat("Invalid policy document: ", why)); }

std::string_view explain(const iam::PolicyFlaw& flaw) {
  using Kind = iam::PolicyFlaw::Kind;
  switch (flaw.kind) {
    case Kind::principal: return "Invalid principal in policy";
    case Kind::action: return "Invalid action in policy";
    case Kind::resource: return "Invalid resource in policy";
    case Kind::condition_operator:
    case Kind::condition_value: return "Invalid condition in policy";
    default: return "Syntax errors in policy";
  }
}

/// The revision that a client expects must be the one there is.
AwsResult<void> check_revision(const Table& table, const Call& call) {
  json::Value expected = call.input["ExpectedRevisionId"];
  if (!expected.is_string()) return {};
  bool has_policy = !table.description.resource_policy.empty();
  bool matches = has_policy ? expected.string() == std::to_string(table.description.policy_revision) : expected.string() == kNoPolicy;
  if (!matches) return fail(policy_not_found(call.input["ResourceArn"].string()));
  return {};
}

http::Response revision_reply(int64_t revision) {
  http::Response response;
  JsonWriter(response.body).begin_object().field("RevisionId", std::to_string(revision)).end_object();
  return response;
}

Outcome with_policy(const Table& table, std::string policy, int64_t revision) {
  TableDescription description = table.description;
  description.resource_policy = std::move(policy);
  description.policy_revision = revision;
  return outcome_of(TableUpdated{.table = table.id, .description = std::move(description)}, revision_reply(revision));
}

}  // namespace

AwsResult<void> check_resource_policy(std::string_view document) {
  if (document.size() > kPolicyBytesMax)
    return fail(limit_exceeded(concat("Resource policy exceeds the limit of ", kPolicyBytesMax, " bytes")));
  auto policy = iam::parse_policy(document);
  if (!policy) return fail(invalid_policy(explain(policy.error())));
  if (policy->statements.empty()) return fail(invalid_policy("Syntax errors in policy"));
  return {};
}

int64_t first_policy_revision(TimeMs now) { return now; }

/// The same document again changes nothing and has the same revision.
AwsResult<Outcome> put_resource_policy(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_tagged_table(state, call));
  std::string_view document = call.input["Policy"].string();
  TRY(check_resource_policy(document));
  TRY(check_revision(table, call));
  const TableDescription& before = table.description;
  if (before.resource_policy == document) return outcome_of(revision_reply(before.policy_revision));
  return with_policy(table, std::string(document), std::max(first_policy_revision(call.now), before.policy_revision + 1));
}

AwsResult<Outcome> get_resource_policy(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_tagged_table(state, call));
  const TableDescription& description = table.description;
  if (description.resource_policy.empty()) return fail(policy_not_found(call.input["ResourceArn"].string()));
  http::Response response;
  JsonWriter(response.body)
      .begin_object()
      .field("Policy", std::string_view(description.resource_policy))
      .field("RevisionId", std::to_string(description.policy_revision))
      .end_object();
  return outcome_of(std::move(response));
}

/// Idempotent: without a policy there is nothing to do, and no revision to tell.
AwsResult<Outcome> delete_resource_policy(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_tagged_table(state, call));
  if (call.input["ExpectedRevisionId"].is_string() && table.description.resource_policy.empty()) {
    return fail(policy_not_found(call.input["ResourceArn"].string()));
  }
  TRY(check_revision(table, call));
  if (table.description.resource_policy.empty()) return outcome_of(http::Response{.body = "{}"});
  return with_policy(table, {}, table.description.policy_revision);
}

}  // namespace cloudemu::dynamodb
