// When the log cannot be written: nobody is told a lie, reads go on, a restart recovers.
#include <uv.h>

#include <catch2/catch.hpp>
#include <thread>

#include "app/engine.h"
#include "core/encoding.h"
#include "history/replay.h"
#include "services/dispatch.h"
#include "support/faulty_files.h"
#include "support/temporary_directory.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

/// An engine with a log on a faulty disk and a state in a file, as with a data directory.
class Persistent {
 public:
  Persistent() {
    auto log = log::Log::open(disk, "/log", {}, clock.now(), [] {});
    REQUIRE(log);
    log_ = std::move(*log);
    auto state = State::attach(*sqlite::Database::open_file(directory_.path() + "/state.db", sqlite::Database::Journal::durable));
    REQUIRE(state);
    state_ = std::move(*state);
    Engine::Options options{.persistent = true};
    options.rewind = [this](State& s, log::Sequence durable) -> Result<void> {
      TRY(s.roll_back());
      s.begin();
      return history::replay(disk, "/log", s, {.until = durable});
    };
    engine_ = std::make_unique<Engine>(*state_, *log_, virtual_clock_, entropy_, std::move(options),
                                       [this](net::ConnectionId id, http::Response r) { statuses[id] = r.status; });
  }

  /// Begins a request without a body; its status appears in `statuses` when it is answered.
  void begin(net::ConnectionId id, std::string method, std::string target) {
    requests_.push_back(make_request({.method = std::move(method), .target = std::move(target)}));
    auto call = open_call(*requests_.back(), environment_, *state_, entropy_.next());
    if (auto refusal = call->admit(engine_->state(), engine_->moment())) {
      statuses[id] = refusal->status;
      return;
    }
    engine_->run(id, std::move(call));
    engine_->end_of_turn();
  }
  /// Lets the log's writer do its work, and tells the engine.
  void settle() {
    log::Sequence last = log_->last_sequence();
    for (int i = 0; i < 1000 && log_->durable() < last && !log_->failed(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    engine_->on_log_progress();
  }
  int status(net::ConnectionId id) { return statuses.contains(id) ? statuses[id] : 0; }

  FaultyFileSystem disk;
  TestClock clock;
  std::map<net::ConnectionId, int> statuses;
  Engine& engine() { return *engine_; }
  State& state() { return *state_; }

 private:
  TemporaryDirectory directory_;
  VirtualClock virtual_clock_{clock};
  SeededEntropy entropy_{1};
  Environment environment_;
  std::unique_ptr<log::Log> log_;
  std::unique_ptr<State> state_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::unique_ptr<http::Request>> requests_;
};

}  // namespace

TEST_CASE("Failure: a reply waits until its event is durable", "[app][failure]") {
  Persistent p;
  p.begin(1, "PUT", "/first");
  p.settle();
  CHECK(p.status(1) == 200);
}

TEST_CASE("Failure: a write that the log could not keep is an error and leaves no trace in the state", "[app][failure]") {
  Persistent p;
  p.begin(1, "PUT", "/kept");
  p.settle();
  REQUIRE(p.status(1) == 200);

  p.disk.fail_sync = true;
  p.begin(2, "PUT", "/lost");
  CHECK(p.status(2) == 0);  // held
  p.settle();
  CHECK(p.status(2) == 500);
  CHECK(p.state().s3().find_bucket("kept") != nullptr);
  CHECK(p.state().s3().find_bucket("lost") == nullptr);

  // Final: the disk is fine again, the log is not.
  p.disk.fail_sync = false;
  p.begin(3, "PUT", "/later");
  CHECK(p.status(3) == 500);
  // Reads go on.
  p.begin(4, "GET", "/kept/nothing");
  CHECK(p.status(4) == 404);
}

TEST_CASE("Failure: a full disk is a clean 503, and passes", "[app][failure]") {
  Persistent p;
  p.engine().set_disk_full(true);
  p.begin(1, "PUT", "/refused");
  CHECK(p.status(1) == 503);
  CHECK(p.state().s3().find_bucket("refused") == nullptr);
  p.engine().set_disk_full(false);
  p.begin(2, "PUT", "/taken");
  p.settle();
  CHECK(p.status(2) == 200);
}

TEST_CASE("Failure: committing the state waits for the log", "[app][failure]") {
  Persistent p;
  p.begin(1, "PUT", "/bucket");
  p.engine().commit_state(Engine::Commit::force);
  p.state().roll_back();
  CHECK(p.state().applied() == 1);
  CHECK(p.state().checkpoint().chain.size() == 64);
}

}  // namespace cloudemu::test
