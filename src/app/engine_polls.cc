// The engine's long polls: woken when there may be something for them, ended when their time is over.
#include "app/engine.h"

namespace cloudemu {

/// Whether an outcome would be given to somebody who has gone: then it must not happen. Asked as late as can be, because clients give
/// up waiting at any moment.
bool Engine::lost_on(net::ConnectionId connection, const Outcome& outcome) const {
  return outcome.gives_away && options_.client_there && !options_.client_there(connection);
}

void Engine::wake_polls() {
  while (!to_wake_.empty() && !commit_awaits_log_) {
    int64_t queue = to_wake_.back();
    to_wake_.pop_back();
    if (!waiters_.any_on(queue)) continue;
    if (timers_.overdue(queue, clock_.now()) && settle_queue(queue, moment()) == Settled::not_yet) {
      std::erase(to_wake_, queue);  // run_due() wakes them when it is done with the queue
      continue;
    }
    // One poll after the other, until one goes back to waiting: then there is nothing left to hand out.
    while (auto parked = waiters_.take_first(queue)) {
      net::ConnectionId connection = parked->connection;
      wake_poll(std::move(*parked));
      if (waiters_.waits(connection)) break;
    }
  }
}

void Engine::wake_poll(Waiters::Parked parked) {
  Moment now = moment();
  Outcome outcome = decide(*parked.call, now);
  // A moment has passed since the queue was settled; what time did in it wakes the poll again.
  if (outcome.settle && !unavailable()) return waiters_.park_again(std::move(parked));
  if (lost_on(parked.connection, outcome)) return;
  record(*parked.call, outcome, now);
  if (outcome.wait) {
    if (outcome.wait->unfinished) to_wake_next_.push_back(parked.queue);
    return waiters_.park_again(std::move(parked));
  }
  finish(parked.connection, std::move(parked.call), std::move(outcome));
}

void Engine::end_polls() {
  while (auto parked = waiters_.take_due(clock_.now(), monotonic_ms())) {
    run(parked->connection, std::move(parked->call), Patience::none);
  }
  wake_polls();
}

}  // namespace cloudemu
