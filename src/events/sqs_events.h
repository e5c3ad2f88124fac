#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/fields.h"

/// The facts of Amazon SQS. `queue` is the number that the queue got when it was created, `message` the sequence of its MessageSent.
namespace cloudemu::sqs {

using events::Binary;
using events::RawJson;
using events::StringMap;

struct QueueCreated {
  static constexpr std::string_view kType = "sqs.QueueCreated";
  static constexpr int kVersion = 1;
  std::string account;
  std::string region;
  std::string name;
  StringMap attributes;  ///< those that were given
  StringMap tags;
  TimeMs created_at = 0;

  bool operator==(const QueueCreated&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("account", self.account);
    fields("region", self.region);
    fields("name", self.name);
    fields("attributes", self.attributes);
    fields("tags", self.tags);
    fields("created_at", self.created_at);
  }
};

struct QueueDeleted {
  static constexpr std::string_view kType = "sqs.QueueDeleted";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  std::string name;
  TimeMs deleted_at = 0;

  bool operator==(const QueueDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("name", self.name);
    fields("deleted_at", self.deleted_at);
  }
};

/// `attributes` and `tags` are the complete sets from now on.
struct QueueUpdated {
  static constexpr std::string_view kType = "sqs.QueueUpdated";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  StringMap attributes;
  StringMap tags;
  TimeMs modified_at = 0;

  bool operator==(const QueueUpdated&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("attributes", self.attributes);
    fields("tags", self.tags);
    fields("modified_at", self.modified_at);
  }
};

/// All messages are gone.
struct QueuePurged {
  static constexpr std::string_view kType = "sqs.QueuePurged";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  TimeMs purged_at = 0;

  bool operator==(const QueuePurged&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("purged_at", self.purged_at);
  }
};

struct MessageSent {
  static constexpr std::string_view kType = "sqs.MessageSent";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  std::string message_id;
  std::string body;
  RawJson attributes;          ///< message attributes as the JSON protocol returns them
  StringMap system_attributes; ///< AWSTraceHeader, SenderId, DeadLetterQueueSourceArn ...
  std::string group;           ///< MessageGroupId
  std::string deduplication;   ///< MessageDeduplicationId, given or made from the body
  TimeMs sent_at = 0;
  TimeMs visible_at = 0;       ///< later than sent_at when delayed
  TimeMs expires_at = 0;

  bool operator==(const MessageSent&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("message_id", self.message_id);
    fields("body", self.body);
    fields("attributes", self.attributes);
    fields("system_attributes", self.system_attributes);
    fields("group", self.group);
    fields("deduplication", self.deduplication);
    fields("sent_at", self.sent_at);
    fields("visible_at", self.visible_at);
    fields("expires_at", self.expires_at);
  }
};

struct MessageReceived {
  static constexpr std::string_view kType = "sqs.MessageReceived";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  int64_t message = 0;
  std::string receipt_handle;
  TimeMs received_at = 0;
  TimeMs visible_at = 0;  ///< equal to received_at with a visibility timeout of 0: it stays visible

  bool operator==(const MessageReceived&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("message", self.message);
    fields("receipt_handle", self.receipt_handle);
    fields("received_at", self.received_at);
    fields("visible_at", self.visible_at);
  }
};

/// ChangeMessageVisibility.
struct VisibilityChanged {
  static constexpr std::string_view kType = "sqs.VisibilityChanged";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  int64_t message = 0;
  TimeMs changed_at = 0;
  TimeMs visible_at = 0;  ///< equal to changed_at: visible at once

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
