#include "projections/sqs_move_tasks.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::sqs {

namespace {

constexpr std::string_view kSelect =
    "SELECT id, task_id, target_arn, per_second, to_move, moved, started_at, status, failure FROM sqs_move_task ";

MoveTask read_task(const sqlite::Query& row) {
  return MoveTask{.id = row.integer(0),
                  .task_id = row.text(1),
                  .target_arn = row.text(2),
                  .per_second = row.integer(3),
                  .to_move = row.integer(4),
                  .moved = row.integer(5),
                  .started_at = row.integer(6),
                  .status = row.text(7),
                  .failure = row.text(8)};
}

}  // namespace

TimeMs MoveTask::time_after(int64_t others) const { return started_at + (others * kSecondMs + per_second - 1) / per_second; }

int64_t MoveTask::allowed_by(TimeMs time) const {
  if (per_second == 0) return to_move;
  TimeMs passed = time - started_at;
  return passed < 0 ? 0 : std::min(passed * per_second / kSecondMs + 1, to_move);
}

void MoveTasks::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE sqs_move_task(
      id INTEGER PRIMARY KEY, queue INTEGER NOT NULL, task_id TEXT NOT NULL, target_arn TEXT NOT NULL, per_second INTEGER NOT NULL,
      to_move INTEGER NOT NULL, moved INTEGER NOT NULL, started_at INTEGER NOT NULL, status TEXT NOT NULL, failure TEXT NOT NULL);
    CREATE INDEX sqs_move_task_queue ON sqs_move_task(queue, id);
    CREATE INDEX sqs_move_task_running ON sqs_move_task(queue) WHERE status = 'RUNNING';
  )sql");
}

MoveTasks::MoveTasks(sqlite::Database& d)
    : put_(d, "INSERT INTO sqs_move_task VALUES(?, ?, ?, ?, ?, ?, 0, ?, 'RUNNING', '')"),
      trim_(d, "DELETE FROM sqs_move_task WHERE id IN (SELECT id FROM sqs_move_task WHERE queue = ? ORDER BY id DESC LIMIT -1 OFFSET ?)"),
      count_(d, "UPDATE sqs_move_task SET moved = moved + 1 WHERE id = ?"),
      end_(d, "UPDATE sqs_move_task SET status = ?2, failure = ?3 WHERE id = ?1"),
      forget_(d, "DELETE FROM sqs_move_task WHERE queue = ?"),
      running_(d, concat(kSelect, "INDEXED BY sqs_move_task_running WHERE queue = ? AND status = 'RUNNING'")),
      latest_(d, concat(kSelect, "WHERE queue = ? ORDER BY id DESC LIMIT ?")) {}

void MoveTasks::start(int64_t task, const MoveTaskStarted& e) {
  put_.run(task, e.queue, e.task_id, e.target_arn, e.per_second, e.to_move, e.started_at);
  trim_.run(e.queue, kKeptMax);
}

void MoveTasks::count(const MessageRedriven& e) { count_.run(e.task); }
void MoveTasks::end(const MoveTaskEnded& e) { end_.run(e.task, e.status, e.failure); }
void MoveTasks::forget_queue(int64_t queue) { forget_.run(queue); }

std::optional<MoveTask> MoveTasks::running(int64_t queue) {
  auto row = running_.query(queue);
  if (!row.next()) return std::nullopt;
  return read_task(row);
}

std::vector<MoveTask> MoveTasks::latest(int64_t queue, size_t limit) {
  std::vector<MoveTask> tasks;
  for (auto row = latest_.query(queue, limit); row.next();) tasks.push_back(read_task(row));
  return tasks;
}

}  // namespace cloudemu::sqs
