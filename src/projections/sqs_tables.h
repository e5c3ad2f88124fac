#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/sqs_events.h"
#include "events/sqs_task_events.h"
#include "projections/sqlite.h"

/// The messages of all queues, write side. They share their SQLite tables, so that making or deleting a queue costs the same however many
/// there are: states apart from bodies, because states change often and bodies never; of FIFO queues also their groups, the ids that later
/// messages may be duplicates of, and the receives that may be made again.
///
/// The messages of a queue lie in a *pile*: a number that comes first in the keys. A purge gives the queue a new pile, a deletion none, and
/// numbers of piles never come back; so what the old pile holds is out of sight at once, however much it is, and can go bit by bit.
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

/// Bytes of messages that are moved or removed at a time: SQLite looks at each of their pages.
inline constexpr int64_t kBytesAtOnceMax = 4 << 20;

/// Rows of a pile that is no queue's any more, as many as may be removed at a time.
struct Leftovers {
  size_t rows = 0;
  bool all = true;  ///< there are no others
};

/// Where the messages of a queue lie.
struct Pile {
  int64_t id = 0;  ///< the sequence of the event that began it: QueueCreated or QueuePurged
  bool fifo = false;
  QueueCounters counters;
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
  TimeMs due_at = 0;  ///< when it becomes visible, unless it is; as kept, of a delayed one of a FIFO queue: less the queue's delay
  int64_t receives = 0;
  int64_t receives_before = 0;  ///< of them, before it was moved into this queue
  TimeMs first_received_at = 0, received_at = 0;
};

/// "SELECT columns FROM the states `source` as s, and their bodies", for read_message(). Texts are valid until the next row.
std::string select_messages(std::string_view source);
Message read_message(const sqlite::Query& row);

/// The groups of FIFO queues take turns: a group whose oldest message is visible has a turn, one whose oldest message is hidden has none,
/// and gets the last one of its pile when that changes.
class MessageGroups {
 public:
  explicit MessageGroups(sqlite::Database& database);

  /// A message joins the group of that name. Returns the number of the group: that of its first message.
  int64_t join(std::string_view name, int64_t message, MessageState state, Pile& pile);
  /// A message of the group came, went, hid or showed itself.
  void refresh(int64_t group, Pile& pile);
  /// The group lets all others go before it.
  void to_end(int64_t group, Pile& pile);
  void forget(int64_t group) { remove_.run(group); }

 private:
  sqlite::Statement find_, put_, turn_of_, set_turn_, remove_, oldest_;
};

class MessageTables {
 public:
  static void create_schema(sqlite::Database& database);
  explicit MessageTables(sqlite::Database& database);

  void put(const Message& message, Pile& pile);
  void receive(const MessageReceived& event, Pile& pile);
  void show(int64_t message, Pile& pile);
  void hide(int64_t message, TimeMs until, Pile& pile);
  void remove(int64_t message, Pile& pile);
  /// Moves a message to a queue where it gets another number and is visible. `target` may be the same pile.
  void move(const MessageMoved& event, int64_t number, Pile& pile, Pile& target);
  /// Makes a new message of it there.
  void redrive(const MessageRedriven& event, int64_t number, Pile& pile, Pile& target);
  /// FIFO: what comes with this key is a duplicate for now.
  void note_duplicates(int64_t message, const MessageSent& event, std::string_view key, const Pile& pile);
  /// FIFO: a receive with the same id is the same receive for now.
  void note_attempt(int64_t sequence, const ReceiveAttempted& event, const Pile& pile);

  /// At most `limit` rows: messages, then what is known of duplicates, then of receives.
  Leftovers leftovers(int64_t pile, size_t limit);
  /// Removes the first rows of a pile, in that order.
  void clear_away(int64_t pile, size_t rows);

 private:
  struct Place {
    MessageState state;
    int64_t group;
  };
  std::optional<Place> place(int64_t message, const Pile& pile);
  void set_state(int64_t message, MessageState state, TimeMs due_at, Pile& pile);
  void leave(int64_t message, Place place, Pile& pile);
  /// `change` makes of the message what it is to be in the other pile.
  template <class Change>
  void transfer(int64_t message, Pile& pile, Pile& target, const Change& change);

  sqlite::Statement put_state_, put_body_, find_, find_place_, receive_, set_state_, remove_state_, remove_body_;
  sqlite::Statement put_duplicate_, trim_duplicates_, put_attempt_, trim_attempts_;
  sqlite::Statement first_messages_, first_duplicates_, first_attempts_, remove_duplicate_, remove_attempt_;
  MessageGroups groups_;
};

/// What tells duplicates: the id, and with group deduplication the group as well.
std::string duplicate_key(const QueueSettings& settings, std::string_view group, std::string_view deduplication);

}  // namespace cloudemu::sqs
