#pragma once
#include <uv.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/gateway.h"
#include "control/control.h"
#include "core/entropy.h"
#include "net/work_queue.h"
#include "realm/realms.h"
#include "services/environment.h"
#include "services/reactions.h"

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
  explicit World(Environment environment = {}, Reactions reactions = &reactions_to);
  /// On a data directory, as the daemon has it; the state is committed every `commit_events` events.
  World(const Store::Options& options, uint64_t commit_events);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Events that are taken as having happened, one call each.
  void given(std::vector<Event> events);
  /// Sends a request through gateway and engine, and runs the loop until the reply is there or the call is parked.
  Reply send(const Request& request) { return send_to(main(), request); }
  /// Likewise to another realm of this world: a past state, a fork.
  Reply send_to(Realm& realm, const Request& request);
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

  Realms& realms() { return *realms_; }
  Realm& main() { return realms_->main(); }
  const State& state() const { return realms_->main().engine().state(); }
  Engine& engine() { return main().engine(); }
  Store& store() { return main().store(); }
  /// The orderly end of a world on a data directory; only its destructor may follow.
  void close();
  /// No check of equivalence at the end: the test damaged something, and says itself what holds.
  void forgo_law() { law_ = false; }
  TestClock& clock() { return clock_; }
  /// Where the log is, in "/log".
  log::FileSystem& files() { return store().files(); }
  log::BlobStore& blobs() { return main().blobs(); }
  /// Digest of a state rebuilt from the log, and of the live one.
  std::string rebuilt_digest() { return rebuilt_digest(main()); }
  std::string rebuilt_digest(Realm& realm);
  std::string live_digest() { return store().state().digest(); }

 private:
  World(Environment environment, Reactions reactions, Store::Options options, uint64_t commit_events);
  Surroundings surroundings(Reactions reactions);
  Gateway gateway_of(Realm& realm);
  net::ConnectionId begin_at(Gateway& gateway, const Request& request);
  void settle(Realm& realm, net::ConnectionId id);
  void run_loop();
  void check_blobs();
  void collect_events();

  uv_loop_t loop_;
  TestClock clock_;
  SeededEntropy entropy_{1};
  Environment environment_;
  net::WorkQueue work_;
  bool law_ = true;
  std::unique_ptr<Realms> realms_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<Gateway> gateway_;  // of main
  std::map<net::ConnectionId, Reply> replies_;
  std::map<net::ConnectionId, http::SharedRequest> requests_;
  net::ConnectionId next_id_ = 1;
  std::set<net::ConnectionId> gone_;
  std::string peer_ = "127.0.0.1";
  std::map<net::ConnectionId, http::Headers> reply_headers_;
  std::vector<Event> last_events_;
  log::Sequence seen_ = 0;
};

/// A call of a service that speaks JSON, as SDKs send it; `target`: "DynamoDB_20120810.PutItem".
Request json_call(std::string_view service, std::string_view target, std::string body);

/// Fills an http::Request as the server's parser would.
http::SharedRequest make_request(const Request& request);

}  // namespace cloudemu::test
