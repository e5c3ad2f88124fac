// The engine's way into the log: what a call brings about is appended, applied, and followed by what reacts to it.
#include <algorithm>
#include <cstdio>

#include "core/check.h"
#include "engine/engine.h"
#include "events/blobs_of.h"
#include "events/codec.h"
#include "services/effects.h"

namespace cloudemu {

namespace {

/// What is remembered to rewind the state with, in units of what is committed at once.
constexpr uint64_t kRememberedTimesMax = 4;
/// How many reactions may follow one from the other.
constexpr int kReactionDepthMax = 8;

}  // namespace

/// Appends and applies what a call brings about. If that cannot be kept, the outcome becomes a refusal.
void Engine::record(PendingCall& call, Outcome& outcome, const Moment& moment) {
  std::vector<Event>* events = events_of(outcome);
  if (!events || events->empty()) return;
  if (auto why = unavailable()) {
    outcome = outcome_of(call.unavailable(*why));
    return;
  }
  if (!append(call.logged_info(), call.request_id(), moment, std::move(*events), 0)) {
    outcome = outcome_of(call.unavailable(Unavailable::too_large));
  }
  // Those of a call in parts have their turn like all others: it has taken its share.
  if (std::holds_alternative<Part>(outcome) || call.parts_done() > 0) new_jobs_.clear();
  if (!new_jobs_.empty()) run_new_jobs();
}

/// False, and nothing has happened, if the events are more than one call may write. `cause`: of the first of them; of the others it is the
/// first.
bool Engine::append(const CallInfo& info, uint64_t request_id, const Moment& moment, std::vector<Event> events, log::Sequence cause) {
  Envelope envelope;
  envelope.wall_time = std::max(last_wall_time_, moment.real_now);
  envelope.time = moment.now;
  envelope.request_id = request_id;
  envelope.sequence = state_.applied();
  envelope.call_begins = envelope.sequence + 1;
  envelope.cause = cause;
  envelope.call = info;
  lines_.clear();
  lines_.use(std::exchange(line_room_, {}));
  for (const Event& event : events) {
    ++envelope.sequence;
    if (!write_line(envelope, event, log::CallLines::Room::call)) return false;
    if (&event == &events.front()) lines_.expect((events.size() - 1) * lines_.text().size());  // those of a call resemble each other
    envelope.call.reset();
    envelope.cause = envelope.call_begins;
  }
  last_wall_time_ = envelope.wall_time;
  // The log's writer takes milliseconds for a large call: it begins while the state is changed, if nothing can be added any more.
  bool is_complete = lines_.is_large() && std::none_of(events.begin(), events.end(), [](const Event& e) { return effects_of(e).reacts; });
  if (is_complete) {
    log_.append(lines_, envelope.wall_time);
    log_.submit();
  }
  envelope.cause = cause;
  for (Event& event : events) {
    apply(envelope, std::move(event), 0);
    envelope.cause = envelope.call_begins;
  }
  if (!reacting_.empty()) react(info, moment, envelope);
  if (state_.any_unused_blobs()) {
    for (const std::string& name : state_.take_unused_blobs()) options_.blob_unnamed(name);
    if (auto forsaken = state_.take_forsaken_blobs(); !forsaken.empty()) options_.blobs_forsaken(std::move(forsaken));
  }
  if (!is_complete) log_.append(lines_, envelope.wall_time);
  CHECK_INVARIANT(state_.applied() == log_.last_sequence());
  if (options_.persistent) note_uncommitted();
  // What is in the log has happened, whatever became of it here.
  if (restore_if_failed() && !reacting_.empty()) react_late(info, moment);
  return true;
}

bool Engine::write_line(const Envelope& envelope, const Event& event, log::CallLines::Room room) {
  auto write = [&](std::string& out) {
    if (log_.keeps_events()) codec::append_line(out, envelope, event);
  };
  return lines_.add(write, room);
}

void Engine::apply(Envelope& envelope, Event&& event, int depth) {
  envelope.sequence = state_.applied() + 1;
  envelope.event = std::move(event);
  state_.apply(envelope);
  if (options_.blob_named) for_each_blob(envelope.event, options_.blob_named);
  if (note_effects(envelope.event)) reacting_.push_back({envelope.sequence, depth, std::move(envelope.event)});
}

/// Adds to a call what follows from its events elsewhere, and what follows from that: first come, first served. Nothing that a client
/// asks for comes near the bounds; what would go beyond them does not happen, rather than the daemon never answering.
void Engine::react(const CallInfo& info, const Moment& moment, Envelope& envelope) {
  for (size_t next = 0; next < reacting_.size(); ++next) {
    Reacting to = std::move(reacting_[next]);
    std::vector<Event> events = options_.reactions(state_, {to.event, to.sequence, info, envelope.request_id}, moment);
    if (state_.failure()) {
      reacting_[next] = std::move(to);
      reacting_.erase(reacting_.begin(), reacting_.begin() + static_cast<std::ptrdiff_t>(next));
      return;
    }
    for (Event& event : events) {
      envelope.sequence = state_.applied() + 1;
      envelope.cause = to.sequence;
      if (to.depth == kReactionDepthMax || !write_line(envelope, event, log::CallLines::Room::reactions)) {
        std::fprintf(stderr, "cloudemu: warning: event %llu: what follows from it is left out, because too much followed already\n",
                     static_cast<unsigned long long>(to.sequence));
        reacting_.clear();
        return;
      }
      apply(envelope, std::move(event), to.depth + 1);
    }
  }
  reacting_.clear();
}

/// The state failed before it could say what follows from a call. Now that it is whole again, that follows as a call of its own.
void Engine::react_late(const CallInfo& info, const Moment& moment) {
  for (const Reacting& to : std::exchange(reacting_, {})) {
    std::vector<Event> events = options_.reactions(state_, {to.event, to.sequence, info, 0}, moment);
    if (events.empty() || unavailable()) continue;
    (void)append({.operation = "Reaction", .account = info.account, .region = info.region}, entropy_.next(), moment, std::move(events),
                 to.sequence);
  }
}

void Engine::note_uncommitted() {
  if (uncommitted_events_ == 0) first_uncommitted_ms_ = monotonic_ms();
  uncommitted_events_ += lines_.count();
  uncommitted_lines_.append(lines_);
  // While nothing can be committed, the log itself must do.
  if (uncommitted_lines_.size() > kRememberedTimesMax * options_.commit_bytes_max) uncommitted_lines_.clear();
}

/// True if something may follow from the event.
bool Engine::note_effects(const Event& event) {
  Effects effects = effects_of(event);
  if (effects.wakes) to_wake_.push_back(*effects.wakes);
  if (effects.arms) timers_.note(effects.arms->subject, effects.arms->at);
  if (effects.forgets) timers_.set(*effects.forgets, std::nullopt);
  if (effects.starts_job) new_jobs_.push_back(static_cast<int64_t>(state_.applied()));
  return effects.reacts;
}

bool Engine::append_own(const CallInfo& info, std::vector<Event> events) {
  if (unavailable()) return false;
  return append(info, entropy_.next(), moment(), std::move(events), 0);
}

}  // namespace cloudemu
