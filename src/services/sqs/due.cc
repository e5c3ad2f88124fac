#include "services/sqs/due.h"

#include "services/sqs/move_task.h"

namespace cloudemu::sqs {

DueWork due_work(const SqsReadModel& state, int64_t queue, const Moment& moment, size_t limit) {
  TimeMs now = moment.now;
  DueWork work{.info = {.operation = "Timer:Messages"}, .events = {}};
  MessagesDue expired{.queue = queue, .cause = "retention", .messages = state.expired(queue, now, limit), .due_at = now};
  if (!expired.messages.empty()) {
    work.events.push_back(std::move(expired));
    return work;  // what is gone cannot become visible as well
  }
  MessagesDue timed_out{.queue = queue, .cause = "visibility-timeout"}, delayed{.queue = queue, .cause = "delay"};
  for (const auto& due : state.due(queue, now, limit)) {
    MessagesDue& event = due.state == MessageState::delayed ? delayed : timed_out;
    event.messages.push_back(due.message);
    event.due_at = due.at;
  }
  if (!timed_out.messages.empty()) work.events.push_back(std::move(timed_out));
  if (!delayed.messages.empty()) work.events.push_back(std::move(delayed));
  // What becomes visible may be moved, but next time: the state must know of it.
  if (work.events.empty()) work.events = due_moves(state, queue, moment, limit);
  return work;
}

}  // namespace cloudemu::sqs
