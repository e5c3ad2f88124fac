#include "core/strings.h"
#include "services/sqs/batch.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_url.h"
#include "services/sqs/receipt_handle.h"

/// DeleteMessage and ChangeMessageVisibility, alone and in batches: what is done to a message by its receipt handle.
namespace cloudemu::sqs {

namespace {

using Events = std::vector<Event>;

/// The handle, if it is one of this queue. Errors: MissingParameter, ReceiptHandleIsInvalid.
AwsResult<ReceiptHandle> require_handle(const Queue& queue, const Text& text) {
  if (!text || text->empty()) return fail(missing_parameter("ReceiptHandle"));
  auto handle = ReceiptHandle::parse(*text);
  if (!handle) return fail(receipt_handle_is_invalid(*text));
  if (handle->queue != queue.id) return fail(receipt_handle_of_another_queue(*text));
  return *handle;
}

/// A handle serves for as long as a message can be kept invisible, 12 hours since it was received last:
/// https://github.com/boto/boto3/issues/2898. On a FIFO queue no longer than the visibility timeout, or until the next receive.
bool has_expired(const Call& call, const Queue& queue, const ReceiptHandle& handle, const MessageStatus& message) {
  if (call.now() - message.received_at > kVisibilityTimeoutMaxS * kSecondMs) return true;
  return queue.settings.fifo && (message.state != MessageState::in_flight || message.receives != handle.receives);
}

AwsError handle_has_expired(const Text& handle) { return invalid_value(*handle, "ReceiptHandle", "The receipt handle has expired."); }

/// Deletes a message. Of one that is gone already it does nothing, and succeeds.
AwsResult<void> remove(const SqsReadModel& state, const Call& call, const Queue& queue, const Text& text, Events& events) {
  ReceiptHandle handle = TRY(require_handle(queue, text));
  auto message = state.message(queue.id, handle.message);
  if (!message) return {};
  if (has_expired(call, queue, handle, *message)) return fail(handle_has_expired(text));
  events.push_back(MessageDeleted{.queue = queue.id, .message = handle.message});
  return {};
}

/// Makes a message that is in flight invisible for so long from now; of one that is no longer in flight it changes nothing. The timeout is
/// looked at before the handle.
AwsResult<void> change(const SqsReadModel& state, const Call& call, const Queue& queue, const ChangeMessageVisibilityEntry& entry,
                       Events& events) {
  if (!entry.timeout_s) return fail(missing_parameter("VisibilityTimeout"));
  int64_t timeout_s = *entry.timeout_s;
  std::string text = std::to_string(timeout_s);
  if (timeout_s < 0 || timeout_s > kVisibilityTimeoutMaxS) {
    return fail(invalid_value(text, "VisibilityTimeout",
                              concat("VisibilityTimeout must be an integer between 0 and ", kVisibilityTimeoutMaxS, ".")));
  }
  ReceiptHandle handle = TRY(require_handle(queue, entry.handle));
  auto message = state.message(queue.id, handle.message);
  if (!message) {
    return fail(invalid_value(*entry.handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change."));
  }
  if (has_expired(call, queue, handle, *message)) return fail(handle_has_expired(entry.handle));
  if (message->state != MessageState::in_flight) return {};
  TimeMs until = call.now() + timeout_s * kSecondMs;
  if (timeout_s > 0 && until - message->received_at > kVisibilityTimeoutMaxS * kSecondMs) {
    return fail(
        invalid_value(text, "VisibilityTimeout",
                      concat("Total VisibilityTimeout for the message is beyond the limit [", kVisibilityTimeoutMaxS, " seconds]")));
  }
  events.push_back(
      VisibilityChanged{.queue = queue.id, .message = handle.message, .changed_at = call.now(), .visible_at = timeout_s > 0 ? until : 0});
  return {};
}

/// Does something for each entry of a batch; an entry that fails does not stop the others.
template <class Entry, class Act>
AwsResult<Outcome> for_each_entry(const Call& call, const BatchInput<Entry>& input, const Act& act) {
  TRY(check_batch(input));
  Events events;
  std::vector<FailedEntry> failed;
  query::ReplyWriter reply = call.reply();
  bool any = false;
  for (const Entry& entry : input.entries) {
    AwsResult<void> done = act(entry, events);
    if (!done) {
      failed.push_back({*entry.id, std::move(done.error())});
      continue;
    }
    if (!any) reply.begin_list({"Successful", BatchNames<Entry>::kResult});
    any = true;
    reply.begin_item().text("Id", *entry.id).end_item();
  }
  if (any) reply.end_list();
  write_failed(reply, failed);
  return call.answer(reply, std::move(events));
}

bool time_is_late(const Call& call, const Queue& queue) { return call.moment.is_late_for(Subject::queue(queue.id)); }

}  // namespace

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
AwsResult<Outcome> delete_message(const SqsReadModel& state, const Call& call, const DeleteMessageInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  if (time_is_late(call, *queue)) return Settle{Subject::queue(queue->id)};
  Events events;
  TRY(remove(state, call, *queue, input.handle, events));
  return call.answer_nothing(std::move(events));
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
AwsResult<Outcome> delete_message_batch(const SqsReadModel& state, const Call& call, const BatchInput<DeleteMessageEntry>& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  if (time_is_late(call, *queue)) return Settle{Subject::queue(queue->id)};
  return for_each_entry(call, input,
                        [&](const DeleteMessageEntry& entry, Events& events) { return remove(state, call, *queue, entry.handle, events); });
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
AwsResult<Outcome> change_message_visibility(const SqsReadModel& state, const Call& call, const ChangeMessageVisibilityInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  if (time_is_late(call, *queue)) return Settle{Subject::queue(queue->id)};
  Events events;
  TRY(change(state, call, *queue, {.id = {}, .handle = input.handle, .timeout_s = input.timeout_s}, events));
  return call.answer_nothing(std::move(events));
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
AwsResult<Outcome> change_message_visibility_batch(const SqsReadModel& state, const Call& call,
                                                   const BatchInput<ChangeMessageVisibilityEntry>& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  if (time_is_late(call, *queue)) return Settle{Subject::queue(queue->id)};
  return for_each_entry(
      call, input, [&](const ChangeMessageVisibilityEntry& entry, Events& events) { return change(state, call, *queue, entry, events); });
}

}  // namespace cloudemu::sqs
