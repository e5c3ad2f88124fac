// What the engine does of its own accord: what time has made due, and slices of jobs.
#include <algorithm>

#include "core/check.h"
#include "core/stopwatch.h"
#include "engine/engine.h"
#include "services/due.h"
#include "services/jobs.h"

namespace cloudemu {

namespace {

/// Units of work (messages, items) that one call of the processor deals with at most.
constexpr size_t kDueUnitsMax = 500;
/// Calls of the processor that a request waits for at once, and how long they may take. Whatever is left is done in later turns of the
/// loop, with others in between: a million messages may expire at one moment.
constexpr int kSettleRoundsMax = 5;
constexpr uint64_t kSettleMsMax = 5;
/// Units of work in a slice of a job at most.
constexpr size_t kSliceUnitsMax = 200;
/// Units of work between two commits of the state.
constexpr uint64_t kUnitsPerCommitMax = 1024;
/// Slices that are done within the call that starts a job: what is small is done when the reply leaves.
constexpr int kSlicesInCall = 5;
/// Behind a job that took so long, others that the same call starts have their turn later.
constexpr uint64_t kJobsInCallMsMax = 3;

}  // namespace

void Engine::run_new_jobs() {
  uint64_t start_ms = monotonic_ms();
  for (int64_t id : std::exchange(new_jobs_, {})) {
    for (int slice = 0; slice < kSlicesInCall; ++slice) {
      auto job = state_.jobs().find(id);
      if (!job || job->resumes_at > 0 || is_away(id)) break;
      run_slice(*job, kSliceUnitsMax);
    }
    if (monotonic_ms() - start_ms >= kJobsInCallMsMax) break;
  }
}

/// Does a piece of what is due to a subject. False: nothing is.
bool Engine::do_due(Subject subject, const Moment& moment) {
  Pace& pace = due_paces_.try_emplace(subject.kind, kDueUnitsMax).first->second;
  uint64_t start_us = monotonic_us();
  OwnCall work = due_work(state_, subject, moment, pace.units());
  if (restore_if_failed()) return true;
  if (work.events.empty()) return false;
  if (unavailable()) return true;
  int64_t done = work.done;
  append_work(std::move(work), moment);
  pace.note(done, monotonic_us() - start_us);
  return true;
}

/// What time or a job did: it has limits of its own, far below what a call may write.
void Engine::append_work(OwnCall work, const Moment& moment) {
  auto done = static_cast<uint64_t>(work.done);
  for (const Event& event : work.events) {
    const auto* deleted = std::get_if<dynamodb::ItemDeleted>(&event);
    if (deleted && deleted->expired) ++expired_items_;
  }
  CHECK_INVARIANT(append(work.info, entropy_.next(), moment, std::move(work.events), work.cause));
  // Other calls change the same few pages again and again, this goes through all of them: its commits must not wait for as many.
  uncommitted_events_ += done * std::max<uint64_t>(1, commit_events_ / kUnitsPerCommitMax);
}

/// Returns how many units were done.
int64_t Engine::run_slice(const jobs::Job& job, size_t units) {
  Moment now = moment();
  auto errand = errands_.find(job.id);
  OwnCall slice = jobs::next_slice(state_, job, now, units, errand == errands_.end() ? nullptr : &*errand->second);
  if (restore_if_failed()) return 0;
  if (slice.errand) {
    start_errand(job.id, std::move(*slice.errand));
    return 0;
  }
  int64_t done = slice.done;
  append_work(std::move(slice), now);
  if (!errands_.empty() && !state_.jobs().find(job.id)) errands_.erase(job.id);
  return done;
}

bool Engine::is_away(int64_t job) const {
  auto errand = errands_.find(job);
  return errand != errands_.end() && !errand->second;
}

/// Meanwhile the job has no turn. What comes too late, because the job is gone, is let go.
void Engine::start_errand(int64_t job, Errand errand) {
  errands_[job] = std::nullopt;
  auto done = [this, job](Brought brought) {
    auto waiting = errands_.find(job);
    if (waiting != errands_.end() && !waiting->second) waiting->second = std::move(brought);
  };
  if (options_.run_errand) options_.run_errand(std::move(errand), std::move(done));
  else done({.failure = "nothing can be fetched here"});
}

std::optional<jobs::Job> Engine::next_job() const {
  if (!state_.jobs().any_running()) return std::nullopt;
  int64_t after = last_job_;
  for (size_t i = 0; i <= errands_.size(); ++i) {
    auto job = state_.jobs().next(after);
    if (!job || !is_away(job->id)) return job;
    after = job->id;
  }
  return std::nullopt;
}

bool Engine::has_job_work() const {
  bool may = state_.jobs().any_running() && !commit_waits_ && !unavailable() && has_kept_slices();
  return may && (errands_.empty() || next_job());
}

void Engine::run_jobs(uint64_t budget_ms) {
  if (!has_job_work()) return;
  uint64_t start = monotonic_ms();
  do {
    auto job = next_job();
    if (!job) break;  // all of them wait for what was sent for, or the state has failed
    last_job_ = job->id;
    Pace& pace = job_paces_.try_emplace(job->kind, kSliceUnitsMax).first->second;
    uint64_t start_us = monotonic_us();
    int64_t done = run_slice(*job, pace.units());
    pace.note(done, monotonic_us() - start_us);
  } while (monotonic_ms() - start < budget_ms);
  last_slice_end_ = state_.applied();
  if (!to_wake_.empty()) wake_polls();
}

Engine::Settled Engine::settle(Subject subject, const Moment& moment) {
  // Behind calls that wait for the same subject, a further one does not take a share of its own.
  bool others_wait = std::any_of(late_calls_.begin(), late_calls_.end(), [&](const LateCall& late) { return late.subject == subject; });
  uint64_t start_ms = monotonic_ms();
  for (int round = others_wait ? kSettleRoundsMax : 0; round < kSettleRoundsMax; ++round) {
    if (!do_due(subject, moment)) {
      timers_.set(subject, cloudemu::next_due(state_, subject, moment));
      return Settled::yes;
    }
    if (unavailable() || monotonic_ms() - start_ms >= kSettleMsMax) break;
  }
  return unavailable() ? Settled::unavailable : Settled::not_yet;
}

/// Asks the calls again whose subjects are settled, in the order that they came in; if nothing can be written, all: they are refused.
void Engine::run_late_calls() {
  std::deque<LateCall> waiting = std::move(late_calls_);
  late_calls_.clear();
  for (LateCall& late : waiting) {
    if (!unavailable() && timers_.overdue(late.subject, clock_.now())) late_calls_.push_back(std::move(late));
    else run(late.connection, std::move(late.call), late.patience);
  }
}

std::optional<TimeMs> Engine::run_due(TimeMs until, uint64_t budget_ms) {
  uint64_t start = monotonic_ms();
  while (auto first = timers_.first()) {
    auto [at, subject] = *first;
    if (at > until || unavailable() || monotonic_ms() - start >= budget_ms) break;
    Moment then = moment();
    then.now = at;
    if (do_due(subject, then)) {
      last_slice_end_ = state_.applied();
      continue;
    }
    timers_.set(subject, cloudemu::next_due(state_, subject, then));
    to_wake_.push_back(subject);
  }
  run_late_calls();
  for (Subject subject : std::exchange(to_wake_next_, {})) to_wake_.push_back(subject);
  if (!to_wake_.empty()) wake_polls();
  return next_due();
}

bool Engine::has_due(TimeMs until) const {
  auto next = timers_.first();
  return next && next->first <= until && !unavailable();
}

std::optional<TimeMs> Engine::next_due() const {
  auto next = timers_.first();
  if (!next || commit_waits_ || unavailable()) return std::nullopt;
  return next->first;
}

}  // namespace cloudemu
