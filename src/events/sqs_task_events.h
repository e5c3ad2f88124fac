#pragma once
#include <cstdint>
#include <string>

#include "core/clock.h"
#include "events/fields.h"

/// The facts of message move tasks, which take messages out of dead-letter queues again. `queue` is the dead-letter queue, `task` the
/// number of the task: the sequence of its MoveTaskStarted.
namespace cloudemu::sqs {

struct MoveTaskStarted {
  static constexpr std::string_view kType = "sqs.MoveTaskStarted";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  std::string task_id;
  std::string target_arn;  ///< empty: each message goes back to the queue that it came from
  int64_t per_second = 0;  ///< messages a second; 0: as quickly as may be
  int64_t to_move = 0;     ///< messages that are visible now, and no more are moved
  TimeMs started_at = 0;

  bool operator==(const MoveTaskStarted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("task_id", self.task_id);
    fields("target_arn", self.target_arn);
    fields("per_second", self.per_second);
    fields("to_move", self.to_move);
    fields("started_at", self.started_at);
  }
};

/// A task moved a message, which is a new one where it is now.
struct MessageRedriven {
  static constexpr std::string_view kType = "sqs.MessageRedriven";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  int64_t message = 0;
  int64_t task = 0;
  int64_t target = 0;      ///< the queue it is in now
  std::string message_id;  ///< that it has now
  int64_t number = 0;      ///< FIFO: as of MessageSent
  TimeMs moved_at = 0;

  bool operator==(const MessageRedriven&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("message", self.message);
    fields("task", self.task);
    fields("target", self.target);
    fields("message_id", self.message_id);
    fields("number", self.number);
    fields("moved_at", self.moved_at);
  }
};

struct MoveTaskEnded {
  static constexpr std::string_view kType = "sqs.MoveTaskEnded";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  int64_t task = 0;
  std::string status;   ///< as AWS calls it: COMPLETED, CANCELLED, FAILED
  std::string failure;  ///< FailureReason
  TimeMs ended_at = 0;

  bool operator==(const MoveTaskEnded&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("task", self.task);
    fields("status", self.status);
    fields("failure", self.failure);
    fields("ended_at", self.ended_at);
  }
};

}  // namespace cloudemu::sqs
