#pragma once
#include <optional>

#include "projections/sqs_read_model.h"
#include "services/job_slice.h"

/// Message move tasks: messages leave a dead-letter queue, at a rate if one was asked for. What a task is told and shows is in its own
/// events (sqs_task_events.h); a job carries it out.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
namespace cloudemu::sqs {

/// jobs::kMoveMessages: at most `limit` messages move, and no more than the task's rate allows by then.
jobs::Slice move_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit);

/// The job of a task that takes messages out of `source`.
jobs::JobStarted move_job(const Queue& source, TimeMs now);

/// The running task of a queue, if no job carries it out: the log is of a time when tasks were no jobs.
std::optional<MoveTask> task_without_job(const State& state, int64_t queue);

}  // namespace cloudemu::sqs
