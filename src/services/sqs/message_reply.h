#pragma once
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/sqs_read_model.h"
#include "services/query/reply.h"
#include "services/sqs/message_attributes.h"

/// A message as a reply shows it.
namespace cloudemu::sqs {

/// What the system knows of a message, sorted.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
inline constexpr std::string_view kSystemAttributes[] = {"AWSTraceHeader",
                                                         "ApproximateFirstReceiveTimestamp",
                                                         "ApproximateReceiveCount",
                                                         "DeadLetterQueueSourceArn",
                                                         "MessageDeduplicationId",
                                                         "MessageGroupId",
                                                         "SenderId",
                                                         "SentTimestamp",
                                                         "SequenceNumber"};

using MoreAttributes = std::vector<std::pair<std::string_view, std::string_view>>;

/// Writes an item of a list of messages. `attributes`: of kSystemAttributes, those that are wanted; `more` follow them.
void write_message(query::ReplyWriter& reply, const Message& message, std::string_view handle, std::span<const std::string_view> attributes,
                   const AttributeFilter& filter, const MoreAttributes& more = {});

}  // namespace cloudemu::sqs
