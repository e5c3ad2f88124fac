#include "services/sqs/batch.h"
#include "services/sqs/limits.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_url.h"
#include "services/sqs/send.h"

namespace cloudemu::sqs {

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
AwsResult<Outcome> send_message(const SqsReadModel& state, const Call& call, const SendMessageInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  TRY(check_fifo_ids_present(*queue, input.message, Sending::alone));
  Draft draft = TRY(check_message(call, *queue, input.message, Sending::alone));
  Outbox outbox(state, call, *queue);
  query::ReplyWriter reply = call.reply();
  write_sent(reply, outbox.send(std::move(draft)));
  return call.answer(reply, outbox.take_events());
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
/// The order of checks: how many entries, their ids, their size together, then entry after entry. On a FIFO queue, whose order one that is
/// missing would break, an entry that is invalid fails all.
AwsResult<Outcome> send_message_batch(const SqsReadModel& state, const Call& call, const BatchInput<SendMessageEntry>& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  TRY(check_batch(input));
  int64_t bytes = 0;
  for (const SendMessageEntry& entry : input.entries) bytes += message_bytes(entry.message);
  if (bytes > kBatchBytesMax) return fail(batch_request_too_long(bytes));
  for (const SendMessageEntry& entry : input.entries) TRY(check_fifo_ids_present(*queue, entry.message, Sending::in_batch));

  Outbox outbox(state, call, *queue);
  query::ReplyWriter reply = call.reply();
  std::vector<FailedEntry> failed;
  bool any_sent = false;
  for (const SendMessageEntry& entry : input.entries) {
    auto draft = check_message(call, *queue, entry.message, Sending::in_batch);
    if (!draft && queue->settings.fifo) return fail(std::move(draft.error()));
    if (!draft) {
      failed.push_back({*entry.id, std::move(draft.error())});
      continue;
    }
    if (!any_sent) reply.begin_list({"Successful", BatchNames<SendMessageEntry>::kResult});
    any_sent = true;
    reply.begin_item().text("Id", *entry.id);
    write_sent(reply, outbox.send(std::move(*draft)));
    reply.end_item();
  }
  if (any_sent) reply.end_list();
  write_failed(reply, failed);
  return call.answer(reply, outbox.take_events());
}

}  // namespace cloudemu::sqs
