// The engine's long polls: woken when there may be something for them, ended when their time is over.
#include "engine/engine.h"

namespace cloudemu {

/// Whether an outcome would be given to somebody who has gone: then it must not happen. Asked as late as can be, because clients give
/// up waiting at any moment.
bool Engine::lost_on(net::ConnectionId connection, const Outcome& outcome) const {
  auto* answer = std::get_if<Answer>(&outcome);
  return answer && answer->gives_away && !is_there(connection);
}

bool Engine::is_there(net::ConnectionId connection) const { return !options_.client_there || options_.client_there(connection); }

void Engine::wake_polls() {
  while (!to_wake_.empty() && !commit_waits_) {
    Subject subject = to_wake_.back();
    to_wake_.pop_back();
    if (!waiters_.any_on(subject)) continue;
    if (timers_.overdue(subject, clock_.now()) && settle(subject, moment()) == Settled::not_yet) {
      std::erase(to_wake_, subject);  // run_due() wakes them when it is done with the subject
      continue;
    }
    // One poll after the other, until one goes back to waiting: then there is nothing left to hand out.
    while (auto parked = waiters_.take_first(subject)) {
      net::ConnectionId connection = parked->connection;
      wake_poll(std::move(*parked));
      if (waiters_.waits(connection)) break;
    }
  }
}

void Engine::wake_poll(Waiters::Parked parked) {
  Moment now = moment();
  Outcome outcome = decide(*parked.call, now);
  // A moment has passed since the subject was settled; what time did in it wakes the poll again.
  if (std::holds_alternative<Settle>(outcome)) return waiters_.park_again(std::move(parked));
  if (lost_on(parked.connection, outcome)) return;
  record(*parked.call, outcome, now);
  if (auto* wait = std::get_if<Wait>(&outcome)) {
    if (wait->unfinished) to_wake_next_.push_back(parked.subject);
    waiters_.park_again(std::move(parked));
  } else {
    proceed(parked.connection, std::move(parked.call), std::move(outcome));
  }
}

void Engine::end_polls() {
  while (auto parked = waiters_.take_due(clock_.now(), monotonic_ms())) {
    run(parked->connection, std::move(parked->call), Patience::none);
  }
  wake_polls();
}

}  // namespace cloudemu
