#include <algorithm>

#include "core/account_id.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "protocol/json.h"
#include "services/iam/call_context.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_policy.h"
#include "services/sqs/queue_url.h"

/// AddPermission and RemovePermission write the queue's policy, one statement a label. Policies are kept, not enforced.
namespace cloudemu::sqs {

namespace {

/// What a queue can be shared for; other operations are the owner's alone.
constexpr std::string_view kShared[] = {"*",           "ChangeMessageVisibility",    "DeleteMessage", "GetQueueAttributes",
                                        "GetQueueUrl", "ListDeadLetterSourceQueues", "PurgeQueue",    "ReceiveMessage",
                                        "SendMessage"};

AwsResult<void> check_actions(const TextList& actions) {
  if (actions.empty()) return fail(missing_parameter("Actions"));
  if (actions.size() > kPermissionActionsMax) {
    return fail(over_limit(concat(actions.size(), " Actions were found, maximum allowed is ", kPermissionActionsMax, ".")));
  }
  for (std::string_view action : actions) {
    if (std::find(std::begin(kShared), std::end(kShared), action) != std::end(kShared)) continue;
    std::string shown = concat("SQS:", action);
    if (!service().find(action) || action.ends_with("Batch")) return fail(unknown_action(shown));
    return fail(invalid_value(shown, "ActionName", "Only the queue owner is allowed to invoke this action."));
  }
  return {};
}

AwsResult<void> check_accounts(const TextList& accounts) {
  if (accounts.empty()) return fail(missing_parameter("PrincipalId"));
  bool valid = std::all_of(accounts.begin(), accounts.end(), is_account_id);
  if (valid) return {};
  std::vector<std::string> texts(accounts.begin(), accounts.end());
  return fail(invalid_value(concat('[', join(texts, ", "), ']'), "PrincipalId", "Unable to verify."));
}

/// "80 alphanumeric characters, hyphens (-), and underscores (_)"
AwsResult<void> check_label(const Text& label) {
  if (!label || label->empty()) return fail(missing_parameter("Label"));
  bool valid = label->size() <= kQueueNameMax &&
               std::all_of(label->begin(), label->end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  if (valid) return {};
  return fail(invalid_value(*label, "Label", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"));
}

/// One text alone, or a list of them: how policies are written.
void write_one_or_more(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name);
  if (texts.size() == 1) {
    json.string(texts.front());
    return;
  }
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

std::string statement(const AddPermissionInput& input, const Queue& queue) {
  std::vector<std::string> principals, actions;
  for (std::string_view account : input.accounts) principals.push_back(iam::root_arn(queue.region, account));
  for (std::string_view action : input.actions) actions.push_back(concat("SQS:", action));
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("Sid", *input.label).field("Effect", "Allow").key("Principal").begin_object();
  write_one_or_more(json, "AWS", principals);
  json.end_object();
  write_one_or_more(json, "Action", actions);
  json.field("Resource", queue_arn(queue)).end_object();
  return out;
}

json::Document policy_of(const Queue& queue) {
  for (const auto& [name, value] : queue.attributes) {
    if (name != "Policy") continue;
    if (auto policy = json::Document::parse(value)) return std::move(*policy);
  }
  return {};
}

/// The statements of a policy, which may hold a single one without a list.
std::vector<json::Value> statements_of(const json::Value& policy) {
  json::Value statement = policy["Statement"];
  std::vector<json::Value> statements;
  if (statement.is_object()) statements.push_back(statement);
  for (json::Value element : statement.elements()) statements.push_back(element);
  return statements;
}

std::string policy_text(const json::Value& before, const Queue& queue, const std::vector<std::string>& statements) {
  std::string_view version = before["Version"].string(), id = before["Id"].string();
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("Version", version.empty() ? "2008-10-17" : version);
  if (!id.empty() || !before) json.field("Id", id.empty() ? concat(queue_arn(queue), "/SQSDefaultPolicy") : std::string(id));
  json.key("Statement").begin_array();
  for (const std::string& text : statements) json.raw(text);
  json.end_array().end_object();
  return out;
}

/// The queue with another policy; none if empty.
AwsResult<Outcome> answer_policy(const SqsReadModel& state, const Call& call, const Queue& queue, const std::string& policy) {
  AttributeSet set = TRY(change_attributes(state, {{"Policy", policy}}, queue));
  return call.answer_nothing(QueueUpdated{
      .queue = queue.id, .attributes = std::move(set.attributes), .settings = std::move(set.settings), .modified_at = call.now()});
}

}  // namespace

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
AwsResult<Outcome> add_permission(const SqsReadModel& state, const Call& call, const AddPermissionInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  TRY(check_label(input.label));
  TRY(check_actions(input.actions));
  TRY(check_accounts(input.accounts));
  json::Document policy = policy_of(*queue);
  std::vector<std::string> statements;
  for (const json::Value& present : statements_of(policy.root())) {
    if (present["Sid"].string() == *input.label) return fail(invalid_value(*input.label, "Label", "Already exists."));
    statements.push_back(present.text());
  }
  statements.push_back(statement(input, *queue));
  if (statements.size() > kPolicyStatementsMax) {
    return fail(over_limit(concat(statements.size(), " Statements were found, maximum allowed is ", kPolicyStatementsMax, ".")));
  }
  return answer_policy(state, call, *queue, policy_text(policy.root(), *queue, statements));
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_RemovePermission.html
AwsResult<Outcome> remove_permission(const SqsReadModel& state, const Call& call, const RemovePermissionInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  TRY(check_label(input.label));
  json::Document policy = policy_of(*queue);
  std::vector<std::string> statements;
  bool found = false;
  for (const json::Value& present : statements_of(policy.root())) {
    if (present["Sid"].string() == *input.label) found = true;
    else statements.push_back(present.text());
  }
  if (!found) return fail(invalid_value(*input.label, "Label", "can't find label."));
  return answer_policy(state, call, *queue, statements.empty() ? std::string() : policy_text(policy.root(), *queue, statements));
}

}  // namespace cloudemu::sqs
