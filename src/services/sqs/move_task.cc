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

jobs::Slice move_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit) {
  auto task = state.sqs().running_task(job.subject.id);
  if (!task) return jobs::cancelled();
  Mover mover(state.sqs(), job.subject.id, *task, moment);
  int64_t wanted = std::min(task->allowed_by(moment.now) - task->moved, static_cast<int64_t>(limit));
  if (wanted > 0) {
    state.sqs().visit_receivable(job.subject.id,
                                 [&](const Message& message) { return mover.move(message) && mover.moved() < wanted && !mover.full(); });
  }
  jobs::Slice slice{.done = mover.moved()};
  if (mover.has_failed()) {
    slice.then = jobs::Slice::Then::failed;
    slice.events = mover.end("FAILED");
    return slice;
  }
  int64_t moved = task->moved + mover.moved();
  // Others may have received or deleted what was to be moved.
  bool none_left = mover.moved() < wanted && !mover.full();
  if (moved == task->to_move || none_left) {
    slice.then = jobs::Slice::Then::completed;
    slice.events = mover.end("COMPLETED");
    return slice;
  }
  slice.events = mover.take_events();
  if (moved >= task->allowed_by(moment.now)) slice.rests_until = task->time_after(moved);
  return slice;
}

jobs::JobStarted move_job(const Queue& source, TimeMs now) {
  return {.kind = std::string(jobs::kMoveMessages.name),
          .subject = source.id,
          .account = source.account,
          .region = source.region,
          .started_at = now};
}

std::optional<MoveTask> task_without_job(const State& state, int64_t queue) {
  auto task = state.sqs().running_task(queue);
  return task && !state.jobs().find_on(queue, jobs::kMoveMessages) ? task : std::nullopt;
}

}  // namespace cloudemu::sqs
