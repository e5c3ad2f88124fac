#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <thread>

#include "core/strings.h"
#include "engine/engine.h"
#include "services/dispatch.h"
#include "support/faulty_files.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

/// A call with a large body that writes nothing, and counts how often its rule is asked.
class LargeCall final : public PendingCall {
 public:
  explicit LargeCall(int& asked) : PendingCall("test", 1), asked_(asked) {
    own(make_request({}));
    request_->body.resize(1 << 20);
  }
  std::optional<http::Response> admit(const State&, const Moment&) override { return std::nullopt; }
  BodyPlan body_plan() const override { return {}; }
  Outcome decide(const State&, const Moment&) override {
    ++asked_;
    return outcome_of(http::Response{.status = 200});
  }
  http::Response body_too_large() const override { return {}; }
  http::Response unavailable(Unavailable) const override { return {.status = 503}; }
  http::Response forbidden(std::string_view) const override { return {}; }

 private:
  int& asked_;
};

/// An engine whose state is committed every two events, over a log whose disk can be slow.
struct SlowDisk {
  FaultyFileSystem files;
  TestClock real;
  VirtualClock clock{real};
  SeededEntropy entropy{1};
  Environment environment;
  std::unique_ptr<log::Log> log = *log::Log::open(files, "/log", {}, 1, [] {});
  std::unique_ptr<State> state = *State::attach(*sqlite::Database::open_memory());
  std::map<net::ConnectionId, int> replies;
  int commits = 0;
  bool wants_commit = false, is_behind = false;  ///< of the state's file
  std::unique_ptr<Engine> engine;

  SlowDisk() {
    Engine::Options options{.commit_events_max = 2, .commit_idle_ms = UINT64_MAX / 8};
    options.committed = [this] { ++commits; };
    options.wants_commit = [this] { return wants_commit; };
    options.is_behind = [this] { return is_behind; };
    engine = std::make_unique<Engine>(*state, *log, clock, entropy, std::move(options),
                                      [this](net::ConnectionId id, http::Response response) { replies[id] = response.status; });
  }
  void send(net::ConnectionId id, std::string method, std::string path) {
    auto call = open_call(make_request({.method = std::move(method), .target = std::move(path)}), environment, *state, id);
    REQUIRE_FALSE(call->admit(*state, engine->moment()));
    engine->run(id, std::move(call));
    engine->end_of_turn();
  }
  /// The disk is quick again; until nobody waits any more.
  void catch_up(size_t wanted) {
    files.hold_syncs = false;
    for (int i = 0; i < 2000 && replies.size() < wanted; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      engine->on_log_progress();
      engine->end_of_turn();
    }
  }
};

}  // namespace

TEST_CASE("Commit: while one awaits the log nothing is written to the state, and nobody waits on the loop", "[app][engine][commit]") {
  SlowDisk disk;
  disk.files.hold_syncs = true;
  disk.send(1, "PUT", "/one");
  disk.send(2, "PUT", "/two");  // a commit is due now
  disk.send(3, "PUT", "/three");
  disk.send(4, "PUT", "/four");
  CHECK(disk.state->applied() == 2);
  CHECK(disk.replies.empty());
  SECTION("when the log has caught up, it is committed, and they follow in their order") {
    disk.catch_up(4);
    CHECK(disk.replies == std::map<net::ConnectionId, int>{{1, 200}, {2, 200}, {3, 200}, {4, 200}});
    CHECK(disk.state->applied() == 4);
    CHECK(disk.commits >= 1);
    CHECK(disk.state->s3().find_bucket("three")->id < disk.state->s3().find_bucket("four")->id);
  }
  SECTION("a client that leaves meanwhile takes its write along") {
    CHECK_FALSE(disk.engine->client_left(3));
    disk.catch_up(3);
    CHECK(disk.replies.size() == 3);
    CHECK_FALSE(disk.state->s3().find_bucket("three"));
  }
  SECTION("if the log fails, they are refused, and nothing of them is kept") {
    disk.files.fail_sync = true;
    disk.catch_up(4);
    REQUIRE(disk.replies.size() == 4);
    for (auto [id, status] : disk.replies) CHECK(status >= 500);
  }
  SECTION("at the end of the daemon they are done first") {
    disk.files.hold_syncs = false;
    disk.engine->shut_down();
    disk.engine->on_log_progress();
    CHECK(disk.replies.size() == 4);
    CHECK(disk.state->applied() == 4);
  }
}

TEST_CASE("Commit: while the state's file is behind, what would write waits", "[app][engine][commit]") {
  SlowDisk disk;
  disk.is_behind = true;
  disk.send(1, "PUT", "/one");
  disk.send(2, "PUT", "/two");
  disk.send(3, "GET", "/");
  disk.catch_up(2);
  CHECK(disk.state->applied() == 1);
  CHECK(disk.replies == std::map<net::ConnectionId, int>{{1, 200}, {3, 200}});
  disk.is_behind = false;
  disk.catch_up(3);
  CHECK(disk.replies.count(2) == 1);
  CHECK(disk.state->applied() == 2);
}

TEST_CASE("Commit: a large call is not asked before it can be answered, since asking uses up what it has read", "[app][engine][commit]") {
  SlowDisk disk;
  int asked = 0;
  disk.is_behind = true;
  disk.send(1, "PUT", "/one");
  disk.engine->run(2, std::make_unique<LargeCall>(asked));
  disk.catch_up(1);
  CHECK(asked == 0);
  disk.is_behind = false;
  disk.catch_up(2);
  CHECK(asked == 1);
  CHECK(disk.replies == std::map<net::ConnectionId, int>{{1, 200}, {2, 200}});
}

TEST_CASE("Commit: one that is wanted need not be due", "[app][engine][commit]") {
  SlowDisk disk;
  disk.send(1, "PUT", "/one");
  disk.catch_up(1);
  disk.engine->end_of_turn();
  CHECK(disk.commits == 0);
  disk.wants_commit = true;
  disk.engine->end_of_turn();
  CHECK(disk.commits == 1);
}

}  // namespace cloudemu::test
