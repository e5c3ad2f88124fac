#pragma once
#include <optional>
#include <string>
#include <vector>

#include "events/sqs_task_events.h"
#include "projections/sqlite.h"

namespace cloudemu::sqs {

/// A message move task. At most one of a queue is running.
struct MoveTask {
  int64_t id = 0;
  std::string task_id, target_arn;
  int64_t per_second = 0, to_move = 0, moved = 0;
  TimeMs started_at = 0;
  std::string status, failure;

  bool running() const { return status == kRunning; }
  /// At a rate: when the message may be moved that comes after so many others.
  TimeMs time_after(int64_t others) const;
  /// How many may have been moved by then, of those that are to be moved.
  int64_t allowed_by(TimeMs time) const;

  static constexpr std::string_view kRunning = "RUNNING";
};

/// The message move tasks of all queues.
class MoveTasks {
 public:
  explicit MoveTasks(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  void start(int64_t task, const MoveTaskStarted& event);
  void count(const MessageRedriven& event);
  void end(const MoveTaskEnded& event);
  void forget_queue(int64_t queue);

  std::optional<MoveTask> running(int64_t queue);
  /// The latest of a queue, newest first.
  std::vector<MoveTask> latest(int64_t queue, size_t limit);

  /// So many of a queue are kept: ListMessageMoveTasks shows no more.
  static constexpr int kKeptMax = 10;

 private:
  sqlite::Statement put_, trim_, count_, end_, forget_, running_, latest_;
};

}  // namespace cloudemu::sqs
