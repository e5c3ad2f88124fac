#include "engine/engine.h"

#include <algorithm>

#include "core/check.h"

namespace cloudemu {

namespace {

/// How often a call is asked again because the state failed under it.
constexpr int kStateFailuresMax = 2;
/// Between two commits of the state, at first: events, and bytes of their lines.
constexpr uint64_t kCommitEventsFirst = 2048;
constexpr uint64_t kCommitBytesFirst = 2 << 20;

bool writes(Outcome& outcome) {
  auto* events = events_of(outcome);
  return events && !events->empty();
}

}  // namespace

Engine::Engine(State& state, log::Log& log, VirtualClock& clock, Entropy& entropy, Options options, Reply reply)
    : state_(state),
      log_(log),
      clock_(clock),
      entropy_(entropy),
      options_(std::move(options)),
      send_(std::move(reply)),
      last_wall_time_(log.last_time()),
      commit_events_(std::min(kCommitEventsFirst, options_.commit_events_max)),
      commit_bytes_(std::min(kCommitBytesFirst, options_.commit_bytes_max)) {
  CHECK_INVARIANT(state_.applied() == log_.last_sequence());
  state_.begin();
  reload();
}

Engine::~Engine() = default;

Moment Engine::moment() const {
  TimeMs real = clock_.real().now();
  return Moment{.now = clock_.at(real),
                .real_now = real,
                .entropy = entropy_,
                .due_times = timers_,
                .lifecycle_day = options_.lifecycle_day,
                .history_since = options_.history_since ? options_.history_since() : 0,
                .ttl_delay_ms = options_.ttl_delay_ms,
                .clock = &clock_.history()};
}

std::optional<Unavailable> Engine::unavailable() const {
  if (state_.failure()) return Unavailable::state_failed;
  if (log_failed_ || log_.failed()) {
    auto why = log_.failure();
    if (why && why->code == Errc::no_descriptors) return Unavailable::no_descriptors;
    return !why || passes(*why) ? Unavailable::disk_full : Unavailable::log_failed;
  }
  if (disk_full_) return Unavailable::disk_full;
  return std::nullopt;
}

/// Asks the rule; where time is late, lets it happen first. An outcome that still is a Settle is to be asked for later: time has more to
/// do than one call is for.
Outcome Engine::decide(PendingCall& call, Moment moment) {
  for (int failures = 0; failures < kStateFailuresMax;) {
    Outcome outcome = call.decide(state_, moment);
    if (restore_if_failed()) {
      ++failures;
      continue;
    }
    auto* late = std::get_if<Settle>(&outcome);
    if (!late) [[likely]]
      return outcome;
    Settled settled = settle(late->subject, moment);
    if (settled == Settled::not_yet) return outcome;
    if (settled == Settled::unavailable) return outcome_of(call.unavailable(unavailable().value_or(Unavailable::log_failed)));
  }
  return outcome_of(call.unavailable(Unavailable::state_failed));
}

void Engine::run(net::ConnectionId connection, std::unique_ptr<PendingCall> call) {
  if (options_.in_turn && call->is_heavy()) return prepare(connection, std::move(call));
  run(connection, std::move(call), Patience::some);
}

void Engine::run(net::ConnectionId connection, std::unique_ptr<PendingCall> call, Patience patience) {
  Moment now = moment();
  now.may_wait = patience == Patience::some;
  // To ask a rule may use up what it has read, and to read much again takes long: it is asked once it can be answered.
  if (commit_waits_ && call->is_heavy()) return held_writes_.push_back({connection, std::move(call), patience});
  Outcome outcome = decide(*call, now);
  if (auto* late = std::get_if<Settle>(&outcome)) {
    late_calls_.push_back({connection, std::move(call), late->subject, patience});
    return;
  }
  if (lost_on(connection, outcome)) return wake_polls();
  if (commit_waits_ && writes(outcome)) return held_writes_.push_back({connection, std::move(call), patience});
  record(*call, outcome, now);
  if (auto* wait = std::get_if<Wait>(&outcome)) {
    if (wait->unfinished) to_wake_next_.push_back(wait->on);
    waiters_.park(
        {connection, std::move(call), wait->on, now.now + wait->duration_ms, monotonic_ms() + static_cast<uint64_t>(wait->duration_ms)});
  } else {
    proceed(connection, std::move(call), std::move(outcome));
  }
  if (!to_wake_.empty()) wake_polls();
}

/// What follows once an outcome was recorded that waits for nothing to happen.
void Engine::proceed(net::ConnectionId connection, std::unique_ptr<PendingCall> call, Outcome outcome) {
  if (auto* answer = std::get_if<Answer>(&outcome)) return finish(connection, std::move(call), std::move(*answer));
  if (std::holds_alternative<Part>(outcome)) return continue_later(connection, std::move(call));
  await_digests(connection, std::move(call), std::get<DigestRequest>(std::move(outcome)));
}

void Engine::await_digests(net::ConnectionId connection, std::unique_ptr<PendingCall> call, DigestRequest request) {
  uint64_t ticket = next_ticket_++;
  digesting_.emplace(ticket, Digesting{connection, std::move(call)});
  options_.digest_blobs(std::move(request), [this, ticket](std::optional<Digests> digests) { on_digests(ticket, std::move(digests)); });
}

/// Asks the call again: the state may have changed meanwhile, and the rule then asks for digests of what is there now.
void Engine::on_digests(uint64_t ticket, std::optional<Digests> digests) {
  auto found = digesting_.find(ticket);
  if (found == digesting_.end()) return;
  Digesting waiting = std::move(found->second);
  digesting_.erase(found);
  if (!digests) return reply(waiting.connection, waiting.call->unavailable(Unavailable::log_failed), nullptr);
  waiting.call->set_digests(std::move(*digests));
  run(waiting.connection, std::move(waiting.call), Patience::some);
}

void Engine::finish(net::ConnectionId connection, std::unique_ptr<PendingCall> call, Answer answer) {
  if (!answer.body.empty()) {
    answer.response.source = options_.open_blobs(std::move(answer.body), call->resource());
    answer.response.if_unreadable = std::make_shared<http::Response>(call->unavailable(Unavailable::log_failed));
  }
  reply(connection, std::move(answer.response), std::move(call));
}

void Engine::reply(net::ConnectionId connection, http::Response response, std::unique_ptr<PendingCall> call) {
  log::Sequence seen = state_.applied();
  response.set("x-cloudemu-seq", std::to_string(seen));
  // After a failure the state holds durable events only.
  if (!options_.persistent || log_failed_ || log_.durable() >= seen) return send(connection, std::move(response), std::move(call));
  held_.push_back({seen, connection, std::move(response), std::move(call)});
}

void Engine::send(net::ConnectionId connection, http::Response response, std::unique_ptr<PendingCall> call) {
  if (call && options_.replied) options_.replied(*call, response);
  send_(connection, std::move(response));
  if (call) let_go(std::move(call));
}

/// A call that waits, and whose client has gone, is not asked again.
bool Engine::client_left(net::ConnectionId connection) {
  size_t dropped = std::erase_if(digesting_, [&](const auto& entry) { return entry.second.connection == connection; });
  dropped += std::erase_if(late_calls_, [&](const LateCall& late) { return late.connection == connection; });
  dropped += std::erase_if(held_writes_, [&](const HeldWrite& held) { return held.connection == connection; });
  return !waiters_.drop(connection) && dropped == 0;
}

void Engine::end_of_turn() {
  submit();
  commit_state(Commit::if_due);
}

void Engine::on_log_progress() {
  if (log_.failed() != log_failed_) return log_failed_ ? on_log_recovery() : on_log_failure();
  log::Sequence durable = log_.durable();
  while (!held_.empty() && held_.front().sequence <= durable) {
    Held held = std::move(held_.front());
    held_.pop_front();
    send(held.connection, std::move(held.response), std::move(held.call));
  }
  continue_next();
}

void Engine::shut_down() {
  if (commit_waits_) commit_state(Commit::force);
  while (!in_parts_.empty()) continue_now();
  while (auto parked = waiters_.take_any()) run(parked->connection, std::move(parked->call), Patience::none);
  while (has_late_calls()) run_due(clock_.now(), UINT64_MAX);
  for (auto& [ticket, waiting] : std::exchange(digesting_, {})) {
    reply(waiting.connection, waiting.call->unavailable(Unavailable::log_failed), nullptr);
  }
  commit_state(Commit::force);
}

}  // namespace cloudemu
