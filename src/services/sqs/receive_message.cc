#include <algorithm>

#include "core/strings.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/message_reply.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_url.h"
#include "services/sqs/receipt_handle.h"
#include "services/sqs/send.h"

namespace cloudemu::sqs {

namespace {

/// Messages that one receive moves to the dead-letter queue at most: about two milliseconds of work. A long poll goes on in a later turn
/// of the loop; a short one ends, and the next goes on.
constexpr size_t kMovesMax = 1000;

AwsResult<void> check_range(const Integer& value, std::string_view parameter, int64_t max, std::string_view reason) {
  if (!value || (*value >= 0 && *value <= max)) return {};
  return fail(invalid_value(std::to_string(*value), parameter, reason));
}

AwsResult<void> check_numbers(const ReceiveMessageInput& input) {
  if (input.messages_max && (*input.messages_max < 1 || *input.messages_max > kReceiveMessagesMax)) {
    return fail(invalid_value(std::to_string(*input.messages_max), "MaxNumberOfMessages",
                              concat("Must be between 1 and ", kReceiveMessagesMax, ", if provided.")));
  }
  TRY(check_range(input.visibility_timeout_s, "VisibilityTimeout", kVisibilityTimeoutMaxS,
                  concat("Must be >= 0 and <= ", kVisibilityTimeoutMaxS, ", if provided.")));
  return check_range(input.wait_s, "WaitTimeSeconds", kWaitMaxS, concat("Must be >= 0 and <= ", kWaitMaxS, ", if provided."));
}

/// The system attributes asked for, sorted. Both members may name them, and AttributeNames any attribute of a queue as well, which
/// no message has.
AwsResult<std::vector<std::string_view>> system_attributes(const ReceiveMessageInput& input) {
  std::vector<std::string_view> names = input.attribute_names;
  names.insert(names.end(), input.system_attribute_names.begin(), input.system_attribute_names.end());
  const auto& of_queues = attribute_names();
  bool all = false;
  std::vector<std::string_view> wanted;
  for (std::string_view name : names) {
    all = all || name == "All";
    if (std::binary_search(std::begin(kSystemAttributes), std::end(kSystemAttributes), name)) wanted.push_back(name);
    else if (name != "All" && !std::binary_search(of_queues.begin(), of_queues.end(), name)) return fail(unknown_attribute(name));
  }
  if (all) wanted.assign(std::begin(kSystemAttributes), std::end(kSystemAttributes));
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

/// Receives messages one by one, as events and as text of the reply.
class Receiver {
 public:
  Receiver(const Call& call, const Queue& queue, const ReceiveMessageInput& input, std::vector<std::string_view> attributes)
      : call_(call), queue_(queue), reply_(call.reply()), attributes_(std::move(attributes)), filter_(input.message_attribute_names) {
    int64_t timeout_s = input.visibility_timeout_s.value_or(queue.settings.visibility_timeout_s);
    if (timeout_s > 0) visible_at_ = call.now() + timeout_s * kSecondMs;
    if (queue.settings.fifo && input.attempt) attempt_ = *input.attempt;
  }

  void receive_from(const SqsReadModel& state, size_t limit) {
    dead_letters_ = dead_letter_queue(state);
    state.visit_receivable(queue_.id, [&](const Message& message) {
      if (dead_letters_ && message.receives - message.receives_before >= queue_.settings.receives_max) {
        move(message);
        return !gave_up();
      }
      receive(message);
      return received_.size() < limit;
    });
  }

  /// Receives once more what a receive under the same id got: under the same handles, hidden for so long from now.
  void repeat(const SqsReadModel& state, const ReceiveAttempt& attempt) {
    for (int64_t id : attempt.messages) {
      state.visit_message(queue_.id, id, [&](const Message& message) { write(message); });
      events_.push_back(VisibilityChanged{.queue = queue_.id, .message = id, .changed_at = call_.now(), .visible_at = visible_at_});
    }
  }

  bool any() const { return !received_.empty(); }
  Answer answer() {
    if (any()) reply_.end_list();
    if (any() && !attempt_.empty() && visible_at_ > 0) {
      events_.push_back(ReceiveAttempted{.queue = queue_.id,
                                         .attempt = std::string(attempt_),
                                         .messages = std::move(received_),
                                         .received_at = call_.now(),
                                         .visible_at = visible_at_,
                                         .repeat_until = call_.now() + kRepeatMs});
    }
    bool gives_away = any();
    Answer answer = call_.answer(reply_, std::move(events_));
    answer.gives_away = gives_away;
    return answer;
  }
  Wait wait(TimeMs duration_ms) {
    return {.on = Subject::queue(queue_.id), .duration_ms = duration_ms, .unfinished = gave_up(), .events = std::move(events_)};
  }

 private:
  /// There may be more than what was looked at.
  bool gave_up() const { return moved_ >= kMovesMax || moved_bytes_ >= kBytesAtOnceMax; }

  /// Null without a RedrivePolicy. Without its queue, too: then messages just go on being received.
  const Queue* dead_letter_queue(const SqsReadModel& state) const {
    if (queue_.settings.dead_letter_arn.empty()) return nullptr;
    auto name = parse_queue_arn(queue_.settings.dead_letter_arn);
    return name ? state.find_queue(name->account, name->region, name->name) : nullptr;
  }

  void move(const Message& message) {
    ++moved_;
    moved_bytes_ += static_cast<int64_t>(message.body.size());
    events_.push_back(MessageMoved{.queue = queue_.id,
                                   .message = message.id,
                                   .target = dead_letters_->id,
                                   .source_arn = queue_arn(queue_),
                                   .moved_at = call_.now(),
                                   // "For FIFO queues, the enqueue timestamp resets when the message is moved":
                                   // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
                                   .retained_anew = queue_.settings.fifo});
  }

  void receive(Message message) {
    ++message.receives;
    if (message.first_received_at == 0) message.first_received_at = call_.now();
    write(message);
    events_.push_back(MessageReceived{
        .queue = queue_.id, .message = message.id, .receives = message.receives, .received_at = call_.now(), .visible_at = visible_at_});
  }

  void write(const Message& message) {
    if (!any()) reply_.begin_list({"Messages", "Message"});
    received_.push_back(message.id);
    write_message(reply_, message, ReceiptHandle{queue_.id, message.id, message.receives}.text(), attributes_, filter_);
  }

  const Call& call_;
  const Queue& queue_;
  query::ReplyWriter reply_;
  std::vector<std::string_view> attributes_;
  AttributeFilter filter_;
  const Queue* dead_letters_ = nullptr;
  std::string_view attempt_;
  TimeMs visible_at_ = 0;  ///< 0: at once
  std::vector<int64_t> received_;
  size_t moved_ = 0;
  int64_t moved_bytes_ = 0;
  std::vector<Event> events_;
};

/// Whether all is as a receive left it: only then it can be made again. In these words refused:
/// https://github.com/awslabs/amazon-sqs-java-messaging-lib/issues/213
AwsResult<void> check_unchanged(const SqsReadModel& state, const Queue& queue, const ReceiveAttempt& attempt, std::string_view id) {
  for (int64_t message : attempt.messages) {
    auto status = state.message(queue.id, message);
    if (status && status->state == MessageState::in_flight && status->due_at == attempt.visible_at) continue;
    return fail(invalid_value(id, "ReceiveRequestAttemptId",
                              "The receiveRequestAttemptId is not valid anymore since the receive call is not retryable."));
  }
  return {};
}

/// "If you reach this quota while using short polling, Amazon SQS returns the OverLimit error message. If you use long polling,
/// Amazon SQS returns no error messages." FIFO queues return none either.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
AwsResult<size_t> limit_of(const ReceiveMessageInput& input, const Queue& queue, const QueueCounters& counters, bool long_poll) {
  int64_t left = kInFlightMax - counters.in_flight;
  if (left <= 0 && !long_poll && !queue.settings.fifo) return fail(over_limit("Too many messages in flight."));
  return static_cast<size_t>(std::clamp<int64_t>(input.messages_max.value_or(1), 0, std::max<int64_t>(left, 0)));
}

}  // namespace

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
AwsResult<Outcome> receive_message(const SqsReadModel& state, const Call& call, const ReceiveMessageInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  TRY(check_numbers(input));
  if (input.attempt) TRY(check_fifo_id("ReceiveRequestAttemptId", *input.attempt));
  std::vector<std::string_view> attributes = TRY(system_attributes(input));
  if (call.moment.is_late_for(Subject::queue(queue->id))) return Settle{Subject::queue(queue->id)};
  Receiver receiver(call, *queue, input, std::move(attributes));
  auto attempt = queue->settings.fifo && input.attempt ? state.receive_attempt(queue->id, *input.attempt, call.now()) : std::nullopt;
  if (attempt) {
    TRY(check_unchanged(state, *queue, *attempt, *input.attempt));
    receiver.repeat(state, *attempt);
    return receiver.answer();
  }
  int64_t wait_s = input.wait_s.value_or(queue->settings.wait_s);
  size_t limit = TRY(limit_of(input, *queue, state.counters(queue->id), wait_s > 0));
  if (limit > 0) receiver.receive_from(state, limit);
  bool waits = wait_s > 0 && call.moment.may_wait && !receiver.any();
  if (waits) return receiver.wait(wait_s * kSecondMs);
  return receiver.answer();
}

}  // namespace cloudemu::sqs
