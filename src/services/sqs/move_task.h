#pragma once
#include <vector>

#include "projections/sqs_read_model.h"
#include "services/call.h"

/// Message move tasks: messages leave a dead-letter queue, some at a time.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
namespace cloudemu::sqs {

/// What the running task of a queue does at this moment: at most `limit` messages move, and no more than its rate allows. Nothing if
/// no task runs or its time has not come.
std::vector<Event> due_moves(const SqsReadModel& state, int64_t queue, const Moment& moment, size_t limit);

}  // namespace cloudemu::sqs
