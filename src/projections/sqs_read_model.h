#pragma once
#include <functional>
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
  int64_t pile = 0;  ///< where its messages lie
  std::string account, region, name;
  events::StringMap attributes;  ///< those that were set
  QueueSettings settings;
  events::StringMap tags;
  TimeMs created_at = 0, modified_at = 0;
  TimeMs purged_at = 0;  ///< 0: never
};

/// What rules that are given a receipt handle need to know of its message.
struct MessageStatus {
  MessageState state = MessageState::visible;
  int64_t receives = 0;
  TimeMs received_at = 0;  ///< last
  TimeMs due_at = 0;       ///< in flight: when it becomes visible
};

/// What was sent before with the same deduplication id.
struct Duplicate {
  std::string message_id;
  int64_t number = 0;
};

/// A receive that was made under an id.
struct ReceiveAttempt {
  std::vector<int64_t> messages;
  TimeMs visible_at = 0;  ///< of all of them, as that receive had it
};

/// Const queries over what SqsProjection has folded: queues, messages, move tasks. Pointers and views are valid until the next event.
class SqsReadModel {
 public:
  SqsReadModel(sqlite::Database& database, SqsProjection& projection);

  /// Null if absent. Valid until the next change to any queue.
  const Queue* find_queue(std::string_view account, std::string_view region, std::string_view name) const;
  /// Names that begin with `prefix` and come after `after`, in order.
  std::vector<std::string> queue_names(std::string_view account, std::string_view region, std::string_view prefix, std::string_view after,
                                       size_t limit) const;
  /// Names of the queues whose dead-letter queue is `arn`.
  std::vector<std::string> dead_letter_sources(std::string_view arn, std::string_view account, std::string_view region,
                                               std::string_view after, size_t limit) const;
  /// When a queue of that name was deleted last, if none was created since.
  std::optional<TimeMs> deleted_at(std::string_view account, std::string_view region, std::string_view name) const;
  /// Numbers of the queues that time may do something to, of all accounts.
  std::vector<int64_t> queues_with_work() const { return projection_.queues_with_work(); }
  const QueueCounters& counters(int64_t queue) const { return projection_.pile(queue).counters; }
  /// What lies in a pile that is no queue's any more, at most `limit` rows of it.
  Leftovers leftovers(int64_t pile, size_t limit) const { return projection_.leftovers(pile, limit); }

  /// Shows the messages that may be received, in the order that they come in, until `visit` returns false: of a standard queue the
  /// oldest visible ones; of a FIFO queue group after group, of each those before its first hidden message.
  void visit_receivable(int64_t queue, const std::function<bool(const Message&)>& visit) const;
  /// Shows all messages, whatever their state, oldest first, until `visit` returns false.
  void visit_messages(int64_t queue, const std::function<bool(const Message&)>& visit) const;
  std::optional<MessageStatus> message(int64_t queue, int64_t message) const;
  /// Shows a message that is there.
  void visit_message(int64_t queue, int64_t message, const std::function<void(const Message&)>& visit) const;
  /// FIFO: what a message with this id would be a duplicate of.
  std::optional<Duplicate> duplicate(const Queue& queue, std::string_view group, std::string_view deduplication, TimeMs now) const;

  /// FIFO: the receive that was made under this id less than five minutes ago, as long as it hides its messages.
  std::optional<ReceiveAttempt> receive_attempt(int64_t queue, std::string_view attempt, TimeMs now) const;

  /// The message move task that takes messages out of a queue.
  std::optional<MoveTask> running_task(int64_t queue) const { return projection_.move_tasks().running(queue); }
  /// The latest of a queue, newest first.
  std::vector<MoveTask> move_tasks(int64_t queue, size_t limit) const { return projection_.move_tasks().latest(queue, limit); }

  /// When something will next happen to a message by time alone, at the earliest.
  std::optional<TimeMs> next_due(int64_t queue) const;
  /// Messages that become visible at or before a time, of each state the earliest first.
  struct Due {
    int64_t message;
    MessageState state;
    TimeMs at;
  };
  std::vector<Due> due(int64_t queue, TimeMs until, size_t limit) const;
  /// Messages that were in the queue for its retention period, or longer.
  std::vector<int64_t> expired(int64_t queue, TimeMs now, size_t limit) const;

 private:
  void forget_if_changed() const;
  void visit_groups(int64_t pile, const std::function<bool(const Message&)>& visit) const;
  int64_t pile(int64_t queue) const { return projection_.pile(queue).id; }
  TimeMs retention_ms(int64_t queue) const { return projection_.settings(queue).retention_s * kSecondMs; }
  /// What comes on top of the times that are kept of delayed messages.
  TimeMs delay_ms(int64_t queue) const;

  sqlite::Database& database_;
  SqsProjection& projection_;
  mutable sqlite::Statement find_queue_, queue_names_, dead_letter_sources_, deleted_at_;
  mutable sqlite::Statement message_, whole_message_, first_due_, due_, front_, first_early_, early_;
  mutable sqlite::Statement visible_;                                     // standard queues
  mutable sqlite::Statement groups_, messages_of_, duplicate_, attempt_;  // FIFO queues
  mutable std::unordered_map<std::string, Queue> queues_;
  mutable std::string key_;  // reused
  mutable uint64_t changes_ = 0;
};

}  // namespace cloudemu::sqs
