#include "services/sqs/message_reply.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "services/sqs/inputs.h"
#include "services/sqs/send.h"

namespace cloudemu::sqs {

namespace {

/// "When a message is moved from a FIFO queue to a FIFO DLQ, the original message's deduplication ID will be replaced with the original
/// message's ID": https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
std::string_view deduplication_of(const Message& message) {
  bool is_dead_fifo = !message.dead_letter_source.empty() && !message.deduplication.empty();
  return is_dead_fifo ? message.message_id : message.deduplication;
}

/// The value of a system attribute of a message; empty if it has none.
std::string system_attribute(const Message& message, std::string_view name) {
  if (name == "AWSTraceHeader") return std::string(message.trace);
  if (name == "ApproximateFirstReceiveTimestamp") {
    return message.first_received_at == 0 ? std::string() : std::to_string(message.first_received_at);
  }
  if (name == "ApproximateReceiveCount") return std::to_string(message.receives);
  if (name == "DeadLetterQueueSourceArn") return std::string(message.dead_letter_source);
  if (name == "MessageDeduplicationId") return std::string(deduplication_of(message));
  if (name == "MessageGroupId") return std::string(message.group);
  if (name == "SenderId") return std::string(message.sender);
  if (name == "SentTimestamp") return std::to_string(message.sent_at);
  return sequence_number(message.number);
}

void write_system_attributes(query::ReplyWriter& reply, const Message& message, std::span<const std::string_view> attributes,
                             const MoreAttributes& more) {
  bool any = false;
  auto write = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (!any) reply.begin_map("Attributes", kAttributeMap);
    any = true;
    reply.entry(name, value);
  };
  for (std::string_view name : attributes) write(name, system_attribute(message, name));
  for (auto [name, value] : more) write(name, value);
  if (any) reply.end_map();
}

}  // namespace

void write_message(query::ReplyWriter& reply, const Message& message, std::string_view handle, std::span<const std::string_view> attributes,
                   const AttributeFilter& filter, const MoreAttributes& more) {
  reply.begin_item()
      .text("MessageId", message.message_id)
      .text("ReceiptHandle", handle)
      .text("MD5OfBody", hex(md5(message.body)))
      .text("Body", message.body);
  write_system_attributes(reply, message, attributes, more);
  write_message_attributes(reply, message.attributes, filter);
  reply.end_item();
}

}  // namespace cloudemu::sqs
