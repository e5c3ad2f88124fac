#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/sqs_events.h"
#include "events/sqs_task_events.h"
#include "projections/sqlite.h"

/// The messages of one queue, write side. Every queue has SQLite tables of its own, so that purging or deleting it is quick whatever
/// its size: states apart from bodies, because states change often and bodies never; a FIFO queue also has its groups, the ids
/// that later messages may be duplicates of, and the receives that may be made again.
namespace cloudemu::sqs {

enum class MessageState { visible = 0, in_flight = 1, delayed = 2 };

/// What is known of a queue's messages without looking at them.
struct QueueCounters {
  int64_t visible = 0, in_flight = 0, delayed = 0;
  TimeMs newest_at = 0;     ///< the latest time that the retention of a message counts from
  int64_t last_number = 0;  ///< MessageSent::number of the last message
  int64_t last_turn = 0;    ///< of the groups, which are numbered in the order they come next in

  int64_t& of(MessageState state);
};

/// Names of the tables of a queue.
struct TableNames {
  explicit TableNames(int64_t queue);
  std::string states, bodies, groups, duplicates, attempts;
};

/// All that is kept of a message. The texts belong to whoever made it: an event, or a row that is being looked at.
struct Message {
  int64_t id = 0;
  std::string_view message_id, body, attributes, trace, sender, group, deduplication;
  std::string_view dead_letter_source;
  int64_t number = 0;
  TimeMs sent_at = 0;
  TimeMs enqueued_at = 0;  ///< what its retention counts from
  MessageState state = MessageState::visible;
  TimeMs due_at = 0;  ///< when it becomes visible, unless it is
  int64_t receives = 0;
  int64_t receives_before = 0;  ///< of them, before it was moved into this queue
  TimeMs first_received_at = 0, received_at = 0;
};

/// The columns of a message, for `FROM states s JOIN bodies b`, and a row of them. Texts are valid until the next row.
extern const std::string_view kMessageColumns;
Message read_message(const sqlite::Query& row);

/// The groups of a FIFO queue take turns: a group whose oldest message is visible has a turn, one whose oldest message is hidden has
/// none, and gets the last one when that changes.
class MessageGroups {
 public:
  MessageGroups(sqlite::Database& database, const TableNames& names);

  /// A message joins the group of that name. Returns the number of the group.
  int64_t join(std::string_view name, int64_t message, MessageState state, QueueCounters& counters);
  /// A message of the group came, went, hid or showed itself.
  void refresh(int64_t group, QueueCounters& counters);
  /// The group lets all others go before it.
  void to_end(int64_t group, QueueCounters& counters);

 private:
  sqlite::Statement find_, put_, turn_of_, set_turn_, remove_, oldest_;
};

class MessageTables {
 public:
  static void create(sqlite::Database& database, int64_t queue, bool fifo);
  static void drop(sqlite::Database& database, int64_t queue, bool fifo);
  /// `counters` is kept up to date and must outlive the tables.
  MessageTables(sqlite::Database& database, int64_t queue, bool fifo, QueueCounters& counters);

  void put(const Message& message);
  void receive(const MessageReceived& event);
  void show(int64_t message);
  void hide(int64_t message, TimeMs until);
  void remove(int64_t message);
  /// Moves a message to a queue where it gets another number and is visible. `target` may be this one.
  void move(const MessageMoved& event, int64_t number, MessageTables& target);
  /// Makes a new message of it there.
  void redrive(const MessageRedriven& event, int64_t number, MessageTables& target);
  void clear();
  /// Messages that are delayed become visible so long after they were sent.
  void delay_again(TimeMs delay_ms);
  /// FIFO: what comes with this id (and, if it must be the same, group) is a duplicate for now.
  void note_duplicates(int64_t message, const MessageSent& event, std::string_view key);
  /// FIFO: a receive with the same id is the same receive for now.
  void note_attempt(int64_t sequence, const ReceiveAttempted& event);

 private:
  struct Fifo {
    MessageGroups groups;
    sqlite::Statement put_duplicate, trim_duplicates, put_attempt, trim_attempts;
  };
  struct Place {
    MessageState state;
    int64_t group;
  };
  std::optional<Place> place(int64_t message);
  void set_state(int64_t message, MessageState state, TimeMs due_at);
  void leave(int64_t message, Place place);
  /// `change` makes of the message what it is to be in the other queue.
  template <class Change>
  void transfer(int64_t message, MessageTables& target, const Change& change);

  sqlite::Database& database_;
  TableNames names_;
  QueueCounters& counters_;
  sqlite::Statement put_state_, put_body_, find_, find_place_, receive_, set_state_, remove_state_, remove_body_;
  std::optional<Fifo> fifo_;
};

/// What tells duplicates: the id, and with group deduplication the group as well.
std::string duplicate_key(const QueueSettings& settings, std::string_view group, std::string_view deduplication);

}  // namespace cloudemu::sqs
