#include "services/sqs/due.h"

namespace cloudemu::sqs {

std::vector<Event> due_messages(const SqsReadModel& state, int64_t queue, const Moment& moment, size_t limit) {
  TimeMs now = moment.now;
  std::vector<Event> events;
  MessagesDue expired{.queue = queue, .cause = "retention", .messages = state.expired(queue, now, limit), .due_at = now};
  if (!expired.messages.empty()) {
    events.push_back(std::move(expired));
    return events;  // what is gone cannot become visible as well
  }
  MessagesDue timed_out{.queue = queue, .cause = "visibility-timeout"}, delayed{.queue = queue, .cause = "delay"};
  for (const auto& due : state.due(queue, now, limit)) {
    MessagesDue& event = due.state == MessageState::delayed ? delayed : timed_out;
    event.messages.push_back(due.message);
    event.due_at = due.at;
  }
  if (!timed_out.messages.empty()) events.push_back(std::move(timed_out));
  if (!delayed.messages.empty()) events.push_back(std::move(delayed));
  return events;
}

}  // namespace cloudemu::sqs
