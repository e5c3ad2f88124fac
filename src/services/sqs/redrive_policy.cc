#include "services/sqs/redrive_policy.h"

#include "core/strings.h"
#include "protocol/json.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/queue_url.h"

namespace cloudemu::sqs {

namespace {

constexpr size_t kSourceArnsMax = 10;

/// A number, or a string that holds one.
std::optional<int64_t> receive_count(const json::Value& value) {
  if (value.is_integer()) return value.integer();
  return value.is_string() ? parse_integer(value.string()) : std::nullopt;
}

bool is_redrive_allow_policy(const json::Value& policy) {
  std::string_view permission = policy["redrivePermission"].string();
  json::Value sources = policy["sourceQueueArns"];
  for (auto [name, value] : policy.members()) {
    if (name != "redrivePermission" && name != "sourceQueueArns") return false;
  }
  if (permission == "allowAll" || permission == "denyAll") return !sources;
  if (permission != "byQueue" || sources.size() == 0 || sources.size() > kSourceArnsMax) return false;
  for (json::Value arn : sources.elements()) {
    if (!parse_queue_arn(arn.string())) return false;
  }
  return true;
}

}  // namespace

AwsResult<RedrivePolicy> parse_redrive_policy(const SqsReadModel& state, std::string_view text, bool fifo) {
  auto invalid = [&](std::string_view reason) { return fail(invalid_value(text, "RedrivePolicy", reason)); };
  auto document = json::Document::parse(text);
  if (!document || !document->root().is_object()) return invalid("Redrive policy is not a valid JSON map.");
  json::Value policy = document->root();
  json::Value target = policy["deadLetterTargetArn"], count = policy["maxReceiveCount"];
  if (!target) return invalid("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  if (!count) return invalid("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  for (auto [name, value] : policy.members()) {
    if (name == "deadLetterTargetArn" || name == "maxReceiveCount") continue;
    return invalid("Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].");
  }
  auto receives_max = receive_count(count);
  if (!receives_max || *receives_max < 1 || *receives_max > kReceivesMax) {
    return invalid(concat("Invalid value for maxReceiveCount: ", count.is_string() ? std::string(count.string()) : count.text(),
                          ", valid values are from 1 to ", kReceivesMax, " both inclusive."));
  }
  auto name = parse_queue_arn(target.string());
  if (!name) return invalid("Invalid value for deadLetterTargetArn.");
  const Queue* queue = state.find_queue(name->account, name->region, name->name);
  if (!queue) return invalid("Dead letter target does not exist.");
  if (queue->settings.fifo != fifo) return invalid("Dead-letter queue must be same type of queue as the source.");
  return RedrivePolicy{policy.text(), std::string(target.string()), *receives_max};
}

AwsResult<std::string> parse_redrive_allow_policy(std::string_view text) {
  auto document = json::Document::parse(text);
  if (!document || !document->root().is_object() || !is_redrive_allow_policy(document->root())) {
    return fail(
        invalid_value(text, "RedriveAllowPolicy", "Amazon SQS can't create the redrive allow policy, as it's in an unsupported format."));
  }
  return document->root().text();
}

AwsResult<std::string> parse_policy(std::string_view text) {
  auto document = json::Document::parse(text);
  if (!document || !document->root().is_object()) return fail(invalid_attribute_value("Policy"));
  return document->root().text();
}

}  // namespace cloudemu::sqs
