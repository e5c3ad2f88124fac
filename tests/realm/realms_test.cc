// One process, several worlds: main, forks of it, and what it was at earlier events.
#include "realm/realms.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/strings.h"
#include "history/compact.h"
#include "history/past.h"
#include "support/temporary_directory.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t kCommitEvents = 5;
constexpr std::string_view kQueue = "http://localhost:4566/000000000000/jobs";

std::string large(std::string_view word) { return concat(word, std::string(40'000, 'x')); }

/// A daemon's world on a data directory, and the few calls that its realms are asked.
class Worlds {
 public:
  Worlds() : world({.data_dir = directory_.path() + "/data", .sync = log::SyncMode::no}, kCommitEvents) {}

  /// A bucket, a table, a queue.
  void prepare() {
    REQUIRE(world.send({.method = "PUT", .target = "/photos"}).status == 200);
    REQUIRE(dynamodb(world.main(), "CreateTable",
                     R"({"TableName":"pets","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"k",)"
                     R"("AttributeType":"S"}],"KeySchema":[{"AttributeName":"k","KeyType":"HASH"}]})")
                .status == 200);
    REQUIRE(sqs(world.main(), "CreateQueue", R"({"QueueName":"jobs"})").status == 200);
  }
  /// One word, in an object small and one large, an item and a message.
  void write(Realm& realm, std::string_view word) {
    CHECK(put(realm, "small", std::string(word)).status == 200);
    CHECK(put(realm, "large", large(word)).status == 200);
    CHECK(dynamodb(realm, "PutItem", concat(R"({"TableName":"pets","Item":{"k":{"S":"cat"},"v":{"S":")", word, R"("}}})")).status == 200);
    CHECK(sqs(realm, "SendMessage", concat(R"({"QueueUrl":")", kQueue, R"(","MessageBody":")", word, R"("})")).status == 200);
  }
  /// What reads of all three services say.
  std::string read(Realm& realm) {
    std::string body = get(realm, "large").body, item = item_in(realm);
    std::string_view size = body.size() > 40'000 ? std::string_view(body).substr(0, body.size() - 40'000) : "nothing large";
    return concat(get(realm, "small").body, " ", size, " ", item, " ", messages(realm));
  }

  Reply put(Realm& realm, std::string_view key, std::string body) {
    return world.send_to(realm, {.method = "PUT", .target = concat("/photos/", key), .body = std::move(body)});
  }
  Reply get(Realm& realm, std::string_view key) { return world.send_to(realm, {.target = concat("/photos/", key)}); }
  Reply dynamodb(Realm& realm, std::string_view operation, std::string body) {
    return world.send_to(realm, json_call("dynamodb", concat("DynamoDB_20120810.", operation), std::move(body)));
  }
  Reply sqs(Realm& realm, std::string_view operation, std::string body) {
    return world.send_to(realm, json_call("sqs", concat("AmazonSQS.", operation), std::move(body)));
  }
  std::string messages(Realm& realm, std::string_view attribute = "ApproximateNumberOfMessages") {
    return between(sqs(realm, "GetQueueAttributes", concat(R"({"QueueUrl":")", kQueue, R"(","AttributeNames":["All"]})")).body,
                   concat("\"", attribute, "\":\""));
  }
  std::string item_in(Realm& realm) {
    return between(dynamodb(realm, "GetItem", R"({"TableName":"pets","Key":{"k":{"S":"cat"}}})").body, R"("v":{"S":")");
  }

  /// What the log says that the state was after an event.
  std::string digest_at(log::Sequence at) {
    REQUIRE(world.store().log().flush());
    auto past = history::open_past(world.files(), data_dir(), at);
    INFO((past ? "" : past.error().context));
    REQUIRE(past);
    return (*past)->digest();
  }
  Realm& past(log::Sequence at) {
    auto realm = world.realms().past(at);
    INFO((realm ? "" : realm.error().context));
    REQUIRE(realm);
    return **realm;
  }
  Realm& fork(std::string_view name, log::Sequence at) {
    auto realm = world.realms().fork(name, at);
    INFO((realm ? "" : realm.error().context));
    REQUIRE(realm);
    return **realm;
  }
  std::string data_dir() const { return directory_.path() + "/data"; }
  log::Sequence now() { return world.state().applied(); }

 private:
  static std::string between(std::string_view text, std::string_view before) {
    size_t at = text.find(before);
    if (at == std::string_view::npos) return concat("(", text, ")");
    std::string_view rest = text.substr(at + before.size());
    return std::string(rest.substr(0, rest.find('"')));
  }

  TemporaryDirectory directory_;

 public:
  World world;
};

}  // namespace

TEST_CASE("Realms: main, a past state and a fork answer S3, DynamoDB and SQS side by side, each its own", "[realm]") {
  Worlds worlds;
  World& world = worlds.world;
  worlds.prepare();
  worlds.write(world.main(), "first");
  log::Sequence at = worlds.now();
  std::string then = worlds.digest_at(at);
  worlds.write(world.main(), "second");

  Realm& fork = worlds.fork("what-if", at);
  CHECK(worlds.read(world.main()) == "second second second 2");
  CHECK(worlds.read(worlds.past(at)) == "first first first 1");
  CHECK(worlds.read(fork) == "first first first 1");

  worlds.write(fork, "other");
  worlds.write(fork, "again");
  CHECK(world.send({.method = "DELETE", .target = "/photos/large"}).status == 204);
  CHECK(worlds.read(world.main()) == "second nothing large second 2");
  CHECK(worlds.read(fork) == "again again again 3");
  CHECK(worlds.read(worlds.past(at)) == "first first first 1");
  CHECK(worlds.get(worlds.past(at), "small").header("x-cloudemu-seq") == std::to_string(at));
  CHECK(worlds.get(fork, "small").header("x-cloudemu-seq") == std::to_string(at + 8));

  // Each is what its log makes of it.
  CHECK(world.live_digest() == world.rebuilt_digest());
  CHECK(fork.state_digest() == world.rebuilt_digest(fork));
  CHECK(worlds.past(at).state_digest() == then);
  CHECK(worlds.digest_at(at) == then);
}

TEST_CASE("Realms: a fork is there again after a restart, with what was written to it", "[realm]") {
  TemporaryDirectory directory;
  Store::Options options{.data_dir = directory.path() + "/data", .sync = log::SyncMode::no};
  {
    World world(options, kCommitEvents);
    REQUIRE(world.send({.method = "PUT", .target = "/photos"}).status == 200);
    auto fork = world.realms().fork("blue", 1);
    REQUIRE(fork);
    CHECK(world.send_to(**fork, {.method = "PUT", .target = "/photos/cat", .body = large("blue")}).status == 200);
    world.close();
  }
  World world(options, kCommitEvents);
  CHECK(world.send({.target = "/photos/cat"}).status == 404);
  auto fork = world.realms().find_fork("blue");
  REQUIRE(fork);
  CHECK(world.send_to(**fork, {.target = "/photos/cat"}).body == large("blue"));
  CHECK((*fork)->state_digest() == world.rebuilt_digest(**fork));
}

TEST_CASE("Realms: a past state refuses to be changed, in each protocol's own words, and is not", "[realm][past]") {
  Worlds worlds;
  worlds.prepare();
  worlds.write(worlds.world.main(), "first");
  log::Sequence at = worlds.now();
  worlds.write(worlds.world.main(), "second");
  Realm& past = worlds.past(at);
  std::string why = concat("This is the state as of event ", at, " (2026-11-23T04:00:00.000Z): it can be read, not changed.");

  for (const Request& request :
       std::vector<Request>{{.method = "PUT", .target = "/photos/small", .body = "new"},
                            {.method = "PUT", .target = "/photos/large", .body = large("new")},
                            {.method = "PUT", .target = "/more"},
                            {.method = "PUT", .target = "/photos/copy", .headers = {{"x-amz-copy-source", "photos/large"}}},
                            {.method = "POST", .target = "/photos/parts?uploads"},
                            {.method = "DELETE", .target = "/photos/small"}}) {
    Reply reply = worlds.world.send_to(past, request);
    INFO(request.method << " " << request.target << " " << reply.body);
    CHECK(reply.status == 403);
    CHECK_THAT(reply.body, Catch::Contains("<Code>AccessDenied</Code>") && Catch::Contains(why));
  }
  for (auto [operation, body] :
       {std::pair("PutItem", R"({"TableName":"pets","Item":{"k":{"S":"dog"}}})"),
        std::pair("DeleteItem", R"({"TableName":"pets","Key":{"k":{"S":"cat"}}})"), std::pair("DeleteTable", R"({"TableName":"pets"})")}) {
    Reply reply = worlds.dynamodb(past, operation, body);
    INFO(operation << " " << reply.body);
    CHECK_THAT(reply.body, Catch::Contains("AccessDeniedException") && Catch::Contains(why));
  }
  for (auto [operation, more] :
       {std::pair("SendMessage", R"(,"MessageBody":"new")"), std::pair("ReceiveMessage", R"(,"WaitTimeSeconds":20)"),
        std::pair("PurgeQueue", ""), std::pair("DeleteQueue", "")}) {
    Reply reply = worlds.sqs(past, operation, concat(R"({"QueueUrl":")", kQueue, "\"", more, "}"));
    INFO(operation << " " << reply.body);
    CHECK(reply.arrived);
    CHECK_THAT(reply.body, Catch::Contains("AccessDenied") && Catch::Contains(why));
  }
  // A mistake is told as ever: the rule is asked first.
  CHECK_THAT(worlds.dynamodb(past, "PutItem", R"({"TableName":"none","Item":{"k":{"S":"dog"}}})").body,
             Catch::Contains("ResourceNotFoundException"));
  CHECK(worlds.read(past) == "first first first 1");
  CHECK(past.state_digest() == worlds.digest_at(at));
}

TEST_CASE("Realms: in a past state time stands still, in a fork it goes on", "[realm][past]") {
  Worlds worlds;
  World& world = worlds.world;
  worlds.prepare();
  REQUIRE(
      worlds.sqs(world.main(), "SendMessage", concat(R"({"QueueUrl":")", kQueue, R"(","MessageBody":"later","DelaySeconds":60})")).status ==
      200);
  log::Sequence at = worlds.now();
  TimeMs then = world.clock().time;
  Realm& fork = worlds.fork("soon", at);
  world.clock().time += 3'600'000;
  for (Realm* realm : {&world.main(), &fork}) {
    CHECK(worlds.messages(*realm) == "1");
    CHECK(worlds.messages(*realm, "ApproximateNumberOfMessagesDelayed") == "0");
  }
  CHECK(worlds.past(at).clock().now() == then);
  CHECK(worlds.messages(worlds.past(at)) == "0");
  CHECK(worlds.messages(worlds.past(at), "ApproximateNumberOfMessagesDelayed") == "1");
  CHECK_FALSE(worlds.past(at).engine().has_late_calls());
}

TEST_CASE("Realms: what is not there, not there any more, or never was, says so", "[realm]") {
  Worlds worlds;
  worlds.prepare();
  Realms& realms = worlds.world.realms();
  CHECK(realms.past(worlds.now() + 1).error().code == Errc::not_found);
  CHECK(realms.fork("late", worlds.now() + 1).error().code == Errc::not_found);
  CHECK(realms.find_fork("never").error().code == Errc::not_found);
  for (std::string_view name : {"", "main", "../main", "a/b", ".", "caf\xC3\xA9"}) {
    CHECK(realms.fork(name, 1).error().code == Errc::bad_input);
    CHECK_FALSE(realms.find_fork(name));
  }
  REQUIRE(realms.fork("one", 2));
  CHECK(realms.fork("one", 2).error().code == Errc::bad_input);
  CHECK(fs::exists(worlds.data_dir() + "/forks/one/log"));

  REQUIRE(realms.past(1));
  auto prepared = history::prepare_compaction(worlds.world.files(), worlds.data_dir(), 3);
  REQUIRE(prepared);
  REQUIRE(history::compact(worlds.world.files(), worlds.data_dir(), *prepared));
  CHECK_THAT(realms.past(1).error().context, Catch::Contains("event 1 was compacted away"));
  CHECK(realms.past(2));

  World in_memory;
  REQUIRE(in_memory.send({.method = "PUT", .target = "/photos"}).status == 200);
  CHECK(in_memory.realms().past(1).error().code == Errc::not_found);
  CHECK(in_memory.realms().fork("one", 1).error().code == Errc::not_found);
}

TEST_CASE("Realms: the last past states are kept open, and leave no files", "[realm][past]") {
  Worlds worlds;
  worlds.prepare();
  for (int i = 0; i < 8; ++i) worlds.write(worlds.world.main(), concat("word", i));
  auto files = [&] {
    size_t count = 0;
    for (const auto& entry : fs::directory_iterator(worlds.data_dir() + "/past")) count += entry.path().extension() == ".db";
    return count;
  };
  Realm* first = &worlds.past(4);
  for (log::Sequence at = 5; at <= 3 + Realms::kPastsMax; ++at) worlds.past(at);
  CHECK(&worlds.past(4) == first);  // and is now the last one that was asked for
  for (log::Sequence at = 20; at < 19 + Realms::kPastsMax; ++at) worlds.past(at);
  CHECK(&worlds.past(4) == first);
  CHECK(files() == Realms::kPastsMax);
  worlds.world.close();
  CHECK(files() == 0);
}

}  // namespace cloudemu::test
