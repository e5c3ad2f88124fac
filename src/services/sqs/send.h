#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "services/query/call.h"
#include "services/sqs/inputs.h"
#include "services/sqs/queue_url.h"

/// The rules of sending, shared by SendMessage and SendMessageBatch.
namespace cloudemu::sqs {

/// AWS words some refusals differently in a batch.
enum class Sending { alone, in_batch };

/// The ids that a FIFO queue requires. Checked before all else: in a batch, one entry without them fails all.
/// Errors: MissingParameter (alone) or InvalidParameterValue.
AwsResult<void> check_fifo_ids_present(const Queue& queue, const MessageInput& message, Sending sending);

/// Size as AWS counts it: body, and names, types and values of the user's attributes.
int64_t message_bytes(const MessageInput& message);

/// A message that passed every check.
struct Draft {
  std::string_view body, group;
  std::string deduplication;
  MessageAttributes attributes;
  SystemAttributes system;
  TimeMs visible_at = 0;  ///< 0: at once
};
AwsResult<Draft> check_message(const Call& call, const Queue& queue, const MessageInput& message, Sending sending);

/// Puts messages into a queue, one after the other, as events.
class Outbox {
 public:
  Outbox(const SqsReadModel& state, const Call& call, const Queue& queue)
      : state_(state), call_(call), queue_(queue), last_number_(state.counters(queue.id).last_number) {}

  struct Sent {
    std::string message_id, sequence_number;  ///< of the original, if it is a duplicate
    std::string body_md5, attributes_md5, system_md5;
  };
  Sent send(Draft draft);
  std::vector<Event> take_events() { return std::move(events_); }

 private:
  std::optional<Duplicate> duplicate_of(const Draft& draft) const;

  const SqsReadModel& state_;
  const Call& call_;
  const Queue& queue_;
  int64_t last_number_;
  std::vector<Event> events_;
};

/// Writes what SendMessage and each entry of a batch tell of a message that was sent.
void write_sent(query::ReplyWriter& reply, const Outbox::Sent& sent);

/// "18850000000000000042": 20 digits, growing. Empty for 0, which is what messages of standard queues have.
std::string sequence_number(int64_t number);

/// Whether a text can be a MessageGroupId, MessageDeduplicationId or ReceiveRequestAttemptId. Error: InvalidParameterValue.
AwsResult<void> check_fifo_id(std::string_view parameter, std::string_view id);

}  // namespace cloudemu::sqs
