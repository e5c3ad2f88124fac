#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/entropy.h"
#include "engine/pace.h"
#include "engine/timers.h"
#include "engine/virtual_clock.h"
#include "engine/waiters.h"
#include "log/log.h"
#include "net/handler.h"
#include "projections/state.h"
#include "services/own_call.h"
#include "services/pending_call.h"
#include "services/reactions.h"

namespace cloudemu {

/// The one place that knows the order: decide, append to the log, apply to the state, reply once it is durable. Owns no thread and
/// no socket; all calls on the loop's thread.
///
/// Invariant: the state has applied exactly the events that were appended to the log.
class Engine {
 public:
  struct Options {
    /// With a data directory: replies wait for the log, and the state is committed now and then. Without one nothing survives.
    bool persistent = true;
    std::string boot_id;
    /// After a failure of the log or of the state: makes the state what the log says it was after event `until`, and reports why if it
    /// cannot. A transaction is open afterwards.
    std::function<Result<void>(State&, log::Sequence until)> rewind;
    /// Makes a reply body of stretches of blobs; the text names in warnings what it is of.
    std::function<std::unique_ptr<http::BodySource>(std::vector<BodyExtent>, std::string)> open_blobs;
    /// Digests stretches of blobs on worker threads, then calls back on the loop's thread (without digests if a blob failed).
    std::function<void(DigestRequest, std::function<void(std::optional<Digests>)>)> digest_blobs;
    /// Runs `work` on a worker thread, then `done` on the loop's. Not set: what calls do is not divided into parts.
    std::function<void(std::function<void()> work, std::function<void()> done)> in_background;
    /// Likewise, few at once, and not what is not `wanted` any more when its turn comes. Not set: calls are prepared on the loop.
    std::function<void(std::function<bool()> wanted, std::function<void()> work, std::function<void()> done)> in_turn;
    /// Fetches what a job's slice asks for on a worker thread, then calls back on the loop's thread. Not set: nothing can be fetched.
    RunErrand run_errand;
    /// An event that names this blob was appended; nothing in the state names it any more.
    std::function<void(const std::string&)> blob_named, blob_unnamed;
    std::function<void(BlobUses::Counts)> blobs_forsaken;  ///< as many unnamed at once
    /// Whether the client of a connection can still take a reply. Not set: always.
    std::function<bool(net::ConnectionId)> client_there;
    /// A call gets its reply now.
    std::function<void(const PendingCall&, const http::Response&)> replied;
    std::function<TimeMs()> history_since;  ///< Moment::history_since; not set: 0
    TimeMs lifecycle_day = kDayMs;          ///< Moment::lifecycle_day
    Reactions reactions = &reactions_to;    ///< what follows from which event; tests have others
    std::function<void()> committed;        ///< the state was committed just now, and no new transaction has begun
    std::function<bool()> wants_commit;     ///< whether the state is better committed now, although nothing makes it due
    std::function<bool()> is_behind;        ///< whether a commit that is due is better put off until the next on_log_progress()
    uint64_t commit_events_max = 8192;      ///< events between two commits of the state; fewer if commits turn out to take long
    uint64_t commit_bytes_max = 8 << 20;    ///< bytes of event lines, likewise
    uint64_t commit_idle_ms = 1000;         ///< the oldest uncommitted event may be so old
    TimeMs ttl_delay_ms = 0;                ///< as Moment has it
  };
  using Reply = std::function<void(net::ConnectionId, http::Response)>;

  /// All arguments must outlive the engine. `state` has applied all of `log`.
  Engine(State& state, log::Log& log, VirtualClock& clock, Entropy& entropy, Options options, Reply reply);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Moment moment() const;
  const State& state() const { return state_; }
  /// After something was read from the state: whether to believe it. False: it had failed. It is made anew from the log if that can be
  /// done; ask again, and if it is still false, nothing can be read.
  bool state_was_sound() { return !restore_if_failed(); }
  log::Log& log() { return log_; }
  VirtualClock& clock() { return clock_; }

  /// Decides a call and sees to its reply, now or later.
  void run(net::ConnectionId connection, std::unique_ptr<PendingCall> call);
  /// Replies as soon as all that has happened so far is durable.
  /// `call`, if there is one, words the refusal should the log fail first.
  void reply_when_durable(net::ConnectionId connection, http::Response response, std::unique_ptr<PendingCall> call = nullptr) {
    reply(connection, std::move(response), std::move(call));
  }
  /// The client left. True if a reply will still be given.
  bool client_left(net::ConnectionId connection);
  /// Appends events of the daemon's own (clock, reset) as one call. False if the log refuses.
  bool append_own(const CallInfo& info, std::vector<Event> events);

  /// Hands the batch to the log's writer. To be called once per turn of the loop, after its input was dealt with.
  void submit() { log_.submit(); }
  /// Likewise, and commits if it is time to. Replies should have gone out before: a commit takes milliseconds, and calls that waited for
  /// it are asked.
  void end_of_turn();
  /// The log has made progress: replies go out. Perhaps a commit waited for it, so the turn must be ended.
  void on_log_progress();

  /// Does what time has made due up to `until`, in order, each thing at its own time; stops when about `budget_ms` are spent. Calls
  /// that waited for it are asked again.
  /// Returns when the next thing will be due (virtual time), if any.
  std::optional<TimeMs> run_due(TimeMs until, uint64_t budget_ms);
  /// Whether run_due() would find something up to `until`, now or once a commit has gone before it. False while the log takes no writes.
  bool has_due(TimeMs until) const;
  /// Whether the log has kept what slices wrote last: those of jobs, and what time made due. Until then there should be no further
  /// ones: they would fill memory with what is still to be written, and every reply to others would wait for all of it.
  bool has_kept_slices() const { return log_.durable() >= last_slice_end_; }
  /// Does slices of the jobs that run, in turn, until about `budget_ms` are spent. Waits until the log has kept the slices of the last
  /// time.
  void run_jobs(uint64_t budget_ms);
  /// Whether run_jobs() has something to do now.
  bool has_job_work() const;
  /// How many DynamoDB items time to live has taken since the start.
  uint64_t expired_items() const { return expired_items_; }
  /// Ends long polls whose time is over.
  void end_polls();
  const Waiters& waiters() const { return waiters_; }
  /// Whether calls have done a part of their work and not all of it.
  bool has_parts_left() const { return !in_parts_.empty(); }
  /// Whether calls wait for run_due(): there is more to do for them, or time is late on their subjects by more, than one turn of the
  /// loop is for.
  bool has_late_calls() const { return !commit_waits_ && (!late_calls_.empty() || !to_wake_next_.empty()); }
  /// When something will be due next (virtual time), unless the log takes no writes, or a commit awaits it.
  std::optional<TimeMs> next_due() const;

  /// Commits the state if it is time to; `force` commits whatever there is. A state is never ahead of what the log holds safely: when a
  /// commit is due, what would write is held back until the log has caught up (and the state's file, if that is behind), while reads go
  /// on. Only if that does not help is it waited for.
  enum class Commit { if_due, force };
  void commit_state(Commit when);
  void set_disk_full(bool full) { disk_full_ = full; }
  bool disk_full() const { return disk_full_; }
  /// After a reset, or when the state went back: timers come from the state anew, and waiting polls are asked again.
  void reload();

  /// Answers the long polls, refuses what still waits for digests, commits, marks the state as clean.
  void shut_down();

 private:
  struct Held {
    log::Sequence sequence;
    net::ConnectionId connection;
    http::Response response;
    std::unique_ptr<PendingCall> call;  ///< to word the refusal if the log fails; null for replies of the daemon's own
  };

  /// A call that has done a part of its work, and goes on when the log has kept it.
  struct InParts {
    log::Sequence sequence;  ///< last event of the part
    net::ConnectionId connection;
    std::unique_ptr<PendingCall> call;
  };

  /// A call that waits for digests.
  struct Digesting {
    net::ConnectionId connection;
    std::unique_ptr<PendingCall> call;
  };

  /// A call that waits until time has done its work on a subject.
  enum class Patience { some, none };  ///< none: a Wait will not be heard
  struct LateCall {
    net::ConnectionId connection;
    std::unique_ptr<PendingCall> call;
    Subject subject;
    Patience patience;
  };

  /// A call that would write while a commit awaits the log: it would have to wait for the log all the same.
  struct HeldWrite {
    net::ConnectionId connection;
    std::unique_ptr<PendingCall> call;
    Patience patience;
  };

  /// An event from which something may follow, after so many that followed one from the other.
  struct Reacting {
    log::Sequence sequence;
    int depth;
    Event event;
  };

  void run(net::ConnectionId connection, std::unique_ptr<PendingCall> call, Patience patience);
  void prepare(net::ConnectionId connection, std::unique_ptr<PendingCall> call);
  void proceed(net::ConnectionId connection, std::unique_ptr<PendingCall> call, Outcome outcome);
  void continue_later(net::ConnectionId connection, std::unique_ptr<PendingCall> call);
  void continue_next();
  void continue_now();
  void run_late_calls();
  void run_held_writes();
  [[nodiscard]] bool commit_or_await(Commit when);
  void commit_now();
  std::optional<Unavailable> unavailable() const;
  void await_digests(net::ConnectionId connection, std::unique_ptr<PendingCall> call, DigestRequest request);
  void on_digests(uint64_t ticket, std::optional<Digests> digests);
  void reply(net::ConnectionId connection, http::Response response, std::unique_ptr<PendingCall> call);
  void send(net::ConnectionId connection, http::Response response, std::unique_ptr<PendingCall> call);
  void let_go(std::unique_ptr<PendingCall> call);
  [[nodiscard]] bool append(const CallInfo& info, uint64_t request_id, const Moment& moment, std::vector<Event> events,
                            log::Sequence cause);
  bool write_line(const Envelope& envelope, const Event& event, log::CallLines::Room room);
  void apply(Envelope& envelope, Event&& event, int depth);
  void react(const CallInfo& info, const Moment& moment, Envelope& envelope);
  void react_late(const CallInfo& info, const Moment& moment);
  void note_uncommitted();
  bool note_effects(const Event& event);
  void run_new_jobs();
  int64_t run_slice(const jobs::Job& job, size_t units);
  bool do_due(Subject subject, const Moment& moment);
  bool is_away(int64_t job) const;
  void start_errand(int64_t job, Errand errand);
  std::optional<jobs::Job> next_job() const;
  void append_work(OwnCall work, const Moment& moment);
  enum class Settled { yes, not_yet, unavailable };
  Settled settle(Subject subject, const Moment& moment);
  Outcome decide(PendingCall& call, Moment moment);
  bool is_there(net::ConnectionId connection) const;
  bool lost_on(net::ConnectionId connection, const Outcome& outcome) const;
  void record(PendingCall& call, Outcome& outcome, const Moment& moment);
  void finish(net::ConnectionId connection, std::unique_ptr<PendingCall> call, Answer answer);
  void wake_polls();
  void wake_poll(Waiters::Parked parked);
  void on_log_failure();
  void adapt_commits(uint64_t took_ms);
  void on_commit_failure(const Error& error);
  void restore_state();
  bool restore_if_failed();
  void on_log_recovery();
  Result<void> rewind(log::Sequence until);

  uint64_t expired_items_ = 0;
  State& state_;
  log::Log& log_;
  VirtualClock& clock_;
  Entropy& entropy_;
  const Options options_;
  Reply send_;
  Timers timers_;
  Waiters waiters_;
  std::deque<Held> held_;
  std::vector<Subject> to_wake_;       // whose polls are to be asked again: now,
  std::vector<Subject> to_wake_next_;  // or in the next turn of the loop
  std::vector<int64_t> new_jobs_;      // started by the call at hand
  int64_t last_job_ = 0;               // that had its turn
  std::map<Subject::Kind, Pace> due_paces_;
  std::map<std::string, Pace> job_paces_;
  /// What jobs have had fetched; nothing: it is still under way.
  std::unordered_map<int64_t, std::optional<Brought>> errands_;
  log::Sequence last_slice_end_ = 0;  // last event of the slices of the last turn, be they of jobs or of what time made due
  std::deque<InParts> in_parts_;      // first come, first served
  bool continuing_ = false;
  std::unordered_map<uint64_t, Digesting> digesting_;
  std::deque<LateCall> late_calls_;  // first come, first served
  std::deque<HeldWrite> held_writes_;
  bool commit_waits_ = false;
  uint64_t next_ticket_ = 1;
  log::CallLines lines_;            // of the call at hand; reused
  log::LineRoom line_room_;         // for them, if it is large
  std::vector<Reacting> reacting_;  // likewise
  TimeMs last_wall_time_;           // in the log time never goes back, whatever the machine's clock does
  uint64_t uncommitted_events_ = 0;
  log::Lines uncommitted_lines_;  // what the state is rewound with: neither descriptors nor a readable disk are needed
  uint64_t first_uncommitted_ms_ = 0;
  bool disk_full_ = false;
  bool log_failed_ = false;
  uint64_t restore_again_ms_ = 0;  ///< a state that could not be restored is left alone until then
  uint64_t commit_events_ = 0;     ///< events between two commits, at present
  uint64_t commit_bytes_ = 0;      ///< likewise bytes of event lines
  uint64_t commit_again_ms_ = 0;   ///< likewise after a commit that failed
  int commits_failed_ = 0;         ///< in a row
};

}  // namespace cloudemu
