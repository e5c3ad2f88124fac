#include "services/sqs/send.h"

#include <algorithm>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"

namespace cloudemu::sqs {

namespace {

constexpr std::string_view kNotForThisType = "The request include parameter that is not valid for this queue type.";

AwsResult<void> check_body(const Text& body) {
  if (!body || body->empty()) return fail(missing_parameter("MessageBody"));
  auto character = forbidden_character(*body);
  if (!character) return {};
  return fail(
      invalid_message_contents(concat("Invalid binary character '", *character,
                                      "' was found in the message body, the set of allowed characters is ", kAllowedCharacters, ".")));
}

AwsResult<void> check_size(const Queue& queue, int64_t bytes, Sending sending) {
  int64_t max = queue.settings.message_bytes_max;
  if (bytes <= max) return {};
  std::string_view flaw = sending == Sending::alone ? "are invalid" : "cannot be validated";
  return fail(invalid_parameter_value(concat("One or more parameters ", flaw, ". Reason: Message must be shorter than ", max, " bytes.")));
}

/// When a message becomes visible. Its own delay overrides the queue's; but on a FIFO queue it must be 0, which means the queue's.
AwsResult<TimeMs> check_delay(const Queue& queue, const Integer& delay_s, TimeMs now) {
  std::string value = std::to_string(delay_s.value_or(0));
  if (queue.settings.fifo && delay_s.value_or(0) > 0) return fail(invalid_value(value, "DelaySeconds", kNotForThisType));
  if (delay_s && (*delay_s < 0 || *delay_s > kDelayMaxS)) {
    return fail(invalid_value(value, "DelaySeconds", concat("DelaySeconds must be >= 0 and <= ", kDelayMaxS, ".")));
  }
  int64_t delay = queue.settings.fifo ? queue.settings.delay_s : delay_s.value_or(queue.settings.delay_s);
  return delay > 0 ? now + delay * kSecondMs : 0;
}

/// The id that tells duplicates; empty for a standard queue.
AwsResult<std::string> check_ids(const Queue& queue, const MessageInput& message) {
  if (message.group) TRY(check_fifo_id("MessageGroupId", *message.group));
  if (!message.deduplication) return queue.settings.fifo ? hex(sha256(*message.body)) : std::string();
  if (!queue.settings.fifo) return fail(invalid_value(*message.deduplication, "MessageDeduplicationId", kNotForThisType));
  TRY(check_fifo_id("MessageDeduplicationId", *message.deduplication));
  return std::string(*message.deduplication);
}

/// The X-Ray header that comes with the request, unless the message brings its own.
std::string trace_header(const Call& call) {
  std::string_view header = call.http.header("x-amzn-trace-id");
  return is_utf8(header) && !forbidden_character(header) ? std::string(header) : std::string();
}

}  // namespace

std::string sequence_number(int64_t number) {
  if (number == 0) return {};
  constexpr std::string_view kPrefix = "1885";
  std::string digits = std::to_string(number);
  return concat(kPrefix, std::string(16 - digits.size(), '0'), digits);
}

AwsResult<void> check_fifo_id(std::string_view parameter, std::string_view id) {
  bool valid = !id.empty() && id.size() <= kFifoIdMax && std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (valid) return {};
  return fail(invalid_value(
      id, parameter, concat(parameter, " can only include alphanumeric and punctuation characters. 1 to ", kFifoIdMax, " in length.")));
}

AwsResult<void> check_fifo_ids_present(const Queue& queue, const MessageInput& message, Sending sending) {
  if (!queue.settings.fifo) return {};
  if (!message.group) {
    AwsError error = missing_parameter("MessageGroupId");
    // Recorded from AWS: the same text has another code in a batch.
    if (sending == Sending::in_batch) error.code = "InvalidParameterValue";
    return fail(std::move(error));
  }
  if (message.deduplication || queue.settings.content_based_deduplication) return {};
  return fail(invalid_parameter_value(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"));
}

int64_t message_bytes(const MessageInput& message) {
  size_t bytes = message.body.value_or("").size();
  for (const auto& [name, attribute] : message.attributes) {
    bytes += name.size() + attribute.data_type.value_or("").size() + attribute.string_value.value_or("").size();
    std::string_view binary = attribute.binary_value.value_or("");
    bytes += binary.size() / 4 * 3 - static_cast<size_t>(std::count(binary.begin(), binary.end(), '='));
  }
  return static_cast<int64_t>(bytes);
}

AwsResult<Draft> check_message(const Call& call, const Queue& queue, const MessageInput& message, Sending sending) {
  TRY(check_body(message.body));
  Draft draft{.body = *message.body, .group = message.group.value_or("")};
  draft.deduplication = TRY(check_ids(queue, message));
  draft.visible_at = TRY(check_delay(queue, message.delay_s, call.now()));
  draft.attributes = TRY(check_message_attributes(message.attributes));
  draft.system = TRY(check_system_attributes(message.system_attributes));
  TRY(check_size(queue, static_cast<int64_t>(draft.body.size()) + draft.attributes.bytes, sending));
  return draft;
}

/// The original may be from an earlier call or from this one: two entries of a batch may have the same id.
std::optional<Duplicate> Outbox::duplicate_of(const Draft& draft) const {
  for (const Event& event : events_) {
    const MessageSent& sent = std::get<MessageSent>(event);
    bool same_group = !queue_.settings.group_deduplication || sent.group == draft.group;
    if (same_group && sent.deduplication == draft.deduplication) return Duplicate{sent.message_id, sent.number};
  }
  return state_.duplicate(queue_, draft.group, draft.deduplication, call_.now());
}

Outbox::Sent Outbox::send(Draft draft) {
  Sent sent{.body_md5 = hex(md5(draft.body)), .attributes_md5 = draft.attributes.md5, .system_md5 = draft.system.md5};
  bool fifo = queue_.settings.fifo;
  if (auto original = fifo ? duplicate_of(draft) : std::nullopt) {
    sent.message_id = std::move(original->message_id);
    sent.sequence_number = sequence_number(original->number);
    return sent;
  }
  const Principal& sender = call_.principal;
  MessageSent event{.queue = queue_.id,
                    .message_id = call_.moment.entropy.uuid(),
                    .body = std::string(draft.body),
                    .attributes = {std::move(draft.attributes.json)},
                    .trace = draft.system.trace.empty() ? trace_header(call_) : std::move(draft.system.trace),
                    .sender = sender.user_id.empty() ? sender.account : sender.user_id,
                    .group = std::string(draft.group),
                    .deduplication = std::move(draft.deduplication),
                    .number = fifo ? ++last_number_ : 0,
                    .sent_at = call_.now(),
                    .visible_at = draft.visible_at,
                    .deduplicated_until = fifo ? call_.now() + kDeduplicationMs : 0};
  sent.message_id = event.message_id;
  sent.sequence_number = sequence_number(event.number);
  events_.push_back(std::move(event));
  return sent;
}

void write_sent(query::ReplyWriter& reply, const Outbox::Sent& sent) {
  reply.text_unless_empty("MD5OfMessageAttributes", sent.attributes_md5)
      .text("MD5OfMessageBody", sent.body_md5)
      .text_unless_empty("MD5OfMessageSystemAttributes", sent.system_md5)
      .text("MessageId", sent.message_id)
      .text_unless_empty("SequenceNumber", sent.sequence_number);
}

}  // namespace cloudemu::sqs
