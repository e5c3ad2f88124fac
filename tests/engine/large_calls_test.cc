#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <set>
#include <thread>

#include "core/strings.h"
#include "engine/engine.h"
#include "services/dispatch.h"
#include "support/dynamodb.h"
#include "support/faulty_files.h"

namespace cloudemu::test {

namespace {

constexpr size_t kLightBytes = 64 * 1024;
constexpr size_t kItemBytes = 300'000;

http::SharedRequest whole(const Request& request) {
  http::SharedRequest made = make_request(request);
  made->body = request.body;
  return made;
}

std::string key(int number) { return concat("{'pk':{'S':'", number, "'}}"); }
std::string large_put(int number) {
  return concat("{'PutRequest':{'Item':{'pk':{'S':'", number, "'},'text':{'S':'", std::string(kItemBytes, 'x'), "'}}}}");
}
std::string large_batch(int count) {
  std::string puts;
  for (int i = 0; i < count; ++i) append(puts, i == 0 ? "" : ",", large_put(i));
  return concat("{'RequestItems':{'tab':[", puts, "]}}");
}

/// Inserts of items 0 to `count` - 1, and of item `again` once more.
std::string large_statements(int count, int again = -1) {
  std::string inserts;
  auto insert = [&](int number) {
    append(inserts, inserts.empty() ? "" : ",", "{'Statement':'INSERT INTO tab VALUE ?','Parameters':[{'M':{'pk':{'S':'", number,
           "'},'text':{'S':'", std::string(kItemBytes, 'x'), "'}}}]}");
  };
  for (int i = 0; i < count; ++i) insert(i);
  if (again >= 0) insert(again);
  return concat("{'Statements':[", inserts, "]}");
}

/// An engine whose worker threads work when the test says so.
struct Workers {
  struct Job {
    std::function<bool()> wanted;
    std::function<void()> work, done;
  };

  FaultyFileSystem files;
  TestClock real;
  VirtualClock clock{real};
  SeededEntropy entropy{1};
  Environment environment;
  DynamoDb client;  // makes the requests
  std::unique_ptr<log::Log> log = *log::Log::open(files, "/log", {}, 1, [] {});
  std::unique_ptr<State> state = *State::attach(*sqlite::Database::open_memory());
  std::map<net::ConnectionId, http::Response> replies;
  std::set<net::ConnectionId> gone;
  std::deque<Job> jobs;
  std::unique_ptr<Engine> engine;

  Workers() {
    Engine::Options options{.persistent = false};
    options.in_background = [this](auto work, auto done) { jobs.push_back({[] { return true; }, std::move(work), std::move(done)}); };
    options.in_turn = [this](auto wanted, auto work, auto done) { jobs.push_back({std::move(wanted), std::move(work), std::move(done)}); };
    options.client_there = [this](net::ConnectionId id) { return !gone.contains(id); };
    engine = std::make_unique<Engine>(*state, *log, clock, entropy, std::move(options),
                                      [this](net::ConnectionId id, http::Response response) { replies[id] = std::move(response); });
    create_table(1, "S");
  }
  ~Workers() { run_all(); }

  void create_table(net::ConnectionId id, std::string_view key_type) {
    send(id, "CreateTable",
         concat("{'TableName':'tab','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'pk',"
                "'AttributeType':'",
                key_type, "'}],'BillingMode':'PAY_PER_REQUEST'}"));
    REQUIRE(replies[id].status == 200);
  }

  std::unique_ptr<PendingCall> call(std::string_view operation, std::string_view input) {
    auto made = open_call(whole(client.request(operation, input)), environment, *state, 7);
    REQUIRE_FALSE(made->admit(*state, engine->moment()));
    return made;
  }
  void send(net::ConnectionId id, std::string_view operation, std::string_view input) {
    engine->run(id, call(operation, input));
    engine->end_of_turn();
  }
  void run_one() {
    REQUIRE_FALSE(jobs.empty());
    Job job = std::move(jobs.front());
    jobs.pop_front();
    if (!job.wanted()) return;
    job.work();
    job.done();
    engine->end_of_turn();
    while (log->durable() < log->last_sequence()) std::this_thread::yield();
    engine->on_log_progress();
    engine->end_of_turn();
  }
  void run_all() {
    while (!jobs.empty()) run_one();
  }
  bool has_item(int number) {
    net::ConnectionId id = 1000;
    send(id, "GetItem", concat("{'TableName':'tab','Key':", key(number), "}"));
    return replies.at(id).body != "{}";
  }
};

}  // namespace

TEST_CASE("Large calls: a body is heavy beyond 64 KiB, or if it comes in a coding", "[app][engine][large][limits]") {
  Workers workers;
  auto is_heavy = [&](Request request) { return open_call(whole(request), workers.environment, *workers.state, 7)->is_heavy(); };
  Request request = workers.client.request("PutItem", "{}");
  request.body = std::string(kLightBytes, ' ');
  CHECK_FALSE(is_heavy(request));
  request.body = std::string(kLightBytes + 1, ' ');
  CHECK(is_heavy(request));
  request.body = "{}";
  request.headers.emplace_back("content-encoding", "gzip");
  CHECK(is_heavy(request));
  request.body.clear();
  CHECK_FALSE(is_heavy(request));
}

TEST_CASE("Large calls: others are served while worker threads take a body apart", "[app][engine][large]") {
  Workers workers;
  workers.send(2, "PutItem", concat("{'TableName':'tab','Item':{'pk':{'S':'0'},'text':{'S':'", std::string(kItemBytes, 'x'), "'}}}"));
  CHECK_FALSE(workers.replies.contains(2));
  CHECK_FALSE(workers.has_item(0));
  workers.run_all();
  CHECK(workers.replies.at(2).status == 200);
  CHECK(workers.has_item(0));
}

TEST_CASE("Large calls: one whose client leaves before it is prepared, or meanwhile, does nothing", "[app][engine][large]") {
  Workers workers;
  bool meanwhile = GENERATE(false, true);
  workers.send(2, "PutItem", concat("{'TableName':'tab','Item':{'pk':{'S':'0'},'text':{'S':'", std::string(kItemBytes, 'x'), "'}}}"));
  if (meanwhile) workers.jobs.front().work = [&] { workers.gone.insert(2); };
  else workers.gone.insert(2);
  workers.run_all();
  CHECK_FALSE(workers.has_item(0));
  CHECK(workers.state->applied() == 1);
}

TEST_CASE("Large calls: a batch of many bytes is written in parts, and others come between", "[app][engine][large]") {
  Workers workers;
  workers.send(2, "BatchWriteItem", large_batch(10));  // three fit a part
  workers.run_one();
  CHECK(workers.state->applied() == 1 + 3);
  CHECK(workers.has_item(2));
  CHECK_FALSE(workers.has_item(3));
  CHECK_FALSE(workers.replies.contains(2));
  workers.run_one();
  CHECK(workers.state->applied() == 1 + 6);
  workers.run_all();
  CHECK(workers.replies.at(2).body == R"({"UnprocessedItems":{}})");
  CHECK(workers.has_item(9));
  CHECK(workers.state->applied() == 1 + 10);
}

TEST_CASE("Large calls: a batch of statements is carried out in parts, too", "[app][engine][large]") {
  Workers workers;
  SECTION("each part's outcomes are told at the end") {
    workers.send(2, "BatchExecuteStatement", large_statements(10));
    workers.run_one();
    CHECK(workers.has_item(2));
    CHECK_FALSE(workers.has_item(3));
    CHECK_FALSE(workers.replies.contains(2));
    workers.run_all();
    CHECK(workers.has_item(9));
    std::string outcomes = R"({"TableName":"tab"})";
    for (int i = 1; i < 10; ++i) outcomes += R"(,{"TableName":"tab"})";
    CHECK(workers.replies.at(2).body == concat(R"({"Responses":[)", outcomes, "]}"));
  }
  SECTION("an item that is named twice refuses all of them before the first") {
    log::Sequence before = workers.state->applied();
    workers.send(2, "BatchExecuteStatement", large_statements(10, 0));
    workers.run_all();
    CHECK(workers.replies.at(2).body.find("Provided list of item keys contains duplicates") != std::string::npos);
    CHECK(workers.state->applied() == before);
  }
  SECTION("a table that goes meanwhile is told of each later statement") {
    workers.send(2, "BatchExecuteStatement", large_statements(4));
    workers.run_one();
    workers.send(3, "DeleteTable", "{'TableName':'tab'}");
    workers.run_all();
    CHECK(workers.replies.at(2).body ==
          R"({"Responses":[{"TableName":"tab"},{"TableName":"tab"},{"TableName":"tab"},)"
          R"({"Error":{"Code":"ResourceNotFound","Message":"Requested resource not found"},"TableName":"tab"}]})");
  }
  SECTION("if the state fails under a later part, nothing false is told") {
    auto batch = workers.call("BatchExecuteStatement", large_statements(10));
    auto ask = [&] { return batch->decide(*workers.state, workers.engine->moment()); };
    Outcome first = ask();
    CHECK(events_of(first)->size() == 3);
    batch->note_part_done();
    Outcome second = ask();
    CHECK(events_of(second)->size() == 3);
    Outcome again = ask();
    REQUIRE(std::holds_alternative<Answer>(again));
    CHECK(std::get<Answer>(again).response.status == 500);
  }
}

TEST_CASE("Large calls: a batch whose table goes between two parts ends there", "[app][engine][large]") {
  Workers workers;
  workers.send(2, "BatchWriteItem", large_batch(10));
  workers.run_one();
  workers.send(3, "DeleteTable", "{'TableName':'tab'}");
  CHECK(workers.replies.at(3).status == 200);
  workers.run_all();
  CHECK(workers.replies.at(2).status == 400);
  CHECK(workers.replies.at(2).body.find("ResourceNotFoundException") != std::string::npos);
}

TEST_CASE("Large calls: a batch whose table is another one after a part is held to that one's key", "[app][engine][large]") {
  Workers workers;
  workers.send(2, "BatchWriteItem", large_batch(10));
  workers.run_one();
  workers.send(3, "DeleteTable", "{'TableName':'tab'}");
  workers.create_table(4, "N");
  log::Sequence before = workers.state->applied();
  workers.run_all();
  CHECK(workers.replies.at(2).status == 400);
  CHECK(workers.replies.at(2).body.find("The provided key element does not match the schema") != std::string::npos);
  CHECK(workers.state->applied() == before);
}

TEST_CASE("Large calls: a part that is asked for again, since the state or the log was not ready, is the same", "[app][engine][large]") {
  Workers workers;
  auto batch = workers.call("BatchWriteItem", large_batch(10));
  auto ask = [&] {
    Outcome outcome = batch->decide(*workers.state, workers.engine->moment());
    return *events_of(outcome);
  };
  std::vector<std::vector<Event>> parts;
  for (int part = 0; part < 4; ++part) {
    parts.push_back(ask());
    CHECK(parts.back().size() == (part < 3 ? 3 : 1));
    CHECK(ask() == parts.back());
    CHECK(ask() == parts.back());
    CHECK(std::get<dynamodb::ItemPut>(parts.back()[0]).item.text.size() > kItemBytes);
    batch->note_part_done();
  }
  CHECK(std::get<dynamodb::ItemPut>(parts[0][0]).key != std::get<dynamodb::ItemPut>(parts[1][0]).key);
}

TEST_CASE("Large calls: a daemon that stops carries a begun batch out", "[app][engine][large]") {
  Workers workers;
  workers.send(2, "BatchWriteItem", large_batch(10));
  workers.run_one();
  workers.engine->shut_down();
  CHECK(workers.replies.at(2).status == 200);
  CHECK(workers.has_item(9));
}

}  // namespace cloudemu::test
