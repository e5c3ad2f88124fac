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
      id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, attributes TEXT NOT NULL,
      settings TEXT NOT NULL, dead_letter_arn TEXT NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL,
      modified_at INTEGER NOT NULL, purged_at INTEGER NOT NULL, visible INTEGER NOT NULL, in_flight INTEGER NOT NULL,
      delayed INTEGER NOT NULL, newest_at INTEGER NOT NULL, last_number INTEGER NOT NULL, last_turn INTEGER NOT NULL,
      UNIQUE(account, region, name));
    CREATE INDEX sqs_queue_source ON sqs_queue(dead_letter_arn, account, region, name) WHERE dead_letter_arn <> '';
    CREATE TABLE sqs_deleted_queue(
      account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, deleted_at INTEGER NOT NULL,
      PRIMARY KEY(account, region, name));
  )sql");
  MoveTasks::create_schema(database);
}

SqsProjection::SqsProjection(sqlite::Database& d)
    : database_(d),
      put_queue_(d, "INSERT INTO sqs_queue VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 0, 0, 0, 0, 0, 0, 0)"),
      update_queue_(d, "UPDATE sqs_queue SET attributes = ?2, settings = ?3, dead_letter_arn = ?4, modified_at = ?5 WHERE id = ?1"),
      tag_queue_(d, "UPDATE sqs_queue SET tags = ?2 WHERE id = ?1"),
      purge_queue_(d, "UPDATE sqs_queue SET purged_at = ?2 WHERE id = ?1"),
      delete_queue_(d, "DELETE FROM sqs_queue WHERE id = ?"),
      find_queue_(d, "SELECT settings, visible, in_flight, delayed, newest_at, last_number, last_turn FROM sqs_queue WHERE id = ?"),
      put_counters_(d,
                    "UPDATE sqs_queue SET visible = ?2, in_flight = ?3, delayed = ?4, newest_at = ?5, last_number = ?6, "
                    "last_turn = ?7 WHERE id = ?1"),
      put_deleted_(d, "INSERT OR REPLACE INTO sqs_deleted_queue SELECT account, region, name, ?2 FROM sqs_queue WHERE id = ?1"),
      forget_deleted_(d, "DELETE FROM sqs_deleted_queue WHERE account = ? AND region = ? AND name = ?"),
      queues_with_work_(d,
                        "SELECT id FROM sqs_queue WHERE visible + in_flight + delayed > 0 UNION "
                        "SELECT queue FROM sqs_move_task INDEXED BY sqs_move_task_running WHERE status = 'RUNNING' ORDER BY 1"),
      move_tasks_(d) {}

SqsProjection::OpenQueue& SqsProjection::open(int64_t queue) {
  auto known = open_queues_.find(queue);
  if (known != open_queues_.end()) return *known->second;
  if (open_queues_.size() >= kOpenQueuesMax) {
    flush();
    open_queues_.clear();
  }
  QueueSettings settings;
  QueueCounters counters;
  {
    auto row = find_queue_.query(queue);
    CHECK_INVARIANT(row.next());
    settings = from_json<QueueSettings>(row.bytes(0));
    counters = {.visible = row.integer(1),
                .in_flight = row.integer(2),
                .delayed = row.integer(3),
                .newest_at = row.integer(4),
                .last_number = row.integer(5),
                .last_turn = row.integer(6)};
  }
  auto opened = std::make_unique<OpenQueue>(database_, queue, std::move(settings), counters);
  return *open_queues_.emplace(queue, std::move(opened)).first->second;
}

MessageTables& SqsProjection::change(int64_t queue) {
  OpenQueue& opened = open(queue);
  opened.dirty = true;
  return opened.tables;
}

/// Opening the one might close the other.
void SqsProjection::open_both(int64_t one, int64_t other) {
  open(one);
  open(other);
  open(one);
}

void SqsProjection::apply(const Envelope& envelope, const QueueCreated& e) {
  auto id = static_cast<int64_t>(envelope.sequence);
  put_queue_.run(id, e.account, e.region, e.name, to_json(e.attributes), to_json(e.settings), e.settings.dead_letter_arn, to_json(e.tags),
                 e.created_at);
  forget_deleted_.run(e.account, e.region, e.name);
  MessageTables::create(database_, id, e.settings.fifo);
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope&, const QueueDeleted& e) {
  bool fifo = open(e.queue).settings.fifo;
  open_queues_.erase(e.queue);
  MessageTables::drop(database_, e.queue, fifo);
  move_tasks_.forget_queue(e.queue);
  put_deleted_.run(e.queue, e.deleted_at);
  delete_queue_.run(e.queue);
  ++catalog_changes_;
  ++deletions_;
}

void SqsProjection::apply(const Envelope&, const QueueUpdated& e) {
  update_queue_.run(e.queue, to_json(e.attributes), to_json(e.settings), e.settings.dead_letter_arn, e.modified_at);
  open(e.queue).settings = e.settings;
  if (e.delays_again) change(e.queue).delay_again(e.settings.delay_s * kSecondMs);
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope&, const QueueTagged& e) {
  tag_queue_.run(e.queue, to_json(e.tags));
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope&, const QueuePurged& e) {
  change(e.queue).clear();
  purge_queue_.run(e.queue, e.purged_at);
  ++catalog_changes_;
}

void SqsProjection::apply(const Envelope& envelope, const MessageSent& e) {
  auto message = static_cast<int64_t>(envelope.sequence);
  OpenQueue& queue = open(e.queue);
  queue.dirty = true;
  queue.tables.put(Message{.id = message,
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
                           .due_at = e.visible_at});
  if (!queue.settings.fifo) return;
  queue.tables.note_duplicates(message, e, duplicate_key(queue.settings, e.group, e.deduplication));
}

void SqsProjection::apply(const Envelope&, const MessageReceived& e) { change(e.queue).receive(e); }

void SqsProjection::apply(const Envelope& envelope, const ReceiveAttempted& e) {
  change(e.queue).note_attempt(static_cast<int64_t>(envelope.sequence), e);
}

void SqsProjection::apply(const Envelope&, const VisibilityChanged& e) {
  if (e.visible_at > 0) change(e.queue).hide(e.message, e.visible_at);
  else change(e.queue).show(e.message);
}

void SqsProjection::apply(const Envelope&, const MessageDeleted& e) { change(e.queue).remove(e.message); }

void SqsProjection::apply(const Envelope& envelope, const MessageMoved& e) {
  open_both(e.queue, e.target);
  change(e.queue).move(e, static_cast<int64_t>(envelope.sequence), change(e.target));
}

void SqsProjection::apply(const Envelope&, const MessagesDue& e) {
  MessageTables& tables = change(e.queue);
  for (int64_t message : e.messages) {
    if (e.cause == "retention") tables.remove(message);
    else tables.show(message);
  }
}

void SqsProjection::apply(const Envelope& envelope, const MoveTaskStarted& e) {
  move_tasks_.start(static_cast<int64_t>(envelope.sequence), e);
}

void SqsProjection::apply(const Envelope& envelope, const MessageRedriven& e) {
  open_both(e.queue, e.target);
  change(e.queue).redrive(e, static_cast<int64_t>(envelope.sequence), change(e.target));
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
  for (auto& [id, queue] : open_queues_) {
    if (!queue->dirty) continue;
    const QueueCounters& c = queue->counters;
    put_counters_.run(id, c.visible, c.in_flight, c.delayed, c.newest_at, c.last_number, c.last_turn);
    queue->dirty = false;
  }
}

}  // namespace cloudemu::sqs
