#include "projections/sqs_projection.h"

#include "core/check.h"
#include "core/strings.h"
#include "projections/row_json.h"

namespace cloudemu::sqs {

using projections::to_json;
using sqlite::Statement;

void SqsProjection::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE sqs_queue(
      id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, attributes TEXT NOT NULL,
      tags TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, purged_at INTEGER NOT NULL,
      visible INTEGER NOT NULL, in_flight INTEGER NOT NULL, delayed INTEGER NOT NULL,
      UNIQUE(account, region, name));
    CREATE TABLE sqs_deleted_queue(
      account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, deleted_at INTEGER NOT NULL,
      PRIMARY KEY(account, region, name));
  )sql");
}

std::string SqsProjection::state_table(int64_t queue) { return concat("sqs_message_", queue); }
std::string SqsProjection::body_table(int64_t queue) { return concat("sqs_body_", queue); }

SqsProjection::SqsProjection(sqlite::Database& d)
    : database_(d),
      put_queue_(d, "INSERT INTO sqs_queue VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0, 0, 0, 0)"),
      update_queue_(d, "UPDATE sqs_queue SET attributes = ?2, tags = ?3, modified_at = ?4 WHERE id = ?1"),
      purge_queue_(d, "UPDATE sqs_queue SET purged_at = ?2 WHERE id = ?1"),
      delete_queue_(d, "DELETE FROM sqs_queue WHERE id = ?"),
      find_counts_(d, "SELECT visible, in_flight, delayed FROM sqs_queue WHERE id = ?"),
      put_counts_(d, "UPDATE sqs_queue SET visible = ?2, in_flight = ?3, delayed = ?4 WHERE id = ?1"),
      put_deleted_(d,
                   "INSERT OR REPLACE INTO sqs_deleted_queue SELECT account, region, name, ?2 FROM sqs_queue WHERE id = ?1"),
      forget_deleted_(d, "DELETE FROM sqs_deleted_queue WHERE account = ? AND region = ? AND name = ?") {}

int64_t& SqsProjection::OpenQueue::count(MessageState state) {
  switch (state) {
    case MessageState::visible: return counts.visible;
    case MessageState::in_flight: return counts.in_flight;
    case MessageState::delayed: return counts.delayed;
  }
  CLOUDEMU_FATAL("no such message state");
}

SqsProjection::OpenQueue& SqsProjection::open(int64_t queue) {
  auto known = open_queues_.find(queue);
  if (known != open_queues_.end()) return known->second;
  auto row = find_counts_.query(queue);
  CHECK_INVARIANT(row.next());
  std::string states = state_table(queue), bodies = body_table(queue);
  OpenQueue opened{
      .put_state = Statement(database_, concat("INSERT INTO ", states, " VALUES(?, ?, ?, ?, 0, 0, '')")),
      .put_body = Statement(database_, concat("INSERT INTO ", bodies, " VALUES(?, ?, ?, ?, ?, ?, ?, ?)")),
      .find_state = Statement(database_, concat("SELECT state FROM ", states, " WHERE id = ?")),
      .receive = Statement(database_,
                           concat("UPDATE ", states,
                                  " SET state = ?2, due_at = ?3, receives = receives + 1, receipt_handle = ?5, "
                                  "first_received_at = CASE WHEN receives = 0 THEN ?4 ELSE first_received_at END WHERE id = ?1")),
      .set_state = Statement(database_, concat("UPDATE ", states, " SET state = ?2, due_at = ?3 WHERE id = ?1")),
      .remove_state = Statement(database_, concat("DELETE FROM ", states, " WHERE id = ?")),
      .remove_body = Statement(database_, concat("DELETE FROM ", bodies, " WHERE id = ?")),
      .counts = {row.integer(0), row.integer(1), row.integer(2)}};
  return open_queues_.emplace(queue, std::move(opened)).first->second;
}

void SqsProjection::apply(const Envelope& envelope, const QueueCreated& e) {
  auto id = static_cast<int64_t>(envelope.sequence);
  put_queue_.run(id, e.account, e.region, e.name, to_json(e.attributes), to_json(e.tags), e.created_at);
  forget_deleted_.run(e.account, e.region, e.name);
  std::string states = state_table(id);
  database_.run(concat("CREATE TABLE ", states,
                       "(id INTEGER PRIMARY KEY, state INTEGER NOT NULL, due_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, "
                       "receives INTEGER NOT NULL, first_received_at INTEGER NOT NULL, receipt_handle TEXT NOT NULL)"));
  database_.run(concat("CREATE INDEX ", states, "_visible ON ", states, "(id) WHERE state = 0"));
  database_.run(concat("CREATE INDEX ", states, "_due ON ", states, "(due_at) WHERE state <> 0"));
  database_.run(concat("CREATE TABLE ", body_table(id),
                       "(id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, "
                       "system_attributes TEXT NOT NULL, message_group TEXT NOT NULL, deduplication TEXT NOT NULL, "
                       "sent_at INTEGER NOT NULL)"));
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope&, const QueueDeleted& e) {
  open_queues_.erase(e.queue);
  ++catalog_changes_;
  database_.run(concat("DROP TABLE ", state_table(e.queue)));
  database_.run(concat("DROP TABLE ", body_table(e.queue)));
  put_deleted_.run(e.queue, e.deleted_at);
  delete_queue_.run(e.queue);
}

void SqsProjection::apply(const Envelope&, const QueueUpdated& e) {
  update_queue_.run(e.queue, to_json(e.attributes), to_json(e.tags), e.modified_at);
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope&, const QueuePurged& e) {
  OpenQueue& queue = open(e.queue);
  // Without WHERE, SQLite empties a table without looking at its rows.
  database_.run(concat("DELETE FROM ", state_table(e.queue)));
  database_.run(concat("DELETE FROM ", body_table(e.queue)));
  queue.counts = {};
  queue.dirty = true;
  purge_queue_.run(e.queue, e.purged_at);
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope& envelope, const MessageSent& e) {
  OpenQueue& queue = open(e.queue);
  MessageState state = e.visible_at > e.sent_at ? MessageState::delayed : MessageState::visible;
  queue.put_state.run(envelope.sequence, static_cast<int>(state), e.visible_at, e.expires_at);
  queue.put_body.run(envelope.sequence, e.message_id, e.body, e.attributes.text, to_json(e.system_attributes), e.group,
                     e.deduplication, e.sent_at);
  ++queue.count(state);
  queue.dirty = true;
}

void SqsProjection::apply(const Envelope&, const MessageReceived& e) {
  OpenQueue& queue = open(e.queue);
  MessageState state = e.visible_at > e.received_at ? MessageState::in_flight : MessageState::visible;
  queue.receive.run(e.message, static_cast<int>(state), e.visible_at, e.received_at, e.receipt_handle);
  --queue.counts.visible;
  ++queue.count(state);
  queue.dirty = true;
}

void SqsProjection::set_state(OpenQueue& queue, int64_t message, MessageState state, TimeMs due_at) {
  {
    auto row = queue.find_state.query(message);
    if (!row.next()) return;
    --queue.count(static_cast<MessageState>(row.integer(0)));
  }
  ++queue.count(state);
  queue.set_state.run(message, static_cast<int>(state), due_at);
  queue.dirty = true;
}

void SqsProjection::apply(const Envelope&, const VisibilityChanged& e) {
  bool hidden = e.visible_at > e.changed_at;
  set_state(open(e.queue), e.message, hidden ? MessageState::in_flight : MessageState::visible, e.visible_at);
}

void SqsProjection::remove(OpenQueue& queue, int64_t message) {
  {
    auto row = queue.find_state.query(message);
    if (!row.next()) return;
    --queue.count(static_cast<MessageState>(row.integer(0)));
  }
  queue.remove_state.run(message);
  queue.remove_body.run(message);
  queue.dirty = true;
}

void SqsProjection::apply(const Envelope&, const MessageDeleted& e) { remove(open(e.queue), e.message); }

void SqsProjection::apply(const Envelope&, const MessagesDue& e) {
  OpenQueue& queue = open(e.queue);
  for (int64_t message : e.messages) {
    if (e.cause == "retention") remove(queue, message);
    else set_state(queue, message, MessageState::visible, e.due_at);
  }
}

Counts SqsProjection::counts(int64_t queue) { return open(queue).counts; }

void SqsProjection::flush() {
  for (auto& [id, queue] : open_queues_) {
    if (queue.dirty) put_counts_.run(id, queue.counts.visible, queue.counts.in_flight, queue.counts.delayed);
    queue.dirty = false;
  }
}

}  // namespace cloudemu::sqs
