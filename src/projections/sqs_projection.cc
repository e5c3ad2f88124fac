#include "projections/sqs_projection.h"

#include "core/check.h"
#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::sqs {

using events::from_json;
using events::to_json;

void SqsProjection::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE sqs_queue(
      id INTEGER PRIMARY KEY, pile INTEGER NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
      attributes TEXT NOT NULL, settings TEXT NOT NULL, dead_letter_arn TEXT NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL,
      modified_at INTEGER NOT NULL, purged_at INTEGER NOT NULL, visible INTEGER NOT NULL, in_flight INTEGER NOT NULL,
      delayed INTEGER NOT NULL, newest_at INTEGER NOT NULL, last_number INTEGER NOT NULL, last_turn INTEGER NOT NULL,
      UNIQUE(account, region, name));
    CREATE INDEX sqs_queue_source ON sqs_queue(dead_letter_arn, account, region, name) WHERE dead_letter_arn <> '';
    CREATE TABLE sqs_deleted_queue(
      account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, deleted_at INTEGER NOT NULL,
      PRIMARY KEY(account, region, name));
  )sql");
  MessageTables::create_schema(database);
  MoveTasks::create_schema(database);
}

SqsProjection::SqsProjection(sqlite::Database& d)
    : put_queue_(d, "INSERT INTO sqs_queue VALUES(?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 0, 0, 0, 0, 0, 0, 0)"),
      update_queue_(d, "UPDATE sqs_queue SET attributes = ?2, settings = ?3, dead_letter_arn = ?4, modified_at = ?5 WHERE id = ?1"),
      tag_queue_(d, "UPDATE sqs_queue SET tags = ?2 WHERE id = ?1"),
      purge_queue_(d, "UPDATE sqs_queue SET pile = ?2, purged_at = ?3 WHERE id = ?1"),
      delete_queue_(d, "DELETE FROM sqs_queue WHERE id = ?"),
      find_queue_(d, "SELECT settings, pile, visible, in_flight, delayed, newest_at, last_number, last_turn FROM sqs_queue WHERE id = ?"),
      put_counters_(d,
                    "UPDATE sqs_queue SET visible = ?2, in_flight = ?3, delayed = ?4, newest_at = ?5, last_number = ?6, "
                    "last_turn = ?7 WHERE id = ?1"),
      put_deleted_(d, "INSERT OR REPLACE INTO sqs_deleted_queue SELECT account, region, name, ?2 FROM sqs_queue WHERE id = ?1"),
      forget_deleted_(d, "DELETE FROM sqs_deleted_queue WHERE account = ? AND region = ? AND name = ?"),
      queues_with_work_(d,
                        "SELECT id FROM sqs_queue WHERE visible + in_flight + delayed > 0 UNION "
                        "SELECT queue FROM sqs_move_task INDEXED BY sqs_move_task_running WHERE status = 'RUNNING' ORDER BY 1"),
      messages_(d),
      move_tasks_(d) {}

SqsProjection::OpenQueue& SqsProjection::open(int64_t queue) {
  auto known = open_queues_.find(queue);
  if (known != open_queues_.end()) return known->second;
  if (open_queues_.size() >= kOpenQueuesMax) {
    flush();
    open_queues_.clear();
  }
  auto row = find_queue_.query(queue);
  row.must_find();
  OpenQueue opened{.settings = from_json<QueueSettings>(row.bytes(0)), .pile = {.id = row.integer(1)}};
  opened.pile.fifo = opened.settings.fifo;
  opened.pile.counters = {.visible = row.integer(2),
                          .in_flight = row.integer(3),
                          .delayed = row.integer(4),
                          .newest_at = row.integer(5),
                          .last_number = row.integer(6),
                          .last_turn = row.integer(7)};
  return open_queues_.emplace(queue, std::move(opened)).first->second;
}

Pile& SqsProjection::change(int64_t queue) {
  OpenQueue& opened = open(queue);
  if (!opened.dirty) dirty_.push_back(queue);
  opened.dirty = true;
  return opened.pile;
}

/// Opening the one might close the other.
void SqsProjection::open_both(int64_t one, int64_t other) {
  open(one);
  open(other);
  open(one);
}

void SqsProjection::leave_behind(int64_t pile, bool to_job) {
  if (!to_job) messages_.clear_away(pile, INT64_MAX);
}

void SqsProjection::apply(const Envelope& envelope, const QueueCreated& e) {
  auto id = static_cast<int64_t>(envelope.sequence);
  put_queue_.run(id, e.account, e.region, e.name, to_json(e.attributes), to_json(e.settings), e.settings.dead_letter_arn, to_json(e.tags),
                 e.created_at);
  forget_deleted_.run(e.account, e.region, e.name);
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope&, const QueueDeleted& e) {
  leave_behind(open(e.queue).pile.id, e.cleared_by_job);
  open_queues_.erase(e.queue);
  move_tasks_.forget_queue(e.queue);
  put_deleted_.run(e.queue, e.deleted_at);
  delete_queue_.run(e.queue);
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope&, const QueueUpdated& e) {
  update_queue_.run(e.queue, to_json(e.attributes), to_json(e.settings), e.settings.dead_letter_arn, e.modified_at);
  open(e.queue).settings = e.settings;
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope&, const QueueTagged& e) {
  tag_queue_.run(e.queue, to_json(e.tags));
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope& envelope, const QueuePurged& e) {
  Pile& pile = change(e.queue);
  leave_behind(pile.id, e.cleared_by_job);
  pile.id = static_cast<int64_t>(envelope.sequence);
  pile.counters = {.last_number = pile.counters.last_number, .last_turn = pile.counters.last_turn};
  purge_queue_.run(e.queue, pile.id, e.purged_at);
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope&, const LeftoversCleared& e) { messages_.clear_away(e.pile, static_cast<size_t>(e.rows)); }

void SqsProjection::apply(const Envelope& envelope, const MessageSent& e) {
  auto message = static_cast<int64_t>(envelope.sequence);
  Pile& pile = change(e.queue);
  messages_.put(Message{.id = message,
                        .message_id = e.message_id,
                        .body = e.body,
                        .attributes = e.attributes.text,
                        .trace = e.trace,
                        .sender = e.sender,
                        .group = e.group,
                        .deduplication = e.deduplication,
                        .number = e.number,
                        .sent_at = e.sent_at,
                        .enqueued_at = e.sent_at,
                        .state = e.visible_at > 0 ? MessageState::delayed : MessageState::visible,
                        .due_at = e.visible_at},
                pile);
  if (!pile.fifo) return;
  messages_.note_duplicates(message, e, duplicate_key(open(e.queue).settings, e.group, e.deduplication), pile);
}

void SqsProjection::apply(const Envelope&, const MessageReceived& e) { messages_.receive(e, change(e.queue)); }

void SqsProjection::apply(const Envelope& envelope, const ReceiveAttempted& e) {
  messages_.note_attempt(static_cast<int64_t>(envelope.sequence), e, open(e.queue).pile);
}

void SqsProjection::apply(const Envelope&, const VisibilityChanged& e) {
  if (e.visible_at > 0) messages_.hide(e.message, e.visible_at, change(e.queue));
  else messages_.show(e.message, change(e.queue));
}

void SqsProjection::apply(const Envelope&, const MessageDeleted& e) { messages_.remove(e.message, change(e.queue)); }

void SqsProjection::apply(const Envelope& envelope, const MessageMoved& e) {
  open_both(e.queue, e.target);
  messages_.move(e, static_cast<int64_t>(envelope.sequence), change(e.queue), change(e.target));
}

void SqsProjection::apply(const Envelope&, const MessagesDue& e) {
  Pile& pile = change(e.queue);
  for (int64_t message : e.messages) {
    if (e.cause == "retention") messages_.remove(message, pile);
    else messages_.show(message, pile);
  }
}

void SqsProjection::apply(const Envelope& envelope, const MoveTaskStarted& e) {
  move_tasks_.start(static_cast<int64_t>(envelope.sequence), e);
}

void SqsProjection::apply(const Envelope& envelope, const MessageRedriven& e) {
  open_both(e.queue, e.target);
  messages_.redrive(e, static_cast<int64_t>(envelope.sequence), change(e.queue), change(e.target));
  move_tasks_.count(e);
}

void SqsProjection::apply(const Envelope&, const MoveTaskEnded& e) { move_tasks_.end(e); }

std::vector<int64_t> SqsProjection::queues_with_work() {
  flush();
  std::vector<int64_t> ids;
  for (auto row = queues_with_work_.query(); row.next();) ids.push_back(row.integer(0));
  return ids;
}

void SqsProjection::flush() {
  for (int64_t id : dirty_) {
    auto queue = open_queues_.find(id);
    if (queue == open_queues_.end()) continue;  // deleted
    const QueueCounters& c = queue->second.pile.counters;
    put_counters_.run(id, c.visible, c.in_flight, c.delayed, c.newest_at, c.last_number, c.last_turn);
    queue->second.dirty = false;
  }
  dirty_.clear();
}

}  // namespace cloudemu::sqs
