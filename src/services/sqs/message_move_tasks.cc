#include <algorithm>

#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/move_task.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_url.h"

/// StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask. What a task does is in move_task.cc.
namespace cloudemu::sqs {

namespace {

constexpr query::ListNames kResults{"Results", "ListMessageMoveTasksResultEntry"};

/// The queue of an ARN that was given as a parameter. Errors: MissingParameter, ResourceNotFoundException.
AwsResult<const Queue*> require_queue_of_arn(const SqsReadModel& state, const Text& arn, std::string_view parameter) {
  if (!arn || arn->empty()) return fail(missing_parameter(parameter));
  auto name = parse_queue_arn(*arn);
  const Queue* queue = name ? state.find_queue(name->account, name->region, name->name) : nullptr;
  if (!queue) return fail(resource_not_found(concat("The resource that you specified for the ", parameter, " parameter doesn't exist.")));
  return queue;
}

AwsResult<void> check_range(const Integer& value, std::string_view parameter, int64_t max) {
  if (!value || (*value >= 1 && *value <= max)) return {};
  return fail(invalid_value(std::to_string(*value), parameter, concat("Must be between 1 and ", max, ", if provided.")));
}

/// Base64 of {"taskId":"..","sourceArn":".."}, as AWS has it.
std::string handle_of(const Queue& queue, const MoveTask& task) {
  std::string out;
  JsonWriter(out).begin_object().field("taskId", task.task_id).field("sourceArn", queue_arn(queue)).end_object();
  return base64(out);
}

/// Its handle can be used to cancel a task, and is told for no other purpose.
void write_task(query::ReplyWriter& reply, const Queue& queue, const MoveTask& task) {
  reply.begin_item();
  if (task.running()) reply.text("TaskHandle", handle_of(queue, task));
  reply.text("Status", task.status).text("SourceArn", queue_arn(queue));
  if (!task.target_arn.empty()) reply.text("DestinationArn", task.target_arn);
  if (task.per_second > 0) reply.integer("MaxNumberOfMessagesPerSecond", task.per_second);
  reply.integer("ApproximateNumberOfMessagesMoved", task.moved).integer("ApproximateNumberOfMessagesToMove", task.to_move);
  if (!task.failure.empty()) reply.text("FailureReason", task.failure);
  reply.integer("StartedTimestamp", task.started_at).end_item();
}

/// The queue that messages are to go to, if one was named.
AwsResult<void> check_target(const SqsReadModel& state, const Queue& source, const Text& arn) {
  if (!arn) return {};
  const Queue* target = TRY(require_queue_of_arn(state, arn, "DestinationArn"));
  if (target->id == source.id) return fail(invalid_parameter_value("Source queue arn and destination queue arn cannot be the same."));
  if (target->settings.fifo == source.settings.fifo) return {};
  return fail(invalid_parameter_value("Source queue and destination queue must be of the same type."));
}

/// What time still owes the queue, or the task that takes messages out of it.
std::optional<Settle> unsettled(const State& state, const Call& call, const Queue& source) {
  if (call.moment.is_late_for(Subject::queue(source.id))) return Settle{Subject::queue(source.id)};
  auto job = state.jobs().find_on(source.id, jobs::kMoveMessages);
  if (job && call.moment.is_late_for(Subject::job(job->id))) return Settle{Subject::job(job->id)};
  return std::nullopt;
}

}  // namespace

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
AwsResult<Outcome> start_message_move_task(const State& whole, const Call& call, const StartMessageMoveTaskInput& input) {
  const SqsReadModel& state = whole.sqs();
  const Queue* source = TRY(require_queue_of_arn(state, input.source_arn, "SourceArn"));
  if (auto settle = unsettled(whole, call, *source)) return *settle;
  TRY(check_range(input.per_second, "MaxNumberOfMessagesPerSecond", kMovesPerSecondMax));
  if (state.dead_letter_sources(queue_arn(*source), source->account, source->region, {}, 1).empty()) {
    return fail(invalid_parameter_value("Source queue must be configured as a Dead Letter Queue."));
  }
  TRY(check_target(state, *source, input.target_arn));
  if (state.running_task(source->id)) {
    return fail(invalid_parameter_value(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time."));
  }
  MoveTaskStarted started{.queue = source->id,
                          .task_id = call.moment.entropy.uuid(),
                          .target_arn = std::string(input.target_arn.value_or("")),
                          .per_second = input.per_second.value_or(0),
                          .to_move = state.counters(source->id).visible,
                          .started_at = call.now()};
  query::ReplyWriter reply = call.reply();
  reply.text("TaskHandle", handle_of(*source, {.task_id = started.task_id}));
  std::vector<Event> events;
  events.push_back(std::move(started));
  events.push_back(move_job(*source, call.now()));
  return call.answer(reply, std::move(events));
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html
AwsResult<Outcome> list_message_move_tasks(const State& whole, const Call& call, const ListMessageMoveTasksInput& input) {
  const SqsReadModel& state = whole.sqs();
  const Queue* source = TRY(require_queue_of_arn(state, input.source_arn, "SourceArn"));
  if (auto settle = unsettled(whole, call, *source)) return *settle;
  TRY(check_range(input.max_results, "MaxResults", kMoveTasksMax));
  query::ReplyWriter reply = call.reply();
  reply.begin_list(kResults);
  for (const MoveTask& task : state.move_tasks(source->id, static_cast<size_t>(input.max_results.value_or(1)))) {
    write_task(reply, *source, task);
  }
  reply.end_list();
  return call.answer(reply);
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html
/// What was moved stays moved. A task ends at once; AWS may say CANCELLING for a while.
AwsResult<Outcome> cancel_message_move_task(const State& whole, const Call& call, const CancelMessageMoveTaskInput& input) {
  if (!input.handle || input.handle->empty()) return fail(missing_parameter("TaskHandle"));
  auto handle = parse_move_task_handle(*input.handle);
  if (!handle) return fail(invalid_parameter_value("Value for parameter TaskHandle is invalid."));
  const SqsReadModel& state = whole.sqs();
  const Queue* source = TRY(require_queue_of_arn(state, handle->source_arn, "SourceArn"));
  if (auto settle = unsettled(whole, call, *source)) return *settle;
  auto task = state.running_task(source->id);
  if (!task || task->task_id != handle->task_id) return fail(resource_not_found("Task does not exist."));
  query::ReplyWriter reply = call.reply();
  reply.integer("ApproximateNumberOfMessagesMoved", task->moved);
  std::vector<Event> events;
  events.push_back(MoveTaskEnded{.queue = source->id, .task = task->id, .status = "CANCELLED", .failure = {}, .ended_at = call.now()});
  if (auto job = whole.jobs().find_on(source->id, jobs::kMoveMessages)) {
    events.push_back(jobs::JobEnded{.job = job->id, .status = "CANCELLED", .done = job->done, .ended_at = call.now()});
  }
  return call.answer(reply, std::move(events));
}

}  // namespace cloudemu::sqs
