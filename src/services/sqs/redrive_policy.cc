#include "services/sqs/redrive_policy.h"

#include "core/json_writer.h"
#include "core/strings.h"
#include "protocol/json.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"

namespace cloudemu::sqs {

namespace {

constexpr size_t kSourceArnsMax = 10;

/// A number, or a string that holds one.
std::optional<int64_t> receive_count(const json::Value& value) {
  if (value.is_integer()) return value.integer();
  return value.is_string() ? parse_integer(value.string()) : std::nullopt;
}

constexpr std::string_view kUnsupportedFormat = ", as it's in an unsupported format.";

/// Why a document is no RedriveAllowPolicy, as the end of a sentence; empty: it is one. The codes of the second and third are recorded
/// from AWS.
std::string_view flaw_of_allow_policy(const json::Value& policy) {
  std::string_view permission = policy["redrivePermission"].string();
  json::Value sources = policy["sourceQueueArns"];
  bool has_sources = sources && !sources.is_null(), by_queue = permission == "byQueue";
  for (auto [name, value] : policy.members()) {
    if (name != "redrivePermission" && name != "sourceQueueArns") return kUnsupportedFormat;
  }
  if (!by_queue && permission != "allowAll" && permission != "denyAll") return kUnsupportedFormat;
  if (has_sources && !sources.is_array()) return kUnsupportedFormat;
  if (has_sources && !by_queue) return ". To specify one or more source queue ARNs, you must set redrivePermission to byQueue.";
  if (by_queue && sources.size() == 0) {
    return ". When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.";
  }
  if (sources.size() > kSourceArnsMax) return ". The maximum number of source queue ARNs you can specify is 10.";
  for (json::Value arn : sources.elements()) {
    if (!parse_queue_arn(arn.string())) return kUnsupportedFormat;
  }
  return {};
}

/// Whether the RedriveAllowPolicy of a dead-letter queue, if it has one, lets messages of a queue in.
bool allows(const Queue& dead_letters, const QueueName& source) {
  for (const auto& [name, value] : dead_letters.attributes) {
    if (name != "RedriveAllowPolicy") continue;
    auto document = json::Document::parse(value);
    if (document->root()["redrivePermission"].string() == "allowAll") return true;
    std::string arn = queue_arn(source.account, source.region, source.name);
    for (json::Value allowed : document->root()["sourceQueueArns"].elements()) {
      if (allowed.string() == arn) return true;
    }
    return false;
  }
  return true;
}

}  // namespace

/// Recorded from AWS: {} lacks maxReceiveCount first of all, https://github.com/ansible-collections/community.aws/issues/2321
AwsResult<RedrivePolicy> parse_redrive_policy(const SqsReadModel& state, std::string_view text, const QueueName& source) {
  auto invalid = [&](std::string_view reason) { return fail(invalid_value(text, "RedrivePolicy", reason)); };
  auto document = json::Document::parse(text);
  if (!document || !document->root().is_object()) return invalid("Redrive policy is not a valid JSON map.");
  json::Value policy = document->root();
  json::Value target = policy["deadLetterTargetArn"], count = policy["maxReceiveCount"];
  if (!count) return invalid("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  if (!target) return invalid("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
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
  if (name->region != source.region) return invalid("Dead-letter target must be in same region as the source.");
  if (name->account != source.account) return invalid("Dead-letter target owner should be same as the source.");
  const Queue* queue = state.find_queue(name->account, name->region, name->name);
  if (!queue) return invalid("Dead letter target does not exist.");
  if (queue->settings.fifo != source.fifo()) return invalid("Dead-letter queue must be same type of queue as the source.");
  if (!allows(*queue, source)) return invalid("The redrive allow policy of the dead-letter queue does not allow this source queue.");
  return RedrivePolicy{std::string(target.string()), *receives_max};
}

std::string redrive_policy_text(const QueueSettings& settings) {
  std::string text;
  if (settings.dead_letter_arn.empty()) return text;
  JsonWriter json(text);
  json.begin_object().field("deadLetterTargetArn", settings.dead_letter_arn).field("maxReceiveCount", settings.receives_max).end_object();
  return text;
}

AwsResult<std::string> parse_redrive_allow_policy(std::string_view text) {
  auto document = json::Document::parse(text);
  bool is_object = document && document->root().is_object();
  std::string_view flaw = is_object ? flaw_of_allow_policy(document->root()) : kUnsupportedFormat;
  if (!flaw.empty()) {
    return fail(invalid_value(text, "RedriveAllowPolicy", concat("Amazon SQS can't create the redrive allow policy", flaw)));
  }
  std::string kept;
  JsonWriter json(kept);
  json.begin_object();
  for (auto [name, value] : document->root().members()) {
    if (!value.is_null()) json.raw_field(name, value.text());
  }
  json.end_object();
  return kept;
}

}  // namespace cloudemu::sqs
