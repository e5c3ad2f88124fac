#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "events/envelope.h"
#include "projections/sqlite.h"
#include "projections/sqs_move_tasks.h"
#include "projections/sqs_tables.h"

namespace cloudemu::sqs {

/// Folds the events of SQS: one row per queue, and the tables of all messages.
class SqsProjection {
 public:
  explicit SqsProjection(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const QueueCreated& event);
  void apply(const Envelope& envelope, const QueueDeleted& event);
  void apply(const Envelope& envelope, const QueueUpdated& event);
  void apply(const Envelope& envelope, const QueueTagged& event);
  void apply(const Envelope& envelope, const QueuePurged& event);
  void apply(const Envelope& envelope, const LeftoversCleared& event);
  void apply(const Envelope& envelope, const MessageSent& event);
  void apply(const Envelope& envelope, const MessageReceived& event);
  void apply(const Envelope& envelope, const ReceiveAttempted& event);
  void apply(const Envelope& envelope, const VisibilityChanged& event);
  void apply(const Envelope& envelope, const MessageDeleted& event);
  void apply(const Envelope& envelope, const MessageMoved& event);
  void apply(const Envelope& envelope, const MessagesDue& event);
  void apply(const Envelope& envelope, const MoveTaskStarted& event);
  void apply(const Envelope& envelope, const MessageRedriven& event);
  void apply(const Envelope& envelope, const MoveTaskEnded& event);
  /// Writes the counters that are kept in memory between commits.
  void flush();

  /// Grows with every change to a queue itself.
  uint64_t catalog_changes() const { return catalog_changes_; }
  const Pile& pile(int64_t queue) { return open(queue).pile; }
  const QueueSettings& settings(int64_t queue) { return open(queue).settings; }
  /// What lies in a pile that is no queue's any more, at most `limit` rows of it.
  Leftovers leftovers(int64_t pile, size_t limit) { return messages_.leftovers(pile, limit); }
  MoveTasks& move_tasks() { return move_tasks_; }
  /// Numbers of the queues that time may do something to: those that hold messages, or have a task running. Looks at no message, so
  /// that many queues cost little.
  std::vector<int64_t> queues_with_work();

  /// So many queues are kept at hand. What is known of a queue is valid until another is asked for.
  static constexpr size_t kOpenQueuesMax = 1024;

 private:
  struct OpenQueue {
    QueueSettings settings;
    Pile pile;
    bool dirty = false;
  };
  OpenQueue& open(int64_t queue);
  Pile& change(int64_t queue);
  void open_both(int64_t one, int64_t other);
  /// What a queue left behind goes with the event, unless a job is to clear it away.
  void leave_behind(int64_t pile, bool to_job);

  sqlite::Statement put_queue_, update_queue_, tag_queue_, purge_queue_, delete_queue_, find_queue_, put_counters_;
  sqlite::Statement put_deleted_, forget_deleted_, queues_with_work_;
  MessageTables messages_;
  MoveTasks move_tasks_;
  std::unordered_map<int64_t, OpenQueue> open_queues_;
  std::vector<int64_t> dirty_;  // open queues whose counters changed
  uint64_t catalog_changes_ = 0;
};

}  // namespace cloudemu::sqs
