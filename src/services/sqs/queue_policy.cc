#include "services/sqs/queue_policy.h"

#include <algorithm>

#include "core/account_id.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "protocol/json.h"
#include "services/iam/call_context.h"
#include "services/iam/policy.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/operations.h"

namespace cloudemu::sqs {

namespace {

/// The version that is meant where a document names none.
constexpr std::string_view kOldVersion = "2008-10-17";

/// Writes a document as it is kept.
class KeptPolicy {
 public:
  explicit KeptPolicy(std::string_view region) : region_(region), json_(out_) {}

  std::string write(json::Value policy) {
    json_.begin_object();
    if (!policy["Version"]) json_.field("Version", kOldVersion);
    for (auto [name, value] : policy.members()) {
      json_.key(name);
      if (name != "Statement") json_.raw(value.text());
      else write_one_or_more(value, [&](json::Value statement) { write_statement(statement); });
    }
    json_.end_object();
    return std::move(out_);
  }

 private:
  void write_one_or_more(json::Value value, auto write_one) {
    if (!value.is_array()) return write_one(value);
    json_.begin_array();
    for (json::Value element : value.elements()) write_one(element);
    json_.end_array();
  }

  void write_statement(json::Value statement) {
    json_.begin_object();
    for (auto [name, value] : statement.members()) {
      json_.key(name);
      if ((name == "Principal" || name == "NotPrincipal") && value.is_object()) write_principals(value);
      else json_.raw(value.text());
    }
    json_.end_object();
  }

  void write_principals(json::Value principals) {
    json_.begin_object();
    for (auto [kind, names] : principals.members()) {
      json_.key(kind);
      if (kind != "AWS") json_.raw(names.text());
      else write_one_or_more(names, [&](json::Value name) { write_principal(name.string()); });
    }
    json_.end_object();
  }

  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
  void write_principal(std::string_view name) { json_.string(is_account_id(name) ? iam::root_arn(region_, name) : std::string(name)); }

  std::string_view region_;
  std::string out_;
  JsonWriter json_;
};

/// Of an action without wildcards, in whichever case.
bool is_action(std::string_view name) {
  const auto& operations = service().operations;
  return !name.ends_with("Batch") && std::any_of(operations.begin(), operations.end(), [&](const query::Operation& operation) {
    return equals_ignoring_case(operation.name, name);
  });
}

/// Recorded from AWS: https://github.com/cloudtools/awacs/issues/34
AwsResult<void> check_action(std::string_view action) {
  if (action.find_first_of("*?") != std::string_view::npos) return {};
  auto [service, name] = split_once(action, ':');
  bool is_ours = equals_ignoring_case(service, "sqs");
  if (is_ours && is_action(name)) return {};
  return fail(unknown_action(is_ours ? concat("SQS:", name) : std::string(action)));
}

}  // namespace

AwsError unknown_action(std::string_view shown) {
  return invalid_value(shown, "ActionName", "Please refer to the appropriate WSDL for a list of valid actions.");
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html; recorded from AWS are the words about
/// the size and the actions, the version (https://github.com/hashicorp/terraform-provider-aws/issues/24046) and the accounts
/// (https://github.com/hashicorp/terraform/issues/13972).
AwsResult<std::string> parse_policy(std::string_view text, std::string_view region) {
  if (text.size() > kPolicyBytesMax) return fail(over_limit("Submitted policy is over max allowed size."));
  auto document = json::Document::parse(text);
  auto policy = iam::parse_policy(text);
  if (!document || !policy || policy->statements.empty()) return fail(invalid_attribute_value("Policy"));
  if (size_t count = policy->statements.size(); count > kPolicyStatementsMax) {
    return fail(over_limit(concat(count, " statements were found in the submitted policy, max allowed is ", kPolicyStatementsMax)));
  }
  for (const iam::Statement& statement : policy->statements) {
    size_t count = statement.actions.any_of.size();
    if (count > kPermissionActionsMax) {
      return fail(over_limit(
          concat(count, " actions were found in a statement from the submitted policy, max allowed is ", kPermissionActionsMax)));
    }
    for (const iam::Pattern& action : statement.actions.any_of) TRY(check_action(action.text()));
  }
  return KeptPolicy(region).write(document->root());
}

}  // namespace cloudemu::sqs
