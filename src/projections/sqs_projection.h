#pragma once
#include <string>
#include <unordered_map>

#include "events/envelope.h"
#include "projections/sqlite.h"

namespace cloudemu::sqs {

enum class MessageState { visible = 0, in_flight = 1, delayed = 2 };

/// How many messages of a queue are in which state.
struct Counts {
  int64_t visible = 0, in_flight = 0, delayed = 0;
};

/// Folds the events of SQS: one row per queue, and per queue two SQLite tables (states apart from bodies, because states change
/// often and bodies never), so that purging or deleting a queue is quick whatever its size.
class SqsProjection {
 public:
  explicit SqsProjection(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const QueueCreated& event);
  void apply(const Envelope& envelope, const QueueDeleted& event);
  void apply(const Envelope& envelope, const QueueUpdated& event);
  void apply(const Envelope& envelope, const QueuePurged& event);
  void apply(const Envelope& envelope, const MessageSent& event);
  void apply(const Envelope& envelope, const MessageReceived& event);
  void apply(const Envelope& envelope, const VisibilityChanged& event);
  void apply(const Envelope& envelope, const MessageDeleted& event);
  void apply(const Envelope& envelope, const MessagesDue& event);
  /// Writes the counters that are kept in memory between commits.
  void flush();

  uint64_t catalog_changes() const { return catalog_changes_; }
  Counts counts(int64_t queue);

  static std::string state_table(int64_t queue);
  static std::string body_table(int64_t queue);

 private:
  struct OpenQueue {
    sqlite::Statement put_state, put_body, find_state, receive, set_state, remove_state, remove_body;
    Counts counts;
    bool dirty = false;
    int64_t& count(MessageState state);
  };
  OpenQueue& open(int64_t queue);
  void set_state(OpenQueue& queue, int64_t message, MessageState state, TimeMs due_at);
  void remove(OpenQueue& queue, int64_t message);

  sqlite::Database& database_;
  sqlite::Statement put_queue_, update_queue_, purge_queue_, delete_queue_, find_counts_, put_counts_;
  sqlite::Statement put_deleted_, forget_deleted_;
  std::unordered_map<int64_t, OpenQueue> open_queues_;
  uint64_t catalog_changes_ = 0;
};

}  // namespace cloudemu::sqs
