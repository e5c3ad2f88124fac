#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/sqs_events.h"
#include "projections/sqlite.h"
#include "projections/sqs_projection.h"

namespace cloudemu::sqs {

struct Queue {
  int64_t id = 0;
  std::string account, region, name;
  events::StringMap attributes;  ///< those that were set
  events::StringMap tags;
  TimeMs created_at = 0, modified_at = 0, purged_at = 0;
};

struct Message {
  int64_t id = 0;
  std::string message_id, body;
  std::string attributes;  ///< JSON object of message attributes, or empty
  events::StringMap system_attributes;
  std::string group, deduplication;
  TimeMs sent_at = 0;
  MessageState state = MessageState::visible;
  TimeMs due_at = 0;
  TimeMs expires_at = 0;
  int64_t receives = 0;
  TimeMs first_received_at = 0;
  std::string receipt_handle;  ///< of the last receive
};

class SqsReadModel {
 public:
  SqsReadModel(sqlite::Database& database, SqsProjection& projection);

  /// Null if there is none. Valid until the next change to any queue.
  const Queue* find_queue(std::string_view account, std::string_view region, std::string_view name) const;
  std::vector<std::string> queue_names(std::string_view account, std::string_view region, std::string_view prefix,
                                       std::string_view after, size_t limit) const;
  /// When a queue of that name was deleted last, if none was created since.
  std::optional<TimeMs> deleted_at(std::string_view account, std::string_view region, std::string_view name) const;
  /// Numbers of all queues of all accounts.
  std::vector<int64_t> all_queues() const;
  Counts counts(int64_t queue) const { return projection_.counts(queue); }

  /// The oldest visible messages.
  std::vector<Message> visible(int64_t queue, size_t limit) const;
  std::optional<Message> message(int64_t queue, int64_t message) const;
  /// All messages, whatever their state, oldest first.
  std::vector<Message> messages(int64_t queue, size_t limit) const;

  /// When something will next happen to a message by time alone.
  std::optional<TimeMs> next_due(int64_t queue) const;
  /// Messages that become visible (or expire) at or before a time, earliest first.
  struct Due {
    int64_t message;
    MessageState state;
    TimeMs at;
  };
  std::vector<Due> due(int64_t queue, TimeMs until, size_t limit) const;
  std::vector<Due> expired(int64_t queue, TimeMs until, size_t limit) const;

 private:
  struct OpenQueue {
    sqlite::Statement visible, message, messages, first_due, first_expiry, due, expired;
  };
  OpenQueue& open(int64_t queue) const;
  void forget_if_changed() const;

  sqlite::Database& database_;
  SqsProjection& projection_;
  mutable sqlite::Statement find_queue_, queue_names_, deleted_at_, all_queues_;
  mutable std::unordered_map<std::string, Queue> queues_;
  mutable std::unordered_map<int64_t, OpenQueue> open_queues_;
  mutable uint64_t changes_ = 0;
};

}  // namespace cloudemu::sqs
