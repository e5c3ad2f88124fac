// How the engine keeps the state: commits, and the way back to what the log says after a failure of either.
#include <algorithm>
#include <cstdio>

#include "core/encoding.h"
#include "engine/engine.h"
#include "events/codec.h"
#include "services/due.h"

namespace cloudemu {

namespace {

/// How long a state that could not be restored is left alone.
constexpr uint64_t kRestoreAgainMs = 2000;
/// How often it is asked whether one that is being rebuilt is complete.
constexpr uint64_t kRestorePollMs = 200;
/// A commit that is due waits until the log has caught up, but not beyond this many times its limits.
constexpr uint64_t kCommitPatience = 3;
/// How long a commit may keep the loop, and the events that one has at least.
constexpr uint64_t kCommitMsMax = 10;
constexpr uint64_t kCommitEventsMin = 512;
/// Likewise of large events, whose calls keep it for as long again.
constexpr uint64_t kLargeCommitMsMax = 8;
constexpr uint64_t kCommitBytesMin = 1 << 20;
/// How long a commit that failed is left alone: each failure in a row doubles it, up to some minutes.
constexpr uint64_t kCommitAgainMs = 500;
constexpr int kCommitDoublingsMax = 9;

}  // namespace

void Engine::reload() {
  clock_.set(state_.system().clock());
  timers_.clear();
  new_jobs_.clear();
  last_job_ = 0;
  errands_.clear();
  last_slice_end_ = 0;
  Moment now = moment();
  for (Subject subject : subjects_with_work(state_)) timers_.set(subject, cloudemu::next_due(state_, subject, now));
  // What they wait for may be gone.
  for (Subject subject : waiters_.subjects()) to_wake_.push_back(subject);
  wake_polls();
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
    send(held.connection, std::move(held.response), std::move(held.call));
  }
  for (InParts& begun : std::exchange(in_parts_, {})) {
    http::Response refusal = begun.call->unavailable(why);
    send(begun.connection, std::move(refusal), std::move(begun.call));
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
  log::Lines remembered = std::exchange(uncommitted_lines_, {});
  codec::LineReader read(codec::WithCall::no);
  uncommitted_events_ = 0;
  for (std::string_view lines : remembered.pieces()) {
    while (!lines.empty() && state_.applied() < until) {
      size_t end = lines.find('\n') + 1;
      Envelope envelope = TRY(read.read(lines.substr(0, end - 1)));
      if (envelope.sequence != state_.applied() + 1) break;
      state_.apply(envelope);
      uncommitted_lines_.append(lines.substr(0, end));
      lines.remove_prefix(end);
      ++uncommitted_events_;
    }
    if (!lines.empty()) break;
  }
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
  bool is_under_way = !rewound && rewound.error().code == Errc::busy;
  if (!rewound && !is_under_way) std::fprintf(stderr, "cloudemu: the state cannot be restored: %s\n", rewound.error().context.c_str());
  restore_again_ms_ = monotonic_ms() + (is_under_way ? kRestorePollMs : kRestoreAgainMs);
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

void Engine::commit_state(Commit when) {
  commit_waits_ = !commit_or_await(when);
  if (commit_waits_) return;
  run_held_writes();
  continue_next();
}

/// In the order in which they came. Nothing holds them back any more: what cannot be written is refused.
void Engine::run_held_writes() {
  if (held_writes_.empty() && to_wake_.empty()) return;
  for (HeldWrite& held : std::exchange(held_writes_, {})) run(held.connection, std::move(held.call), held.patience);
  wake_polls();
  log_.submit();  // perhaps nothing else happens in this turn
}

/// False: a commit is due, but the log is not yet as far as the state; or the state's file is behind: what is to be committed once it has
/// caught up must be little.
bool Engine::commit_or_await(Commit when) {
  if (restore_if_failed() || !options_.persistent || uncommitted_events_ == 0 || log_failed_) return true;
  uint64_t now_ms = monotonic_ms();
  if (when == Commit::if_due) {
    auto reached = [&](uint64_t times) {
      return uncommitted_events_ >= times * commit_events_ || uncommitted_lines_.size() >= times * commit_bytes_ ||
             now_ms - first_uncommitted_ms_ >= times * options_.commit_idle_ms;
    };
    auto is_so = [](const std::function<bool()>& asked) { return asked && asked(); };
    bool is_patient = !reached(kCommitPatience);
    if (is_patient && is_so(options_.is_behind)) return false;
    bool is_due = reached(1) || is_so(options_.wants_commit);
    if (!is_due || now_ms < commit_again_ms_) return true;
    if (is_patient && log_.durable() < state_.applied()) return false;
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
  bool was_full = uncommitted_events_ >= commit_events_ || uncommitted_lines_.size() >= commit_bytes_;
  uncommitted_events_ = 0;
  uncommitted_lines_.clear();
  commits_failed_ = 0;
  if (options_.committed) options_.committed();
  state_.begin();
  uint64_t took_ms = monotonic_ms() - start_ms;
  if (took_ms > kLargeCommitMsMax || was_full) adapt_commits(took_ms);
}

/// A commit writes a page or two for each event, and all pages of large items, on the loop: how many that may be depends on the disk, and
/// on how far apart they lie.
void Engine::adapt_commits(uint64_t took_ms) {
  auto adapt = [took_ms](uint64_t& limit, uint64_t ms_max, uint64_t least, uint64_t most) {
    if (took_ms > ms_max) limit = std::max(limit / 2, std::min(least, most));
    else if (took_ms < ms_max / 4) limit = std::min(limit * 2, most);
  };
  adapt(commit_events_, kCommitMsMax, kCommitEventsMin, options_.commit_events_max);
  adapt(commit_bytes_, kLargeCommitMsMax, kCommitBytesMin, options_.commit_bytes_max);
}

/// SQLite has forgotten the whole transaction. The log has not.
void Engine::on_commit_failure(const Error& error) {
  std::fprintf(stderr, "cloudemu: warning: the state could not be committed: %s\n", error.context.c_str());
  commits_failed_ = std::min(commits_failed_ + 1, kCommitDoublingsMax);
  commit_again_ms_ = monotonic_ms() + (kCommitAgainMs << commits_failed_);
  if (error.code == Errc::disk_full) set_disk_full(true);
  restore_state();
}

}  // namespace cloudemu
