#include "projections/sqs_tables.h"

#include <algorithm>

#include "core/check.h"
#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::sqs {

using sqlite::Statement;

namespace {

/// Two old rows (of any queue) go for each new one: a table stays as small as five minutes are, without a timer.
std::string trim(std::string_view table) {
  return concat("DELETE FROM ", table, " WHERE id IN (SELECT id FROM ", table, " ORDER BY id LIMIT 2) AND until <= ?");
}

}  // namespace

int64_t& QueueCounters::of(MessageState state) {
  switch (state) {
    case MessageState::visible: return visible;
    case MessageState::in_flight: return in_flight;
    case MessageState::delayed: return delayed;
  }
  CLOUDEMU_FATAL("no such message state");
}

namespace {

constexpr std::string_view kMessageColumns =
    "s.id, b.message_id, b.attributes, b.trace, b.sender, b.message_group, b.deduplication, b.dead_letter_source, b.number, "
    "b.sent_at, s.enqueued_at, s.state, s.due_at, s.receives, s.receives_before, s.first_received_at, s.received_at, "
    "b.body";

}  // namespace

std::string select_messages(std::string_view source) {
  return concat("SELECT ", kMessageColumns, " FROM sqs_state ", source, " CROSS JOIN sqs_body b ON b.id = s.id ");
}

Message read_message(const sqlite::Query& row) {
  return Message{.id = row.integer(0),
                 .message_id = row.bytes(1),
                 .body = row.bytes(17),
                 .attributes = row.bytes(2),
                 .trace = row.bytes(3),
                 .sender = row.bytes(4),
                 .group = row.bytes(5),
                 .deduplication = row.bytes(6),
                 .dead_letter_source = row.bytes(7),
                 .number = row.integer(8),
                 .sent_at = row.integer(9),
                 .enqueued_at = row.integer(10),
                 .state = static_cast<MessageState>(row.integer(11)),
                 .due_at = row.integer(12),
                 .receives = row.integer(13),
                 .receives_before = row.integer(14),
                 .first_received_at = row.integer(15),
                 .received_at = row.integer(16)};
}

std::string duplicate_key(const QueueSettings& settings, std::string_view group, std::string_view deduplication) {
  // Neither group nor id can hold a blank.
  return settings.group_deduplication ? concat(group, ' ', deduplication) : std::string(deduplication);
}

MessageGroups::MessageGroups(sqlite::Database& d)
    : find_(d, "SELECT id FROM sqs_group WHERE pile = ? AND name = ?"),
      put_(d, "INSERT INTO sqs_group VALUES(?, ?, ?, ?)"),
      turn_of_(d, "SELECT turn FROM sqs_group WHERE id = ?"),
      set_turn_(d, "UPDATE sqs_group SET turn = ?2 WHERE id = ?1"),
      remove_(d, "DELETE FROM sqs_group WHERE id = ?"),
      oldest_(d,
              "SELECT state FROM sqs_state INDEXED BY sqs_state_group WHERE message_group = ? AND message_group <> 0 "
              "ORDER BY id LIMIT 1") {}

int64_t MessageGroups::join(std::string_view name, int64_t message, MessageState state, Pile& pile) {
  {
    auto row = find_.query(pile.id, name);
    // Behind others of its group it changes nothing.
    if (row.next()) return row.integer(0);
  }
  put_.run(message, pile.id, name, state == MessageState::visible ? ++pile.counters.last_turn : 0);
  return message;
}

void MessageGroups::refresh(int64_t group, Pile& pile) {
  std::optional<MessageState> oldest;
  if (auto row = oldest_.query(group); row.next()) oldest = static_cast<MessageState>(row.integer(0));
  if (!oldest) return remove_.run(group);
  int64_t turn = 0;
  if (auto row = turn_of_.query(group); row.next()) turn = row.integer(0);
  if (oldest == MessageState::visible && turn == 0) to_end(group, pile);
  if (oldest != MessageState::visible && turn != 0) set_turn_.run(group, 0);
}

void MessageGroups::to_end(int64_t group, Pile& pile) { set_turn_.run(group, ++pile.counters.last_turn); }

void MessageTables::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE sqs_state(
      pile INTEGER NOT NULL, id INTEGER NOT NULL, state INTEGER NOT NULL, due_at INTEGER NOT NULL, message_group INTEGER NOT NULL,
      enqueued_at INTEGER NOT NULL, bytes INTEGER NOT NULL, early INTEGER NOT NULL, receives INTEGER NOT NULL, receives_before INTEGER NOT NULL,
      first_received_at INTEGER NOT NULL, received_at INTEGER NOT NULL, PRIMARY KEY(pile, id)) WITHOUT ROWID;
    CREATE INDEX sqs_state_visible ON sqs_state(pile, id) WHERE state = 0 AND message_group = 0;
    CREATE INDEX sqs_state_due ON sqs_state(pile, state, due_at) WHERE state <> 0;
    CREATE INDEX sqs_state_early ON sqs_state(pile, enqueued_at) WHERE early <> 0;
    CREATE INDEX sqs_state_group ON sqs_state(message_group, id) WHERE message_group <> 0;
    CREATE TABLE sqs_body(
      id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, attributes TEXT NOT NULL, trace TEXT NOT NULL, sender TEXT NOT NULL,
      message_group TEXT NOT NULL, deduplication TEXT NOT NULL, dead_letter_source TEXT NOT NULL, number INTEGER NOT NULL,
      sent_at INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE TABLE sqs_group(
      id INTEGER PRIMARY KEY, pile INTEGER NOT NULL, name TEXT NOT NULL, turn INTEGER NOT NULL, UNIQUE(pile, name));
    CREATE INDEX sqs_group_turn ON sqs_group(pile, turn) WHERE turn <> 0;
    CREATE TABLE sqs_duplicate(
      id INTEGER PRIMARY KEY, pile INTEGER NOT NULL, key TEXT NOT NULL, message_id TEXT NOT NULL, number INTEGER NOT NULL,
      until INTEGER NOT NULL, UNIQUE(pile, key));
    CREATE TABLE sqs_attempt(
      id INTEGER PRIMARY KEY, pile INTEGER NOT NULL, attempt TEXT NOT NULL, messages TEXT NOT NULL, visible_at INTEGER NOT NULL,
      until INTEGER NOT NULL, UNIQUE(pile, attempt));
  )sql");
}

MessageTables::MessageTables(sqlite::Database& d)
    : put_state_(d, "INSERT INTO sqs_state VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      put_body_(d, "INSERT INTO sqs_body VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      find_(d, concat(select_messages("s"), "WHERE s.pile = ? AND s.id = ?")),
      find_place_(d, "SELECT state, message_group FROM sqs_state WHERE pile = ? AND id = ?"),
      receive_(d,
               "UPDATE sqs_state SET state = ?3, due_at = ?4, receives = ?5, received_at = ?6, "
               "first_received_at = CASE first_received_at WHEN 0 THEN ?6 ELSE first_received_at END WHERE pile = ?1 AND id = ?2"),
      set_state_(d, "UPDATE sqs_state SET state = ?3, due_at = ?4 WHERE pile = ?1 AND id = ?2"),
      remove_state_(d, "DELETE FROM sqs_state WHERE pile = ? AND id = ?"),
      remove_body_(d, "DELETE FROM sqs_body WHERE id = ?"),
      put_duplicate_(d, "INSERT OR REPLACE INTO sqs_duplicate VALUES(?, ?, ?, ?, ?, ?)"),
      trim_duplicates_(d, trim("sqs_duplicate")),
      put_attempt_(d, "INSERT OR REPLACE INTO sqs_attempt VALUES(?, ?, ?, ?, ?, ?)"),
      trim_attempts_(d, trim("sqs_attempt")),
      first_messages_(d, "SELECT id, message_group, bytes FROM sqs_state WHERE pile = ? ORDER BY id LIMIT ?"),
      first_duplicates_(d, "SELECT id FROM sqs_duplicate WHERE pile = ? ORDER BY key LIMIT ?"),
      first_attempts_(d, "SELECT id FROM sqs_attempt WHERE pile = ? ORDER BY attempt LIMIT ?"),
      remove_duplicate_(d, "DELETE FROM sqs_duplicate WHERE id = ?"),
      remove_attempt_(d, "DELETE FROM sqs_attempt WHERE id = ?"),
      groups_(d) {}

void MessageTables::put(const Message& m, Pile& pile) {
  QueueCounters& counters = pile.counters;
  int64_t group = pile.fifo ? groups_.join(m.group, m.id, m.state, pile) : 0;
  // Messages mostly come in the order that they expire in, so those that do not are marked: see SqsReadModel::expired.
  bool early = m.enqueued_at < counters.newest_at;
  counters.newest_at = std::max(counters.newest_at, m.enqueued_at);
  counters.last_number = std::max(counters.last_number, m.number);
  // Whatever the delay of a FIFO queue becomes, it holds for what is delayed already: so it stands in the queue alone.
  TimeMs due_at = pile.fifo && m.state == MessageState::delayed ? m.enqueued_at : m.due_at;
  put_state_.run(pile.id, m.id, static_cast<int>(m.state), due_at, group, m.enqueued_at, m.body.size() + m.attributes.size(), early,
                 m.receives, m.receives_before, m.first_received_at, m.received_at);
  put_body_.run(m.id, m.message_id, m.attributes, m.trace, m.sender, m.group, m.deduplication, m.dead_letter_source, m.number, m.sent_at,
                m.body);
  ++counters.of(m.state);
}

std::optional<MessageTables::Place> MessageTables::place(int64_t message, const Pile& pile) {
  auto row = find_place_.query(pile.id, message);
  if (!row.next()) return std::nullopt;
  return Place{static_cast<MessageState>(row.integer(0)), row.integer(1)};
}

void MessageTables::receive(const MessageReceived& e, Pile& pile) {
  MessageState state = e.visible_at > 0 ? MessageState::in_flight : MessageState::visible;
  receive_.run(pile.id, e.message, static_cast<int>(state), e.visible_at, e.receives, e.received_at);
  --pile.counters.visible;
  ++pile.counters.of(state);
  if (!pile.fifo) return;
  auto at = place(e.message, pile);
  if (!at) return;  // only a numb database does not know it
  // Received without becoming invisible: its group has had its turn all the same.
  if (state == MessageState::visible) groups_.to_end(at->group, pile);
  else groups_.refresh(at->group, pile);
}

void MessageTables::set_state(int64_t message, MessageState state, TimeMs due_at, Pile& pile) {
  auto was = place(message, pile);
  if (!was) return;
  --pile.counters.of(was->state);
  ++pile.counters.of(state);
  set_state_.run(pile.id, message, static_cast<int>(state), due_at);
  if (pile.fifo) groups_.refresh(was->group, pile);
}

void MessageTables::show(int64_t message, Pile& pile) { set_state(message, MessageState::visible, 0, pile); }
void MessageTables::hide(int64_t message, TimeMs until, Pile& pile) { set_state(message, MessageState::in_flight, until, pile); }

void MessageTables::leave(int64_t message, Place was, Pile& pile) {
  --pile.counters.of(was.state);
  remove_state_.run(pile.id, message);
  remove_body_.run(message);
  if (pile.fifo) groups_.refresh(was.group, pile);
}

void MessageTables::remove(int64_t message, Pile& pile) {
  if (auto was = place(message, pile)) leave(message, *was, pile);
}

template <class Change>
void MessageTables::transfer(int64_t message, Pile& pile, Pile& target, const Change& change) {
  {
    auto row = find_.query(pile.id, message);
    row.must_find();
    Message moved = read_message(row);
    moved.state = MessageState::visible;
    moved.due_at = 0;
    change(moved);
    put(moved, target);
  }
  remove(message, pile);
}

void MessageTables::move(const MessageMoved& e, int64_t number, Pile& pile, Pile& target) {
  transfer(e.message, pile, target, [&](Message& message) {
    message.id = number;
    message.dead_letter_source = e.source_arn;
    message.receives_before = message.receives;
    if (e.retained_anew) message.enqueued_at = e.moved_at;
  });
}

void MessageTables::redrive(const MessageRedriven& e, int64_t number, Pile& pile, Pile& target) {
  transfer(e.message, pile, target, [&](Message& message) {
    message.id = number;
    message.message_id = e.message_id;
    message.number = e.number;
    message.sent_at = message.enqueued_at = e.moved_at;
    message.dead_letter_source = {};
    message.receives = message.receives_before = 0;
    message.first_received_at = message.received_at = 0;
  });
}

void MessageTables::note_duplicates(int64_t message, const MessageSent& e, std::string_view key, const Pile& pile) {
  trim_duplicates_.run(e.sent_at);
  put_duplicate_.run(message, pile.id, key, e.message_id, e.number, e.deduplicated_until);
}

void MessageTables::note_attempt(int64_t sequence, const ReceiveAttempted& e, const Pile& pile) {
  trim_attempts_.run(e.received_at);
  put_attempt_.run(sequence, pile.id, e.attempt, events::to_json(e.messages), e.visible_at, e.repeat_until);
}

Leftovers MessageTables::leftovers(int64_t pile, size_t limit) {
  Leftovers found;
  int64_t bytes = 0;
  // One row more is asked for than is wanted: whether it is there is the question.
  for (auto row = first_messages_.query(pile, limit + 1); row.next(); ++found.rows) {
    if (found.rows == limit || bytes >= kBytesAtOnceMax) return {.rows = found.rows, .all = false};
    bytes += row.integer(2);
  }
  for (Statement* first : {&first_duplicates_, &first_attempts_}) {
    for (auto row = first->query(pile, limit + 1 - found.rows); row.next(); ++found.rows) {
      if (found.rows == limit) return {.rows = found.rows, .all = false};
    }
  }
  return found;
}

void MessageTables::clear_away(int64_t pile, size_t rows) {
  struct Row {
    int64_t message, group;
  };
  std::vector<Row> messages;
  for (auto row = first_messages_.query(pile, rows); row.next();) {
    messages.push_back({row.integer(0), row.integer(1)});
  }
  for (const Row& row : messages) {
    remove_state_.run(pile, row.message);
    remove_body_.run(row.message);
    if (row.group != 0) groups_.forget(row.group);
  }
  size_t left = rows - messages.size();
  auto clear = [&](Statement& first, Statement& remove) {
    std::vector<int64_t> ids;
    for (auto row = first.query(pile, left); row.next();) ids.push_back(row.integer(0));
    for (int64_t id : ids) remove.run(id);
    left -= ids.size();
  };
  clear(first_duplicates_, remove_duplicate_);
  clear(first_attempts_, remove_attempt_);
}

}  // namespace cloudemu::sqs
