#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/fields.h"
#include "events/sqs_queue_events.h"

/// The facts of Amazon SQS's messages. `queue` is the number of the queue, `message` the number of the message in that queue (the sequence
/// of the event that brought it there: MessageSent or MessageMoved).
///
/// A receipt handle stands in no event: it is a reversible code of queue, message and number of the receive, all of which do.
namespace cloudemu::sqs {

struct MessageSent {
  static constexpr std::string_view kType = "sqs.MessageSent";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  std::string message_id;
  std::string body;
  RawJson attributes;         ///< message attributes as the JSON protocol returns them, by name; empty for none
  std::string trace;          ///< AWSTraceHeader
  std::string sender;         ///< SenderId
  std::string group;          ///< MessageGroupId
  std::string deduplication;  ///< MessageDeduplicationId, given or made from the body
  int64_t number = 0;         ///< FIFO: how many were sent to the queue so far; SequenceNumber is made from it
  TimeMs sent_at = 0;
  TimeMs visible_at = 0;          ///< 0: at once
  TimeMs deduplicated_until = 0;  ///< FIFO: until then the same id is a duplicate

  bool operator==(const MessageSent&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("message_id", self.message_id);
    fields("body", self.body);
    fields("attributes", self.attributes);
    fields("trace", self.trace);
    fields("sender", self.sender);
    fields("group", self.group);
    fields("deduplication", self.deduplication);
    fields("number", self.number);
    fields("sent_at", self.sent_at);
    fields("visible_at", self.visible_at);
    fields("deduplicated_until", self.deduplicated_until);
  }
};

struct MessageReceived {
  static constexpr std::string_view kType = "sqs.MessageReceived";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  int64_t message = 0;
  int64_t receives = 0;  ///< how often it was received, this time included
  TimeMs received_at = 0;
  TimeMs visible_at = 0;  ///< when it will be visible again; 0: it stays visible

  bool operator==(const MessageReceived&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("message", self.message);
    fields("receives", self.receives);
    fields("received_at", self.received_at);
    fields("visible_at", self.visible_at);
  }
};

/// Messages of a FIFO queue were received under a ReceiveRequestAttemptId: a receive that is made again gets them again.
struct ReceiveAttempted {
  static constexpr std::string_view kType = "sqs.ReceiveAttempted";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  std::string attempt;
  std::vector<int64_t> messages;
  TimeMs received_at = 0;
  TimeMs visible_at = 0;    ///< of all the messages: one for which it is another by then was changed
  TimeMs repeat_until = 0;  ///< and no later

  bool operator==(const ReceiveAttempted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("attempt", self.attempt);
    fields("messages", self.messages);
    fields("received_at", self.received_at);
    fields("visible_at", self.visible_at);
    fields("repeat_until", self.repeat_until);
  }
};

/// ChangeMessageVisibility, or a receive that was made again.
struct VisibilityChanged {
  static constexpr std::string_view kType = "sqs.VisibilityChanged";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  int64_t message = 0;
  TimeMs changed_at = 0;
  TimeMs visible_at = 0;  ///< 0: at once

  bool operator==(const VisibilityChanged&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("message", self.message);
    fields("changed_at", self.changed_at);
    fields("visible_at", self.visible_at);
  }
};

struct MessageDeleted {
  static constexpr std::string_view kType = "sqs.MessageDeleted";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  int64_t message = 0;

  bool operator==(const MessageDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("message", self.message);
  }
};

/// A receive found that a message had been received too often: it is in the dead-letter queue now, under a new number.
struct MessageMoved {
  static constexpr std::string_view kType = "sqs.MessageMoved";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  int64_t message = 0;
  int64_t target = 0;      ///< the queue it is in now
  std::string source_arn;  ///< DeadLetterQueueSourceArn
  TimeMs moved_at = 0;
  bool retained_anew = false;  ///< retention counts from the move (FIFO), not from the sending

  bool operator==(const MessageMoved&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("message", self.message);
    fields("target", self.target);
    fields("source_arn", self.source_arn);
    fields("moved_at", self.moved_at);
    fields("retained_anew", self.retained_anew);
  }
};

/// Time did something to messages: `cause` says what. They become visible, or (retention) are gone.
struct MessagesDue {
  static constexpr std::string_view kType = "sqs.MessagesDue";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  std::string cause;  ///< "visibility-timeout", "delay", "retention"
  std::vector<int64_t> messages;
  TimeMs due_at = 0;  ///< of the last of them

  bool operator==(const MessagesDue&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("cause", self.cause);
    fields("messages", self.messages);
    fields("due_at", self.due_at);
  }
};

}  // namespace cloudemu::sqs
