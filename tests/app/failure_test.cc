// When the log cannot be written: nobody is told a lie, reads go on, a restart recovers.
#include <uv.h>

#include <catch2/catch.hpp>
#include <thread>

#include "app/gateway.h"
#include "control/control.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "history/replay.h"
#include "support/faulty_files.h"
#include "support/temporary_directory.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

/// An engine with a log on a faulty disk and a state in a file, as with a data directory.
class Persistent {
 public:
  explicit Persistent(log::SyncMode sync = log::SyncMode::always) {
    auto log = log::Log::open(disk, "/log", {.sync = sync, .probe_ms = 1}, clock.now(), [] {});
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
    Surroundings surroundings{.real_clock = clock, .entropy = entropy_, .reply = [this](net::ConnectionId id, http::Response r) {
                                statuses[id] = r.status;
                                responses[id] = std::move(r);
                              }};
    realm_ = Realm::over(*state_, *log_, blobs_, std::move(options), surroundings);
    engine_ = &realm_->engine();
    control_ = std::make_unique<Control>(*engine_, environment_, Control::Facts{});
    gateway_ = std::make_unique<Gateway>(*realm_, *control_, environment_, entropy_, work_, Door({}));
  }
  ~Persistent() {
    gateway_.reset();
    uv_run(&loop_, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop_) == 0);
  }

  /// Begins a request without a body that is streamed; its status appears in `statuses` when it is answered.
  void begin(net::ConnectionId id, std::string method, std::string target) {
    begin(id, Request{.method = std::move(method), .target = std::move(target)});
  }
  void begin(net::ConnectionId id, const Request& given) {
    ask(id, given);
    engine_->end_of_turn();
  }
  /// The same, in one turn of the loop with what comes next: the log's writer does not have it yet.
  void ask(net::ConnectionId id, const Request& given) {
    http::SharedRequest request = make_request(given);
    net::Admission admission = gateway_->admit(id, request);
    request->body = given.body;
    if (!admission.refused && given.body.size() > admission.body_bytes_max && !admission.sink) {
      gateway_->refuse_body(id, std::move(admission), net::BodyFault::too_large);
    } else {
      gateway_->serve(id, request, std::move(admission));
    }
  }
  /// Lets the log's writer do its work, and tells the engine.
  void settle() {
    log::Sequence last = log_->last_sequence();
    for (int i = 0; i < 1000 && log_->durable() < last && !log_->failed(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    engine_->on_log_progress();
    engine_->end_of_turn();
  }
  /// Lets the log find out that the disk is well again.
  void recover() {
    for (int i = 0; i < 5000 && log_->failed(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    REQUIRE_FALSE(log_->failed());
    engine_->on_log_progress();
    engine_->end_of_turn();
  }
  int status(net::ConnectionId id) { return statuses.contains(id) ? statuses[id] : 0; }
  std::string header(net::ConnectionId id, std::string_view name) { return std::string(responses[id].headers.find(name).value_or("")); }

  FaultyFileSystem disk;
  TestClock clock;
  std::map<net::ConnectionId, int> statuses;
  std::map<net::ConnectionId, http::Response> responses;
  Engine& engine() { return *engine_; }
  State& state() { return *state_; }

 private:
  TemporaryDirectory directory_;
  SeededEntropy entropy_{1};
  Environment environment_;
  std::unique_ptr<log::Log> log_;
  std::unique_ptr<State> state_;
  uv_loop_t loop_;
  net::WorkQueue work_{(uv_loop_init(&loop_), &loop_)};
  log::BlobStore blobs_{disk, "/blobs", log::BlobStore::Durability::unsynced};
  std::unique_ptr<Realm> realm_;
  Engine* engine_ = nullptr;  // the realm's
  std::unique_ptr<Control> control_;
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace

TEST_CASE("Failure: a reply waits until its event is durable", "[app][failure]") {
  Persistent p;
  p.begin(1, "PUT", "/first");
  p.settle();
  CHECK(p.status(1) == 200);
}

TEST_CASE("Failure: a reset that the log could not keep has not happened", "[app][failure][reset]") {
  Persistent p;
  p.begin(1, "PUT", "/kept");
  p.settle();
  p.engine().commit_state(Engine::Commit::force);
  p.begin(2, "PUT", "/kept-but-not-committed");
  p.settle();
  REQUIRE(p.status(2) == 200);

  p.disk.fail_sync = true;
  p.begin(3, "POST", "/_cloudemu/reset");
  p.begin(4, "POST", "/_cloudemu/reset");
  CHECK(p.state().s3().find_bucket("kept") == nullptr);
  p.settle();
  CHECK(p.status(3) == 503);
  CHECK(p.status(4) == 503);
  CHECK(p.state().s3().find_bucket("kept") != nullptr);
  CHECK(p.state().s3().find_bucket("kept-but-not-committed") != nullptr);
  CHECK_FALSE(p.state().failure());
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

TEST_CASE("Failure: want of space or of descriptors refuses with 503 and passes by itself", "[app][failure]") {
  Persistent p;
  p.begin(1, "PUT", "/kept");
  p.settle();
  REQUIRE(p.status(1) == 200);
  Errc code = GENERATE(Errc::disk_full, Errc::no_descriptors);
  p.disk.fail_nth(FaultyFileSystem::kAppend, 1, code, FaultyFileSystem::Lasting::yes);
  p.begin(2, "PUT", "/lost");
  p.settle();
  CHECK(p.status(2) == 503);
  p.begin(3, "PUT", "/refused");
  CHECK(p.status(3) == 503);
  p.begin(4, "GET", "/kept/nothing");
  CHECK(p.status(4) == 404);
  CHECK(p.state().s3().find_bucket("lost") == nullptr);
  p.disk.heal();
  p.recover();
  p.begin(5, "PUT", "/taken");
  p.settle();
  CHECK(p.status(5) == 200);
  CHECK(p.state().applied() == 2);
  CHECK(p.state().s3().find_bucket("kept") != nullptr);
}

TEST_CASE("Failure: the state goes back without a descriptor and without reading a file", "[app][failure]") {
  Persistent p;
  for (int i = 1; i <= 3; ++i) p.begin(i, "PUT", "/bucket-" + std::to_string(i));
  p.settle();
  REQUIRE(p.status(3) == 200);
  p.disk.fail_nth(FaultyFileSystem::kWriting | FaultyFileSystem::kList | FaultyFileSystem::kReadSize, 1, Errc::no_descriptors,
                  FaultyFileSystem::Lasting::yes);
  p.begin(4, "PUT", "/lost");
  p.settle();
  CHECK(p.status(4) == 503);
  CHECK(p.state().applied() == 3);
  p.begin(5, "GET", "/bucket-3/nothing");
  CHECK(p.status(5) == 404);
  p.disk.heal();
  p.recover();
  p.begin(6, "PUT", "/taken");
  p.settle();
  CHECK(p.status(6) == 200);
  // Once more, with a commit in between.
  p.engine().commit_state(Engine::Commit::force);
  p.begin(7, "PUT", "/after-commit");
  p.settle();
  p.disk.fail_nth(FaultyFileSystem::kAppend, 1, Errc::disk_full, FaultyFileSystem::Lasting::yes);
  p.begin(8, "PUT", "/lost-again");
  p.settle();
  CHECK(p.status(8) == 503);
  CHECK(p.state().applied() == 5);
  CHECK(p.state().s3().find_bucket("after-commit") != nullptr);
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

TEST_CASE("Failure: committing the state syncs nothing where replies need no sync either", "[app][failure]") {
  Persistent p(log::SyncMode::no);
  p.begin(1, "PUT", "/bucket");
  int syncs = p.disk.syncs;
  p.engine().commit_state(Engine::Commit::force);
  CHECK(p.disk.syncs == syncs);
  p.state().roll_back();
  CHECK(p.state().applied() == 1);
}

TEST_CASE("Failure: committing the state waits for the log", "[app][failure]") {
  Persistent p;
  p.begin(1, "PUT", "/bucket");
  p.engine().commit_state(Engine::Commit::force);
  p.state().roll_back();
  CHECK(p.state().applied() == 1);
  CHECK(p.state().checkpoint().chain.size() == 64);
}

TEST_CASE("Failure: a refusal by the head alone waits for what it tells of, and says what it saw", "[app][failure]") {
  Persistent p;
  p.begin(1, "PUT", "/kept");
  p.settle();
  REQUIRE(p.status(1) == 200);
  // That the bucket is gone is not durable yet, so nobody may hear of it.
  p.ask(2, {.method = "DELETE", .target = "/kept"});
  p.begin(3, {.method = "PUT", .target = "/kept/cat", .body = "meow"});
  CHECK(p.status(3) == 0);
  p.settle();
  CHECK(p.status(2) == 204);
  CHECK(p.status(3) == 404);
  CHECK(p.header(3, "x-cloudemu-seq") == "2");
  // Nor by a reply to a body that is too large.
  p.ask(4, {.method = "PUT", .target = "/again"});
  p.begin(5, {.method = "POST", .target = "/again?delete", .body = std::string(9 << 20, 'x')});
  CHECK(p.status(5) == 0);
  p.settle();
  CHECK(p.status(5) == 400);
  CHECK(p.header(5, "x-cloudemu-seq") == "3");

  p.disk.fail_sync = true;
  p.ask(6, {.method = "DELETE", .target = "/again"});
  p.begin(8, {.method = "PUT", .target = "/again/cat", .body = "meow"});
  CHECK(p.status(8) == 0);
  p.settle();
  CHECK(p.status(8) == 500);  // a 404 would have told of a deletion that never happened
}

TEST_CASE("Failure: a call that is held when the log fails still has its request, though its client is gone", "[app][failure]") {
  Persistent p;
  p.disk.fail_sync = true;
  p.begin(1, {.method = "POST",
              .headers = {{"X-Amz-Target", "DynamoDB_20120810.CreateTable"},
                          {"Content-Type", "application/x-amz-json-1.0"},
                          {"X-Amz-Date", "20261123T040000Z"},
                          {"Authorization",
                           "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"}},
              .body = R"({"TableName":"tab","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],)"
                      R"("AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"})"});
  REQUIRE(p.status(1) == 0);
  p.engine().client_left(1);
  std::string scribble(100'000, 'z');  // where the request was, if it is gone
  p.settle();
  CHECK(p.status(1) == 500);
  CHECK(p.header(1, "Content-Type") == "application/x-amz-json-1.0");
}

}  // namespace cloudemu::test
