#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "events/sqs_events.h"
#include "projections/sqs_read_model.h"
#include "services/moment.h"

namespace cloudemu::sqs {

/// The event by which another service puts a message into a queue. Nothing: the queue has gone, is a FIFO queue, or takes no message of
/// that size; whoever sends then sends in vain, as at AWS.
std::optional<MessageSent> deliver(const SqsReadModel& state, std::string_view queue_arn, std::string body, std::string_view sender,
                                   const Moment& moment);

}  // namespace cloudemu::sqs
