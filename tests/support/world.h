#pragma once
#include <uv.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/blob_source.h"
#include "app/control.h"
#include "app/engine.h"
#include "app/gateway.h"
#include "app/virtual_clock.h"
#include "core/entropy.h"
#include "log/blob_store.h"
#include "log/log.h"
#include "log/memory_file.h"
#include "net/work_queue.h"
#include "projections/state.h"
#include "realm/store.h"
#include "services/environment.h"

namespace cloudemu::test {

/// Real time that stands still until a test moves it.
class TestClock final : public Clock {
 public:
  TimeMs now() const override { return time; }
  TimeMs time = 1'795'406'400'000;  // 2026-11-23T04:00:00Z
};

struct Request {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

struct Reply {
  bool arrived = false;  ///< false: the call waits (a long poll)
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool cut = false;  ///< the connection was cut before the body was complete

  /// First header of that name, any case; empty if absent.
  std::string header(std::string_view name) const;
  bool has_header(std::string_view name) const;
};

/// A whole emulator in one object, without sockets: log and blobs in memory (or a data directory), ids repeatable, time in the test's
/// hand.
/// When it goes, it holds the law of equivalence against itself: a state rebuilt from the log has the digest of the live one.
class World {
 public:
  explicit World(Environment environment = {});
  /// On a data directory, as the daemon has it; the state is committed every `commit_events` events.
  World(const Store::Options& options, uint64_t commit_events);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Events that are taken as having happened, one call each.
  void given(std::vector<Event> events);
  /// Sends a request through gateway and engine, and runs the loop until the reply is there or the call is parked.
  Reply send(const Request& request);
  /// Begins a request that may be parked; reply(id) has the answer once there is one.
  net::ConnectionId begin(const Request& request);
  const Reply& reply(net::ConnectionId id) { return replies_.at(id); }
  /// The client of a request closes its connection; the loop has not read of it yet.
  void hang_up(net::ConnectionId id) { gone_.insert(id); }
  /// Where further requests come from.
  void set_peer(std::string peer) { peer_ = std::move(peer); }
  /// The events of the last send() or given().
  const std::vector<Event>& events() const { return last_events_; }
  /// Lets time pass: what becomes due happens, polls end.
  void advance(TimeMs by_ms);

  /// One slice of a job, if any runs; its events are events().
  bool run_slice();
  /// All jobs to their end.
  void run_jobs();

  /// Grows whenever SQLite's tables change.
  int64_t schema_version();

  const State& state() const { return *state_; }
  Engine& engine() { return *engine_; }
  Store& store() { return *store_; }
  /// The orderly end of a world on a data directory; only its destructor may follow.
  void close();
  /// No check of equivalence at the end: the test damaged something, and says itself what holds.
  void forgo_law() { law_ = false; }
  TestClock& clock() { return clock_; }
  /// Where the log is, in "/log".
  log::FileSystem& files() { return store_ ? static_cast<log::FileSystem&>(disk_) : memory_; }
  log::BlobStore& blobs() { return *blobs_; }
  /// Digest of a state rebuilt from the log, and of the live one.
  std::string rebuilt_digest();
  std::string live_digest() { return state_->digest(); }

 private:
  World(Environment environment, std::unique_ptr<Store> store, uint64_t commit_events);
  void open_in_memory();
  void settle(net::ConnectionId id);
  void run_loop();
  void check_blobs();
  void collect_events();

  uv_loop_t loop_;
  TestClock clock_;
  VirtualClock virtual_clock_{clock_};
  SeededEntropy entropy_{1};
  Environment environment_;
  log::MemoryFileSystem memory_;
  log::PosixFileSystem disk_;
  std::string log_directory_ = "/log";
  net::WorkQueue work_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<log::BlobStore> own_blobs_;
  std::unique_ptr<log::Log> own_log_;
  std::unique_ptr<State> own_state_;
  log::BlobStore* blobs_ = nullptr;
  log::Log* log_ = nullptr;
  State* state_ = nullptr;
  bool law_ = true;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<Gateway> gateway_;
  std::map<net::ConnectionId, Reply> replies_;
  std::map<net::ConnectionId, http::SharedRequest> requests_;
  net::ConnectionId next_id_ = 1;
  std::set<net::ConnectionId> gone_;
  std::string peer_ = "127.0.0.1";
  std::map<net::ConnectionId, http::Headers> reply_headers_;
  std::vector<Event> last_events_;
  log::Sequence seen_ = 0;
};

/// Fills an http::Request as the server's parser would.
http::SharedRequest make_request(const Request& request);

}  // namespace cloudemu::test
