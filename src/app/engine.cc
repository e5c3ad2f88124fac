#include "app/engine.h"

#include <algorithm>

#include "core/check.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "events/blobs_of.h"
#include "events/codec.h"
#include "services/effects.h"
#include "services/jobs.h"
#include "services/sqs/due.h"

namespace cloudemu {

namespace {

/// Messages that one call of the processor deals with: about a millisecond of work.
constexpr size_t kDueMessagesMax = 500;
/// Calls of the processor that a request waits for at once. Whatever is left is done in later turns of the loop, with others in
/// between: a million messages may expire at one moment.
constexpr int kSettleRoundsMax = 5;
/// Units of work in a slice of a job: one or two milliseconds.
constexpr size_t kSliceUnits = 200;
/// Units of work between two commits of the state.
constexpr uint64_t kUnitsPerCommitMax = 1024;
/// Slices that are done within the call that starts a job: what is small is done when the reply leaves.
constexpr int kSlicesInCall = 5;
/// How often a call is asked again because the state failed under it.
constexpr int kStateFailuresMax = 2;
/// How long a state that could not be restored is left alone.
constexpr uint64_t kRestoreAgainMs = 2000;
/// A commit that is due waits until the log has caught up, but not beyond this many times its limits.
constexpr uint64_t kCommitPatience = 3;
/// How long a commit may keep the loop, and the events that one has at least, and at first.
constexpr uint64_t kCommitMsMax = 15;
constexpr uint64_t kCommitEventsMin = 1024, kCommitEventsFirst = 2048;
/// How long a commit that failed is left alone: each failure in a row doubles it, up to some minutes.
constexpr uint64_t kCommitAgainMs = 500;
constexpr int kCommitDoublingsMax = 9;

/// What is remembered to rewind the state with, in units of what is committed at once.
constexpr uint64_t kRememberedTimesMax = 4;

}  // namespace

Engine::Engine(State& state, log::Log& log, VirtualClock& clock, Entropy& entropy, Options options, Reply reply)
    : state_(state),
      log_(log),
      clock_(clock),
      entropy_(entropy),
      options_(std::move(options)),
      send_(std::move(reply)),
      last_wall_time_(log.last_time()),
      commit_events_(std::min(kCommitEventsFirst, options_.commit_events_max)) {
  CHECK_INVARIANT(state_.applied() == log_.last_sequence());
  state_.begin();
  reload();
}

Engine::~Engine() = default;

void Engine::reload() {
  clock_.set(state_.system().clock());
  timers_.clear();
  new_jobs_.clear();
  last_job_ = 0;
  last_slice_end_ = 0;
  for (int64_t queue : state_.sqs().queues_with_work()) timers_.set(queue, state_.sqs().next_due(queue));
  // Their queues may be gone.
  for (int64_t queue : waiters_.queues()) to_wake_.push_back(queue);
  wake_polls();
}

Moment Engine::moment() const {
  TimeMs real = clock_.real().now();
  return Moment{.now = clock_.at(real), .real_now = real, .entropy = entropy_, .due_times = timers_};
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

/// Asks the rule; where time is late, lets it happen first. An outcome that still says `settle` is to be asked for later, or (if
/// nothing can be written) never.
Outcome Engine::decide(PendingCall& call, Moment moment) {
  for (int failures = 0; failures < kStateFailuresMax;) {
    Outcome outcome = call.decide(state_, moment);
    if (restore_if_failed()) ++failures;
    else if (!outcome.settle || settle_queue(*outcome.settle, moment) != Settled::yes) return outcome;
  }
  return Outcome{.response = call.unavailable(Unavailable::state_failed)};
}

void Engine::run(net::ConnectionId connection, std::unique_ptr<PendingCall> call, Patience patience) {
  Moment now = moment();
  now.may_wait = patience == Patience::some;
  Outcome outcome = decide(*call, now);
  if (outcome.settle && !unavailable()) {
    late_calls_.push_back({connection, std::move(call), *outcome.settle, patience});
    return;
  }
  if (lost_on(connection, outcome)) return wake_polls();
  if (commit_awaits_log_ && !outcome.events.empty()) return held_writes_.push_back({connection, std::move(call), patience});
  record(*call, outcome, now);
  if (outcome.digests) {
    await_digests(connection, std::move(call), std::move(*outcome.digests));
  } else if (outcome.wait) {
    if (outcome.wait->unfinished) to_wake_next_.push_back(outcome.wait->queue);
    waiters_.park({connection, std::move(call), outcome.wait->queue, now.now + outcome.wait->duration_ms,
                   monotonic_ms() + static_cast<uint64_t>(outcome.wait->duration_ms)});
  } else {
    finish(connection, std::move(call), std::move(outcome));
  }
  if (!to_wake_.empty()) wake_polls();
}

/// Appends and applies what a call comes to. If that cannot be kept, or time could not do its work first, the outcome becomes a
/// refusal.
void Engine::record(PendingCall& call, Outcome& outcome, const Moment& moment) {
  if (outcome.events.empty() && !outcome.settle) return;
  if (auto why = unavailable()) {
    outcome = Outcome{.response = call.unavailable(*why)};
    return;
  }
  if (!append(call.info(), call.request_id(), moment, std::move(outcome.events))) {
    outcome = Outcome{.response = call.unavailable(Unavailable::too_large)};
  }
  if (!new_jobs_.empty()) run_new_jobs();
}

void Engine::run_new_jobs() {
  for (int64_t id : std::exchange(new_jobs_, {})) {
    for (int slice = 0; slice < kSlicesInCall; ++slice) {
      if (auto job = state_.jobs().find(id)) run_slice(*job);
    }
  }
}

void Engine::run_slice(const jobs::Job& job) {
  Moment now = moment();
  jobs::SliceCall slice = jobs::next_slice(state_, job, now, kSliceUnits);
  if (restore_if_failed()) return;
  append_work(slice.info, now, std::move(slice.events));
  // Other calls change the same few pages again and again, a job goes through all of them: its commits must not wait for as many.
  uncommitted_events_ += static_cast<uint64_t>(slice.done) * std::max<uint64_t>(1, commit_events_ / kUnitsPerCommitMax);
}

bool Engine::has_job_work() const {
  return state_.jobs().any() && !commit_awaits_log_ && !unavailable() && log_.durable() >= last_slice_end_;
}

void Engine::run_jobs(uint64_t budget_ms) {
  if (!has_job_work()) return;
  uint64_t start = monotonic_ms();
  do {
    auto job = state_.jobs().next(last_job_);
    if (!job) return;  // only if the state has failed
    last_job_ = job->id;
    run_slice(*job);
  } while (state_.jobs().any() && monotonic_ms() - start < budget_ms);
  last_slice_end_ = state_.applied();
  if (!to_wake_.empty()) wake_polls();
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
  run(waiting.connection, std::move(waiting.call));
}

void Engine::finish(net::ConnectionId connection, std::unique_ptr<PendingCall> call, Outcome outcome) {
  if (!outcome.body.empty()) {
    outcome.response.source = options_.open_blobs(std::move(outcome.body), call->resource());
    outcome.response.if_unreadable = std::make_shared<http::Response>(call->unavailable(Unavailable::log_failed));
  }
  reply(connection, std::move(outcome.response), std::move(call));
}

/// False, and nothing has happened, if the events are more than one call may write.
bool Engine::append(const CallInfo& info, uint64_t request_id, const Moment& moment, std::vector<Event> events) {
  Envelope envelope;
  envelope.wall_time = std::max(last_wall_time_, moment.real_now);
  envelope.time = moment.now;
  envelope.request_id = request_id;
  envelope.call = info;
  envelope.sequence = state_.applied();
  lines_.clear();
  for (const Event& event : events) {
    ++envelope.sequence;
    auto write = [&](std::string& out) {
      if (log_.keeps_events()) codec::append_line(out, envelope, event);
    };
    if (!lines_.add(write)) return false;
    envelope.call.reset();
  }
  for (Event& event : events) {
    envelope.sequence = state_.applied() + 1;
    envelope.event = std::move(event);
    state_.apply(envelope);
    note_effects(envelope.event);
    if (options_.blob_named) for_each_blob(envelope.event, options_.blob_named);
  }
  if (state_.any_unused_blobs()) {
    for (const std::string& name : state_.take_unused_blobs()) options_.blob_unnamed(name);
  }
  last_wall_time_ = envelope.wall_time;
  log_.append(lines_, envelope.wall_time);
  CHECK_INVARIANT(state_.applied() == log_.last_sequence());
  if (options_.persistent) note_uncommitted();
  restore_if_failed();  // what is in the log has happened, whatever became of it here
  return true;
}

void Engine::note_uncommitted() {
  if (uncommitted_events_ == 0) first_uncommitted_ms_ = monotonic_ms();
  uncommitted_events_ += lines_.count();
  uncommitted_lines_.append(lines_.text());
  // While nothing can be committed, the log itself must do.
  if (uncommitted_lines_.size() > kRememberedTimesMax * options_.commit_bytes_max) uncommitted_lines_ = {};
}

void Engine::note_effects(const Event& event) {
  Effects effects = effects_of(event);
  if (effects.wakes) to_wake_.push_back(*effects.wakes);
  if (effects.due_at) timers_.note(effects.queue, *effects.due_at);
  if (effects.forgets) timers_.set(*effects.forgets, std::nullopt);
  if (effects.starts_job) new_jobs_.push_back(static_cast<int64_t>(state_.applied()));
}

bool Engine::append_own(const CallInfo& info, std::vector<Event> events) {
  if (unavailable()) return false;
  return append(info, entropy_.next(), moment(), std::move(events));
}

void Engine::reply(net::ConnectionId connection, http::Response response, std::unique_ptr<PendingCall> call) {
  log::Sequence seen = state_.applied();
  response.set("x-cloudemu-seq", std::to_string(seen));
  // After a failure the state holds durable events only.
  if (!options_.persistent || log_failed_ || log_.durable() >= seen) return send(connection, std::move(response), call.get());
  held_.push_back({seen, connection, std::move(response), std::move(call)});
}

void Engine::send(net::ConnectionId connection, http::Response response, const PendingCall* call) {
  if (call && options_.replied) options_.replied(*call, response);
  send_(connection, std::move(response));
}

/// A call that waits, and whose client has gone, is not asked again.
bool Engine::client_left(net::ConnectionId connection) {
  size_t dropped = std::erase_if(digesting_, [&](const auto& entry) { return entry.second.connection == connection; });
  dropped += std::erase_if(late_calls_, [&](const LateCall& late) { return late.connection == connection; });
  dropped += std::erase_if(held_writes_, [&](const HeldWrite& held) { return held.connection == connection; });
  return !waiters_.drop(connection) && dropped == 0;
}

void Engine::end_of_turn() {
  log_.submit();
  commit_state(Commit::if_due);
}

void Engine::on_log_progress() {
  if (log_.failed() != log_failed_) return log_failed_ ? on_log_recovery() : on_log_failure();
  log::Sequence durable = log_.durable();
  while (!held_.empty() && held_.front().sequence <= durable) {
    Held held = std::move(held_.front());
    held_.pop_front();
    send(held.connection, std::move(held.response), held.call.get());
  }
  commit_state(Commit::if_due);  // perhaps the log has caught up
}

/// Nobody may see what the log could not keep: the state goes back, and those who wait for a reply are told.
void Engine::on_log_failure() {
  log_failed_ = true;
  Error failure = *log_.failure();
  std::fprintf(stderr, "cloudemu: writing the log failed: %s. Reads go on; writes are refused %s.\n", failure.context.c_str(),
               passes(failure) ? "until there is room again" : "until a restart");
  log_.forget_refused();
  log::Sequence durable = log_.durable();
  restore_state();
  new_jobs_.clear();
  last_slice_end_ = std::min(last_slice_end_, durable);
  Unavailable why = unavailable().value_or(Unavailable::log_failed);
  for (Held& held : std::exchange(held_, {})) {
    bool kept = held.sequence <= durable;
    if (!kept) held.response = held.call ? held.call->unavailable(why) : http::Response{.status = 503};
    send(held.connection, std::move(held.response), held.call.get());
  }
}

void Engine::on_log_recovery() {
  log_failed_ = false;
  std::fprintf(stderr, "cloudemu: the log can be written again; writes are taken.\n");
}

/// Takes the state back to its last commit, and on to event `until`, by what is remembered since: neither descriptors nor a disk that can
/// be read are needed.
Result<void> Engine::rewind(log::Sequence until) {
  TRY(state_.roll_back());
  state_.begin();
  std::string_view lines = uncommitted_lines_;
  uncommitted_events_ = 0;
  while (!lines.empty() && state_.applied() < until) {
    size_t end = lines.find('\n');
    Envelope envelope = TRY(codec::read_line(lines.substr(0, end), codec::WithCall::no));
    if (envelope.sequence != state_.applied() + 1) break;
    state_.apply(envelope);
    lines.remove_prefix(end + 1);
    ++uncommitted_events_;
  }
  uncommitted_lines_.resize(uncommitted_lines_.size() - lines.size());
  if (state_.failure()) return fail(*state_.failure());
  if (state_.applied() != until) return fail(Errc::io, "it was committed at another event");
  return {};
}

/// The log is the truth: the state becomes what it says. What cannot be restored now stays numb, and every call is refused.
void Engine::restore_state() {
  if (!options_.rewind) return;
  if (!log_failed_ && !log_.flush()) return on_log_failure();
  log::Sequence until = log_failed_ ? log_.durable() : log_.last_sequence();
  auto rewound = rewind(until);
  if (!rewound) {
    rewound = options_.rewind(state_, until);
    uncommitted_lines_.clear();
    uncommitted_events_ = state_.failure() ? 0 : 1;  // what was replayed is to be committed
  }
  if (!rewound) std::fprintf(stderr, "cloudemu: the state cannot be restored: %s\n", rewound.error().context.c_str());
  restore_again_ms_ = monotonic_ms() + kRestoreAgainMs;
  first_uncommitted_ms_ = monotonic_ms();
  reload();
}

/// True if the state has failed: whatever was read from it is not to be used.
bool Engine::restore_if_failed() {
  if (!state_.failure()) [[likely]]
    return false;
  if (monotonic_ms() >= restore_again_ms_) restore_state();
  return true;
}

Engine::Settled Engine::settle_queue(int64_t queue, const Moment& moment) {
  // Behind calls that wait for the same queue, a further one does not take a share of its own.
  bool others_wait = std::any_of(late_calls_.begin(), late_calls_.end(), [&](const LateCall& late) { return late.queue == queue; });
  for (int round = others_wait ? kSettleRoundsMax : 0; round < kSettleRoundsMax; ++round) {
    sqs::DueWork work = sqs::due_work(state_.sqs(), queue, moment, kDueMessagesMax);
    if (restore_if_failed()) continue;
    if (work.events.empty()) {
      timers_.set(queue, state_.sqs().next_due(queue));
      return Settled::yes;
    }
    if (unavailable()) return Settled::unavailable;
    append_work(work.info, moment, std::move(work.events));
  }
  return unavailable() ? Settled::unavailable : Settled::not_yet;
}

/// What time or a job did: it has limits of its own, far below what a call may write.
void Engine::append_work(const CallInfo& info, const Moment& moment, std::vector<Event> events) {
  CHECK_INVARIANT(append(info, entropy_.next(), moment, std::move(events)));
}

/// Asks the calls again whose queues are settled, in the order that they came in; if nothing can be written, all: they are refused.
void Engine::run_late_calls() {
  std::deque<LateCall> waiting = std::move(late_calls_);
  late_calls_.clear();
  for (LateCall& late : waiting) {
    if (!unavailable() && timers_.overdue(late.queue, clock_.now())) late_calls_.push_back(std::move(late));
    else run(late.connection, std::move(late.call), late.patience);
  }
}

std::optional<TimeMs> Engine::run_due(TimeMs until, uint64_t budget_ms) {
  uint64_t start = monotonic_ms();
  while (auto first = timers_.first()) {
    auto [at, queue] = *first;
    if (at > until || unavailable() || monotonic_ms() - start >= budget_ms) break;
    Moment then = moment();
    then.now = at;
    sqs::DueWork work = sqs::due_work(state_.sqs(), queue, then, kDueMessagesMax);
    if (restore_if_failed()) continue;
    if (!work.events.empty()) {
      append_work(work.info, then, std::move(work.events));
      continue;
    }
    timers_.set(queue, state_.sqs().next_due(queue));
    to_wake_.push_back(queue);
  }
  run_late_calls();
  for (int64_t queue : std::exchange(to_wake_next_, {})) to_wake_.push_back(queue);
  if (!to_wake_.empty()) wake_polls();
  return next_due();
}

std::optional<TimeMs> Engine::next_due() const {
  auto next = timers_.first();
  if (!next || commit_awaits_log_ || unavailable()) return std::nullopt;
  return next->first;
}

void Engine::commit_state(Commit when) {
  commit_awaits_log_ = !commit_or_await(when);
  if (!commit_awaits_log_) run_held_writes();
}

/// In the order in which they came. Nothing holds them back any more: what cannot be written is refused.
void Engine::run_held_writes() {
  if (held_writes_.empty() && to_wake_.empty()) return;
  for (HeldWrite& held : std::exchange(held_writes_, {})) run(held.connection, std::move(held.call), held.patience);
  wake_polls();
  log_.submit();  // perhaps nothing else happens in this turn
}

/// False: a commit is due, but the log is not yet as far as the state.
bool Engine::commit_or_await(Commit when) {
  if (restore_if_failed() || !options_.persistent || uncommitted_events_ == 0 || log_failed_) return true;
  uint64_t now_ms = monotonic_ms();
  if (when == Commit::if_due) {
    auto reached = [&](uint64_t times) {
      return uncommitted_events_ >= times * commit_events_ || uncommitted_lines_.size() >= times * options_.commit_bytes_max ||
             now_ms - first_uncommitted_ms_ >= times * options_.commit_idle_ms;
    };
    if (!reached(1) || now_ms < commit_again_ms_) return true;
    if (log_.durable() < state_.applied() && !reached(kCommitPatience)) return false;
  }
  if (log_.wait_durable()) commit_now();
  else on_log_failure();
  return true;
}

void Engine::commit_now() {
  uint64_t start_ms = monotonic_ms();
  Checkpoint checkpoint{.sequence = state_.applied(),
                        .chain = hex(std::string_view(log_.chain().data(), log_.chain().size())),
                        .boot_id = options_.boot_id,
                        .clean = false};
  if (auto committed = state_.commit(checkpoint); !committed) return on_commit_failure(committed.error());
  uint64_t events = std::exchange(uncommitted_events_, 0);
  uncommitted_lines_.clear();
  commits_failed_ = 0;
  if (options_.committed) options_.committed();
  state_.begin();
  uint64_t took_ms = monotonic_ms() - start_ms;
  if (took_ms > kCommitMsMax || events >= commit_events_) adapt_commits(took_ms);
}

/// A commit writes a page or two for each event, on the loop: how many that may be depends on the disk, and on how far apart they lie.
void Engine::adapt_commits(uint64_t took_ms) {
  if (took_ms > kCommitMsMax) commit_events_ = std::max(commit_events_ / 2, std::min(kCommitEventsMin, options_.commit_events_max));
  else if (took_ms < kCommitMsMax / 4) commit_events_ = std::min(commit_events_ * 2, options_.commit_events_max);
}

/// SQLite has forgotten the whole transaction. The log has not.
void Engine::on_commit_failure(const Error& error) {
  std::fprintf(stderr, "cloudemu: warning: the state could not be committed: %s\n", error.context.c_str());
  commits_failed_ = std::min(commits_failed_ + 1, kCommitDoublingsMax);
  commit_again_ms_ = monotonic_ms() + (kCommitAgainMs << commits_failed_);
  if (error.code == Errc::disk_full) set_disk_full(true);
  restore_state();
}

void Engine::shut_down() {
  if (commit_awaits_log_) commit_state(Commit::force);
  while (auto parked = waiters_.take_any()) run(parked->connection, std::move(parked->call), Patience::none);
  while (has_late_calls()) run_due(clock_.now(), UINT64_MAX);
  for (auto& [ticket, waiting] : std::exchange(digesting_, {})) {
    reply(waiting.connection, waiting.call->unavailable(Unavailable::log_failed), nullptr);
  }
  commit_state(Commit::force);
}

}  // namespace cloudemu
