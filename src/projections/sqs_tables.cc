#include "projections/sqs_tables.h"

#include <algorithm>

#include "core/check.h"
#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::sqs {

using sqlite::Statement;

namespace {

/// Two old rows go for each new one: a table stays as small as five minutes are, without a timer.
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

TableNames::TableNames(int64_t queue)
    : states(concat("sqs_state_", queue)),
      bodies(concat("sqs_body_", queue)),
      groups(concat("sqs_group_", queue)),
      duplicates(concat("sqs_duplicate_", queue)),
      attempts(concat("sqs_attempt_", queue)) {}

const std::string_view kMessageColumns =
    "s.id, b.message_id, b.attributes, b.trace, b.sender, b.message_group, b.deduplication, b.dead_letter_source, b.number, "
    "b.sent_at, s.enqueued_at, s.state, s.due_at, s.receives, s.receives_before, s.first_received_at, s.received_at, "
    "b.body";

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

MessageGroups::MessageGroups(sqlite::Database& d, const TableNames& names)
    : find_(d, concat("SELECT id FROM ", names.groups, " WHERE name = ?")),
      put_(d, concat("INSERT INTO ", names.groups, " VALUES(?, ?, ?)")),
      turn_of_(d, concat("SELECT turn FROM ", names.groups, " WHERE id = ?")),
      set_turn_(d, concat("UPDATE ", names.groups, " SET turn = ?2 WHERE id = ?1")),
      remove_(d, concat("DELETE FROM ", names.groups, " WHERE id = ?")),
      oldest_(d, concat("SELECT state FROM ", names.states, " WHERE message_group = ? ORDER BY id LIMIT 1")) {}

int64_t MessageGroups::join(std::string_view name, int64_t message, MessageState state, QueueCounters& counters) {
  {
    auto row = find_.query(name);
    // Behind others of its group it changes nothing.
    if (row.next()) return row.integer(0);
  }
  put_.run(message, name, state == MessageState::visible ? ++counters.last_turn : 0);
  return message;
}

void MessageGroups::refresh(int64_t group, QueueCounters& counters) {
  std::optional<MessageState> oldest;
  if (auto row = oldest_.query(group); row.next()) oldest = static_cast<MessageState>(row.integer(0));
  if (!oldest) return remove_.run(group);
  int64_t turn = 0;
  if (auto row = turn_of_.query(group); row.next()) turn = row.integer(0);
  if (oldest == MessageState::visible && turn == 0) to_end(group, counters);
  if (oldest != MessageState::visible && turn != 0) set_turn_.run(group, 0);
}

void MessageGroups::to_end(int64_t group, QueueCounters& counters) { set_turn_.run(group, ++counters.last_turn); }

void MessageTables::create(sqlite::Database& database, int64_t queue, bool fifo) {
  TableNames names(queue);
  database.run(concat("CREATE TABLE ", names.states,
                      "(id INTEGER PRIMARY KEY, state INTEGER NOT NULL, due_at INTEGER NOT NULL, message_group INTEGER NOT NULL, "
                      "enqueued_at INTEGER NOT NULL, early INTEGER NOT NULL, receives INTEGER NOT NULL, "
                      "receives_before INTEGER NOT NULL, first_received_at INTEGER NOT NULL, received_at INTEGER NOT NULL)"));
  database.run(concat("CREATE INDEX ", names.states, "_due ON ", names.states, "(due_at) WHERE state <> 0"));
  database.run(concat("CREATE INDEX ", names.states, "_early ON ", names.states, "(enqueued_at) WHERE early <> 0"));
  database.run(concat("CREATE TABLE ", names.bodies,
                      "(id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, attributes TEXT NOT NULL, trace TEXT NOT NULL, "
                      "sender TEXT NOT NULL, message_group TEXT NOT NULL, deduplication TEXT NOT NULL, "
                      "dead_letter_source TEXT NOT NULL, number INTEGER NOT NULL, sent_at INTEGER NOT NULL, body TEXT NOT NULL)"));
  if (!fifo) {
    database.run(concat("CREATE INDEX ", names.states, "_visible ON ", names.states, "(id) WHERE state = 0"));
    return;
  }
  database.run(concat("CREATE INDEX ", names.states, "_group ON ", names.states, "(message_group, id)"));
  database.run(concat("CREATE TABLE ", names.groups, "(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, turn INTEGER NOT NULL)"));
  database.run(concat("CREATE INDEX ", names.groups, "_turn ON ", names.groups, "(turn) WHERE turn <> 0"));
  database.run(concat("CREATE TABLE ", names.duplicates,
                      "(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, message_id TEXT NOT NULL, number INTEGER NOT NULL, "
                      "until INTEGER NOT NULL)"));
  database.run(concat("CREATE TABLE ", names.attempts,
                      "(id INTEGER PRIMARY KEY, attempt TEXT NOT NULL UNIQUE, messages TEXT NOT NULL, visible_at INTEGER NOT NULL, "
                      "until INTEGER NOT NULL)"));
}

void MessageTables::drop(sqlite::Database& database, int64_t queue, bool fifo) {
  TableNames names(queue);
  database.run(concat("DROP TABLE ", names.states));
  database.run(concat("DROP TABLE ", names.bodies));
  if (!fifo) return;
  database.run(concat("DROP TABLE ", names.groups));
  database.run(concat("DROP TABLE ", names.duplicates));
  database.run(concat("DROP TABLE ", names.attempts));
}

MessageTables::MessageTables(sqlite::Database& d, int64_t queue, bool fifo, QueueCounters& counters)
    : database_(d),
      names_(queue),
      counters_(counters),
      put_state_(d, concat("INSERT INTO ", names_.states, " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
      put_body_(d, concat("INSERT INTO ", names_.bodies, " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
      find_(d, concat("SELECT ", kMessageColumns, " FROM ", names_.states, " s JOIN ", names_.bodies, " b ON b.id = s.id WHERE s.id = ?")),
      find_place_(d, concat("SELECT state, message_group FROM ", names_.states, " WHERE id = ?")),
      receive_(d, concat("UPDATE ", names_.states,
                         " SET state = ?2, due_at = ?3, receives = ?4, received_at = ?5, "
                         "first_received_at = CASE first_received_at WHEN 0 THEN ?5 ELSE first_received_at END WHERE id = ?1")),
      set_state_(d, concat("UPDATE ", names_.states, " SET state = ?2, due_at = ?3 WHERE id = ?1")),
      remove_state_(d, concat("DELETE FROM ", names_.states, " WHERE id = ?")),
      remove_body_(d, concat("DELETE FROM ", names_.bodies, " WHERE id = ?")) {
  if (!fifo) return;
  fifo_.emplace(Fifo{.groups = MessageGroups(d, names_),
                     .put_duplicate = Statement(d, concat("INSERT OR REPLACE INTO ", names_.duplicates, " VALUES(?, ?, ?, ?, ?)")),
                     .trim_duplicates = Statement(d, trim(names_.duplicates)),
                     .put_attempt = Statement(d, concat("INSERT OR REPLACE INTO ", names_.attempts, " VALUES(?, ?, ?, ?, ?)")),
                     .trim_attempts = Statement(d, trim(names_.attempts))});
}

void MessageTables::put(const Message& m) {
  int64_t group = fifo_ ? fifo_->groups.join(m.group, m.id, m.state, counters_) : 0;
  // Messages mostly come in the order that they expire in, so those that do not are marked: see SqsReadModel::expired.
  bool early = m.enqueued_at < counters_.newest_at;
  counters_.newest_at = std::max(counters_.newest_at, m.enqueued_at);
  counters_.last_number = std::max(counters_.last_number, m.number);
  put_state_.run(m.id, static_cast<int>(m.state), m.due_at, group, m.enqueued_at, early, m.receives, m.receives_before, m.first_received_at,
                 m.received_at);
  put_body_.run(m.id, m.message_id, m.attributes, m.trace, m.sender, m.group, m.deduplication, m.dead_letter_source, m.number, m.sent_at,
                m.body);
  ++counters_.of(m.state);
}

std::optional<MessageTables::Place> MessageTables::place(int64_t message) {
  auto row = find_place_.query(message);
  if (!row.next()) return std::nullopt;
  return Place{static_cast<MessageState>(row.integer(0)), row.integer(1)};
}

void MessageTables::receive(const MessageReceived& e) {
  MessageState state = e.visible_at > 0 ? MessageState::in_flight : MessageState::visible;
  receive_.run(e.message, static_cast<int>(state), e.visible_at, e.receives, e.received_at);
  --counters_.visible;
  ++counters_.of(state);
  if (!fifo_) return;
  auto at = place(e.message);
  CHECK_INVARIANT(at.has_value());
  // Received without becoming invisible: its group has had its turn all the same.
  if (state == MessageState::visible) fifo_->groups.to_end(at->group, counters_);
  else fifo_->groups.refresh(at->group, counters_);
}

void MessageTables::set_state(int64_t message, MessageState state, TimeMs due_at) {
  auto was = place(message);
  if (!was) return;
  --counters_.of(was->state);
  ++counters_.of(state);
  set_state_.run(message, static_cast<int>(state), due_at);
  if (fifo_) fifo_->groups.refresh(was->group, counters_);
}

void MessageTables::show(int64_t message) { set_state(message, MessageState::visible, 0); }
void MessageTables::hide(int64_t message, TimeMs until) { set_state(message, MessageState::in_flight, until); }

void MessageTables::leave(int64_t message, Place was) {
  --counters_.of(was.state);
  remove_state_.run(message);
  remove_body_.run(message);
  if (fifo_) fifo_->groups.refresh(was.group, counters_);
}

void MessageTables::remove(int64_t message) {
  if (auto was = place(message)) leave(message, *was);
}

template <class Change>
void MessageTables::transfer(int64_t message, MessageTables& target, const Change& change) {
  {
    auto row = find_.query(message);
    CHECK_INVARIANT(row.next());
    Message moved = read_message(row);
    moved.state = MessageState::visible;
    moved.due_at = 0;
    change(moved);
    target.put(moved);
  }
  remove(message);
}

void MessageTables::move(const MessageMoved& e, int64_t number, MessageTables& target) {
  transfer(e.message, target, [&](Message& message) {
    message.id = number;
    message.dead_letter_source = e.source_arn;
    message.receives_before = message.receives;
    if (e.retained_anew) message.enqueued_at = e.moved_at;
  });
}

void MessageTables::redrive(const MessageRedriven& e, int64_t number, MessageTables& target) {
  transfer(e.message, target, [&](Message& message) {
    message.id = number;
    message.message_id = e.message_id;
    message.number = e.number;
    message.sent_at = message.enqueued_at = e.moved_at;
    message.dead_letter_source = {};
    message.receives = message.receives_before = 0;
    message.first_received_at = message.received_at = 0;
  });
}

void MessageTables::clear() {
  // Without WHERE, SQLite empties a table without looking at its rows.
  database_.run(concat("DELETE FROM ", names_.states));
  database_.run(concat("DELETE FROM ", names_.bodies));
  counters_ = {.last_number = counters_.last_number, .last_turn = counters_.last_turn};
  if (!fifo_) return;
  database_.run(concat("DELETE FROM ", names_.groups));
  database_.run(concat("DELETE FROM ", names_.duplicates));
  database_.run(concat("DELETE FROM ", names_.attempts));
}

void MessageTables::delay_again(TimeMs delay_ms) {
  Statement change(database_, concat("UPDATE ", names_.states, " SET due_at = enqueued_at + ?1 WHERE state = ?2"));
  change.run(delay_ms, static_cast<int>(MessageState::delayed));
}

void MessageTables::note_duplicates(int64_t message, const MessageSent& e, std::string_view key) {
  fifo_->trim_duplicates.run(e.sent_at);
  fifo_->put_duplicate.run(message, key, e.message_id, e.number, e.deduplicated_until);
}

void MessageTables::note_attempt(int64_t sequence, const ReceiveAttempted& e) {
  fifo_->trim_attempts.run(e.received_at);
  fifo_->put_attempt.run(sequence, e.attempt, events::to_json(e.messages), e.visible_at, e.repeat_until);
}

}  // namespace cloudemu::sqs
