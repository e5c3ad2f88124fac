#pragma once
#include "projections/sqs_read_model.h"
#include "services/query/call.h"
#include "services/sqs/inputs.h"

namespace cloudemu::sqs {

using query::Call;

/// SQS as a service with its table.
const query::Service& service();

AwsResult<Outcome> add_permission(const SqsReadModel& state, const Call& call, const AddPermissionInput& input);
AwsResult<Outcome> cancel_message_move_task(const State& state, const Call& call, const CancelMessageMoveTaskInput& input);
AwsResult<Outcome> change_message_visibility(const SqsReadModel& state, const Call& call, const ChangeMessageVisibilityInput& input);
AwsResult<Outcome> change_message_visibility_batch(const SqsReadModel& state, const Call& call,
                                                   const BatchInput<ChangeMessageVisibilityEntry>& input);
AwsResult<Outcome> create_queue(const SqsReadModel& state, const Call& call, const CreateQueueInput& input);
AwsResult<Outcome> delete_message(const SqsReadModel& state, const Call& call, const DeleteMessageInput& input);
AwsResult<Outcome> delete_message_batch(const SqsReadModel& state, const Call& call, const BatchInput<DeleteMessageEntry>& input);
AwsResult<Outcome> delete_queue(const SqsReadModel& state, const Call& call, const QueueInput& input);
AwsResult<Outcome> get_queue_attributes(const SqsReadModel& state, const Call& call, const GetQueueAttributesInput& input);
AwsResult<Outcome> get_queue_url(const SqsReadModel& state, const Call& call, const GetQueueUrlInput& input);
AwsResult<Outcome> list_dead_letter_source_queues(const SqsReadModel& state, const Call& call,
                                                  const ListDeadLetterSourceQueuesInput& input);
AwsResult<Outcome> list_message_move_tasks(const State& state, const Call& call, const ListMessageMoveTasksInput& input);
AwsResult<Outcome> list_queues(const SqsReadModel& state, const Call& call, const ListQueuesInput& input);
AwsResult<Outcome> list_queue_tags(const SqsReadModel& state, const Call& call, const QueueInput& input);
AwsResult<Outcome> purge_queue(const SqsReadModel& state, const Call& call, const QueueInput& input);
AwsResult<Outcome> receive_message(const SqsReadModel& state, const Call& call, const ReceiveMessageInput& input);
AwsResult<Outcome> remove_permission(const SqsReadModel& state, const Call& call, const RemovePermissionInput& input);
AwsResult<Outcome> send_message(const SqsReadModel& state, const Call& call, const SendMessageInput& input);
AwsResult<Outcome> send_message_batch(const SqsReadModel& state, const Call& call, const BatchInput<SendMessageEntry>& input);
AwsResult<Outcome> set_queue_attributes(const SqsReadModel& state, const Call& call, const SetQueueAttributesInput& input);
AwsResult<Outcome> start_message_move_task(const State& state, const Call& call, const StartMessageMoveTaskInput& input);
AwsResult<Outcome> tag_queue(const SqsReadModel& state, const Call& call, const TagQueueInput& input);
AwsResult<Outcome> untag_queue(const SqsReadModel& state, const Call& call, const UntagQueueInput& input);

}  // namespace cloudemu::sqs
