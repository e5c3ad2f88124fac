#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/entropy.h"
#include "engine/engine.h"
#include "engine/virtual_clock.h"
#include "log/blob_store.h"
#include "realm/past.h"
#include "realm/store.h"

namespace cloudemu {

/// What realms need of the program around them, on the loop's thread (but for `progress`). All of it outlives them.
struct Surroundings {
  const Clock& real_clock;
  Entropy& entropy;
  /// Any thread: a log got on, or a state's file. Then Engine::on_log_progress() of its realm is to be called on the loop's thread.
  std::function<void()> progress;
  Engine::Reply reply;
  /// Whether the client of a connection can still take a reply.
  std::function<bool(net::ConnectionId)> client_there;
  /// A call gets its reply now.
  std::function<void(const PendingCall&, const http::Response&)> replied;
  /// Makes a reply body of stretches of blobs; the text names in warnings what it is of.
  std::function<std::unique_ptr<http::BodySource>(log::BlobStore&, std::vector<BodyExtent>, std::string)> open_blobs;
  /// Digests stretches of blobs on worker threads, then calls back on the loop's thread (without digests if a blob failed).
  std::function<void(log::BlobStore&, DigestRequest, std::function<void(std::optional<Digests>)>)> digest_blobs;
  /// Runs `work` on a worker thread, then `done` on the loop's.
  std::function<void(std::function<void()> work, std::function<void()> done)> in_background = {};
  /// Likewise, few at once, and not what is not `wanted` any more when its turn comes.
  std::function<void(std::function<bool()> wanted, std::function<void()> work, std::function<void()> done)> in_turn = {};
  /// Reads and unpacks stretches of blobs on worker threads, for a job, then calls back on the loop's thread.
  std::function<void(log::BlobStore&, Errand::Bytes, std::function<void(Brought)>)> read_blobs = {};
  Reactions reactions = &reactions_to;  ///< what follows from which event; tests have others
  TimeMs lifecycle_day = kDayMs;        ///< Moment::lifecycle_day
  TimeMs ttl_delay_ms = 0;              ///< as Moment has it
};

/// One world that answers calls: a state, the log that it is folded from, the clock that its rules go by, the engine over them. The daemon
/// serves one, "main"; a fork of it is another; and a past state is one that can be read and not changed.
class Realm {
 public:
  /// Opens a data directory, or a world in memory without one. `commit_events`: see Engine::Options. Error: as Store::open().
  static Result<std::unique_ptr<Realm>> open(Store::Options options, const Surroundings& surroundings,
                                             uint64_t commit_events = Engine::Options().commit_events_max);
  /// What `parent`, which must outlive it, was after event `at`: it shares the parent's blobs, its clock stands still at that moment.
  static Result<std::unique_ptr<Realm>> open_past(Realm& parent, log::Sequence at, const Surroundings& surroundings);
  /// Over parts that the caller owns and opens, and that outlive it: `state` has applied all of `log`.
  static std::unique_ptr<Realm> over(State& state, log::Log& log, log::BlobStore& blobs, Engine::Options options,
                                     const Surroundings& surroundings);
  ~Realm();
  Realm(const Realm&) = delete;
  Realm& operator=(const Realm&) = delete;

  Engine& engine() { return *engine_; }
  const Engine& engine() const { return *engine_; }
  log::BlobStore& blobs() { return blobs_; }
  VirtualClock& clock() { return clock_; }
  bool is_past() const { return past_ != nullptr; }
  /// Only of a realm on a data directory or in memory.
  Store& store() { return *store_; }

  /// Hexadecimal SHA-256 over all rows of the state.
  std::string state_digest() { return state_.digest(); }

  /// Every call passes here before it is admitted: those to a past state learn that it does not change.
  std::unique_ptr<PendingCall> receive(std::unique_ptr<PendingCall> call, const http::SharedRequest& request) const;

  /// Answers who still waits, and brings everything onto the disk. Nothing but its destructor may follow.
  void close();

 private:
  Realm(State& state, log::Log& log, log::BlobStore& blobs, Engine::Options options, const Surroundings& surroundings);

  VirtualClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Past> past_;
  State& state_;
  log::BlobStore& blobs_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace cloudemu
