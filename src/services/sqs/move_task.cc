#include "services/sqs/move_task.h"

#include <algorithm>
#include <map>

#include "services/sqs/queue_url.h"

namespace cloudemu::sqs {

namespace {

/// Moves messages one by one, as events.
class Mover {
 public:
  Mover(const SqsReadModel& state, int64_t queue, const MoveTask& task, const Moment& moment)
      : state_(state), queue_(queue), task_(task), moment_(moment) {}

  /// False: the task fails with this message.
  bool move(const Message& message) {
    std::string_view arn = task_.target_arn.empty() ? message.dead_letter_source : std::string_view(task_.target_arn);
    if (arn.empty()) return failed("CouldNotDetermineMessageSource");
    auto name = parse_queue_arn(arn);
    const Queue* target = name ? state_.find_queue(name->account, name->region, name->name) : nullptr;
    if (!target) return failed("AWS.SimpleQueueService.NonExistentQueue");
    bytes_ += static_cast<int64_t>(message.body.size());
    // "All redriven messages are considered new messages with a new messageID and enqueueTime", says AWS's guide.
    events_.push_back(MessageRedriven{.queue = queue_,
                                      .message = message.id,
                                      .task = task_.id,
                                      .target = target->id,
                                      .message_id = moment_.entropy.uuid(),
                                      .number = target->settings.fifo ? next_number(target->id) : 0,
                                      .moved_at = moment_.now});
    return true;
  }

  int64_t moved() const { return static_cast<int64_t>(events_.size()); }
  /// No more fit into this time.
  bool full() const { return bytes_ >= kBytesAtOnceMax; }
  bool has_failed() const { return !failure_.empty(); }

  std::vector<Event> end(std::string status) {
    events_.push_back(
        MoveTaskEnded{.queue = queue_, .task = task_.id, .status = std::move(status), .failure = failure_, .ended_at = moment_.now});
    return take_events();
  }
  std::vector<Event> take_events() { return std::move(events_); }

 private:
  bool failed(std::string why) {
    failure_ = std::move(why);
    return false;
  }

  int64_t next_number(int64_t target) { return ++last_numbers_.try_emplace(target, state_.counters(target).last_number).first->second; }

  const SqsReadModel& state_;
  int64_t queue_;
  const MoveTask& task_;
  const Moment& moment_;
  std::map<int64_t, int64_t> last_numbers_;
  int64_t bytes_ = 0;
  std::string failure_;
  std::vector<Event> events_;
};

}  // namespace

std::vector<Event> due_moves(const SqsReadModel& state, int64_t queue, const Moment& moment, size_t limit) {
  auto task = state.running_task(queue);
  if (!task || task->next_at() > moment.now) return {};
  Mover mover(state, queue, *task, moment);
  int64_t wanted = std::min(task->allowed_by(moment.now) - task->moved, static_cast<int64_t>(limit));
  if (wanted > 0) {
    state.visit_receivable(queue, [&](const Message& message) { return mover.move(message) && mover.moved() < wanted && !mover.full(); });
  }
  if (mover.has_failed()) return mover.end("FAILED");
  bool all = task->moved + mover.moved() == task->to_move;
  // Others may have received or deleted what was to be moved.
  bool none_left = mover.moved() < wanted && !mover.full();
  return all || none_left ? mover.end("COMPLETED") : mover.take_events();
}

}  // namespace cloudemu::sqs
