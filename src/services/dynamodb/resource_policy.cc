#include "services/dynamodb/resource_policy.h"

#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/streams/stream_ref.h"
#include "services/iam/policy.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html and its relatives. A table's policy speaks
/// for its indexes, too; each of its streams has one of its own.
namespace cloudemu::dynamodb {

namespace {

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html; blanks count.
constexpr size_t kPolicyBytesMax = 20 * 1024;
/// "Put it only where there is none."
constexpr std::string_view kNoPolicy = "NO_POLICY";

AwsError policy_not_found(std::string_view arn) {
  return {"PolicyNotFoundException", 400, concat("Resource-based policy not found for the provided ResourceArn: ", arn)};
}

AwsError invalid_policy(std::string_view why) { return invalid_values(concat("Invalid policy document: ", why)); }

std::string invalid_actions(const std::vector<std::string>& actions) {
  std::vector<std::string> quoted;
  for (const std::string& action : actions) quoted.push_back(concat('"', action, '"'));
  return concat("The following action names are invalid: ", join(quoted, ", "));
}

std::string explain(const iam::PolicyFlaw& flaw) {
  using Kind = iam::PolicyFlaw::Kind;
  switch (flaw.kind) {
    case Kind::principal: return "Invalid principal in policy";
    case Kind::action: return flaw.detail.empty() ? "Invalid action in policy" : invalid_actions({flaw.detail});
    case Kind::resource: return "Invalid resource in policy";
    case Kind::condition_operator:
    case Kind::condition_value: return "Invalid condition in policy";
    default: return "Syntax errors in policy";
  }
}

bool is_named(std::string_view action, std::span<const Operation> operations) {
  return std::any_of(operations.begin(), operations.end(), [&](const Operation& o) { return equals_ignoring_case(action, o.name); });
}

/// Whether policies of that kind may name the action.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html
bool is_action_on(PolicyOf of, std::string_view action) {
  // Nobody operates these: permissions of their own for parts of transactions, and for statements.
  constexpr std::string_view kPermissions[] = {"ConditionCheckItem", "PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"};
  constexpr std::string_view kOfPolicies[] = {"DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy"};
  auto among = [&](const auto& names) {
    return std::any_of(std::begin(names), std::end(names), [&](std::string_view name) { return equals_ignoring_case(action, name); });
  };
  if (of == PolicyOf::table) return is_named(action, operations()) || among(kPermissions);
  // Streams are listed, whichever there are: that is a matter of none of them.
  bool lists = equals_ignoring_case(action, "ListStreams");
  return (is_named(action, stream_operations()) && !lists) || among(kOfPolicies);
}

/// Names with wildcards are not looked at: they may stand for nothing.
AwsResult<void> check_actions(const iam::Policy& policy, PolicyOf of) {
  std::vector<std::string> invalid;
  for (const iam::Statement& statement : policy.statements) {
    for (const iam::Pattern& pattern : statement.actions.any_of) {
      const std::string& action = pattern.text();
      if (action.find_first_of("*?") != std::string::npos) continue;
      auto [service, name] = split_once(action, ':');
      bool is_valid = equals_ignoring_case(service, "dynamodb") && is_action_on(of, name);
      if (!is_valid && std::find(invalid.begin(), invalid.end(), action) == invalid.end()) invalid.push_back(action);
    }
  }
  if (invalid.empty()) return {};
  return fail(invalid_policy(invalid_actions(invalid)));
}

/// What a policy is of: a table with its indexes, or one of its streams.
struct Subject {
  const Table* table;
  std::string label = {};  ///< of the stream; empty: the table itself

  StreamPolicy policy() const {
    const TableDescription& description = table->description;
    if (label.empty()) return {.label = {}, .document = description.resource_policy, .revision = description.policy_revision};
    for (const StreamPolicy& known : description.stream_policies) {
      if (known.label == label) return known;
    }
    return {.label = label, .document = {}};
  }
};

AwsResult<Subject> require_subject(const DynamoDbReadModel& state, const Call& call) {
  std::string_view arn = call.input["ResourceArn"].string();
  auto ref = parse_stream_arn(arn);
  if (!ref) return Subject{.table = TRY(require_tagged_table(state, call))};
  Stream stream = TRY(require_stream(state, call, arn));
  const Table* table = state.find_table(stream.table);
  bool is_own = ref->account == call.principal.account && ref->region == call.principal.region;
  if (is_own && table && !table->deleting) return Subject{.table = table, .label = std::move(stream.label)};
  return fail(AwsError{"ResourceNotFoundException", 400, concat("Requested resource not found: ResourceArn: ", arn, " not found")});
}

/// The revision that a client expects must be the one there is.
AwsResult<void> check_revision(const StreamPolicy& policy, const Call& call) {
  json::Value expected = call.input["ExpectedRevisionId"];
  if (!expected.is_string()) return {};
  bool has_policy = !policy.document.empty();
  bool matches = has_policy ? expected.string() == std::to_string(policy.revision) : expected.string() == kNoPolicy;
  if (!matches) return fail(policy_not_found(call.input["ResourceArn"].string()));
  return {};
}

http::Response revision_reply(int64_t revision) {
  http::Response response;
  JsonWriter(response.body).begin_object().field("RevisionId", std::to_string(revision)).end_object();
  return response;
}

Outcome with_policy(const Subject& subject, std::string document, int64_t revision) {
  TableDescription description = subject.table->description;
  if (subject.label.empty()) {
    description.resource_policy = std::move(document);
    description.policy_revision = revision;
  } else {
    std::erase_if(description.stream_policies, [&](const StreamPolicy& known) { return known.label == subject.label; });
    description.stream_policies.push_back({subject.label, std::move(document), revision});
  }
  return outcome_of(TableUpdated{.table = subject.table->id, .description = std::move(description)}, revision_reply(revision));
}

}  // namespace

AwsResult<void> check_resource_policy(std::string_view document, PolicyOf of) {
  if (document.size() > kPolicyBytesMax)
    return fail(limit_exceeded(concat("Resource policy exceeds the limit of ", kPolicyBytesMax, " bytes")));
  auto policy = iam::parse_policy(document);
  if (!policy) return fail(invalid_policy(explain(policy.error())));
  if (policy->statements.empty()) return fail(invalid_policy("Syntax errors in policy"));
  return check_actions(*policy, of);
}

int64_t first_policy_revision(TimeMs now) { return now; }

/// The same document again changes nothing and has the same revision.
AwsResult<Outcome> put_resource_policy(const DynamoDbReadModel& state, const Call& call) {
  Subject subject = TRY(require_subject(state, call));
  std::string_view document = call.input["Policy"].string();
  TRY(check_resource_policy(document, subject.label.empty() ? PolicyOf::table : PolicyOf::stream));
  StreamPolicy before = subject.policy();
  TRY(check_revision(before, call));
  if (before.document == document) return outcome_of(revision_reply(before.revision));
  return with_policy(subject, std::string(document), std::max(first_policy_revision(call.now), before.revision + 1));
}

AwsResult<Outcome> get_resource_policy(const DynamoDbReadModel& state, const Call& call) {
  StreamPolicy policy = TRY(require_subject(state, call)).policy();
  if (policy.document.empty()) return fail(policy_not_found(call.input["ResourceArn"].string()));
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().field("Policy", std::string_view(policy.document)).field("RevisionId", std::to_string(policy.revision)).end_object();
  return outcome_of(std::move(response));
}

/// Idempotent: without a policy there is nothing to do, and no revision to tell.
AwsResult<Outcome> delete_resource_policy(const DynamoDbReadModel& state, const Call& call) {
  Subject subject = TRY(require_subject(state, call));
  StreamPolicy before = subject.policy();
  if (call.input["ExpectedRevisionId"].is_string() && before.document.empty()) {
    return fail(policy_not_found(call.input["ResourceArn"].string()));
  }
  TRY(check_revision(before, call));
  if (before.document.empty()) return outcome_of(http::Response{.body = "{}"});
  return with_policy(subject, {}, before.revision);
}

}  // namespace cloudemu::dynamodb
