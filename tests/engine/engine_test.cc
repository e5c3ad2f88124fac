#include <catch2/catch.hpp>

#include "core/strings.h"
#include "history/replay.h"
#include "log/reader.h"
#include "services/dispatch.h"
#include "support/sqs.h"
#include "support/world.h"

namespace cloudemu::test {

TEST_CASE("Engine: what is written can be read, and stands in the log", "[app][engine]") {
  World world;
  CHECK(world.send({.method = "PUT", .target = "/photos"}).status == 200);
  REQUIRE(world.events().size() == 1);
  CHECK(std::get<s3::BucketCreated>(world.events()[0]).bucket == "photos");
  CHECK(world.send({.method = "PUT", .target = "/photos/cat", .body = "meow"}).status == 200);
  Reply reply = world.send({.target = "/photos/cat"});
  CHECK(reply.status == 200);
  CHECK(reply.body == "meow");
  CHECK(reply.header("x-cloudemu-seq") == "2");
}

TEST_CASE("Engine: a large body goes through the blob store", "[app][engine]") {
  World world;
  std::string body(3'000'000, 'x');
  world.send({.method = "PUT", .target = "/photos"});
  CHECK(world.send({.method = "PUT", .target = "/photos/cat", .body = body}).status == 200);
  CHECK(world.send({.target = "/photos/cat"}).body == body);
}

TEST_CASE("Engine: what a call may write has a limit, and one past it changes nothing", "[app][engine][limits]") {
  World world;
  auto bucket_of_size = [](size_t bytes) {
    std::vector<Event> events;
    events.push_back(s3::BucketCreated{.bucket = std::string(bytes, 'b'), .owner = "1", .region = "r", .created_at = 1});
    return events;
  };
  // The line is longer than the name by as much as at first.
  REQUIRE(world.engine().append_own({}, bucket_of_size(1)));
  REQUIRE(world.engine().log().flush());
  auto reader = log::LogReader::open(world.files(), "/log", 1);
  size_t overhead = (*reader->next())->lines.size() - 1;
  CHECK_FALSE(world.engine().append_own({}, bucket_of_size(log::kCallRawBytesMax - overhead + 1)));
  CHECK(world.state().applied() == 1);
  CHECK(world.engine().append_own({}, bucket_of_size(log::kCallRawBytesMax - overhead)));
  CHECK(world.state().applied() == 2);
}

TEST_CASE("Engine: a call that would write too much is refused in the words of its protocol", "[app][engine][limits]") {
  World world;
  auto refusal = [&](const Request& request) {
    auto http = make_request(request);
    Environment environment;
    auto call = open_call(http, environment, world.state(), 7);
    (void)call->admit(world.state(), world.engine().moment());
    return call->unavailable(Unavailable::too_large);
  };
  std::string limit = concat(log::kCallRawBytesMax >> 20, " MiB or ", "262,144");
  REQUIRE(log::kCallEventsMax == 262'144);
  http::Response s3 = refusal({.method = "PUT", .target = "/photos"});
  CHECK(s3.status == 400);
  CHECK_THAT(s3.body, Catch::Contains("<Code>LimitExceeded</Code>") && Catch::Contains(limit));
  http::Response dynamodb =
      refusal({.method = "POST",
               .headers = {{"x-amz-target", "DynamoDB_20120810.PutItem"}, {"content-type", "application/x-amz-json-1.0"}},
               .body = "{}"});
  CHECK(dynamodb.status == 400);
  CHECK_THAT(dynamodb.body, Catch::Contains("LimitExceededException") && Catch::Contains(limit));
  http::Response sqs = refusal({.method = "POST",
                                .headers = {{"x-amz-target", "AmazonSQS.ListQueues"}, {"content-type", "application/x-amz-json-1.0"}},
                                .body = "{}"});
  CHECK(sqs.status == 400);
  CHECK_THAT(sqs.body, Catch::Contains("LimitExceeded") && Catch::Contains(limit));
}

TEST_CASE("Engine: the log's time is real and never goes back; virtual time stands beside it where it differs", "[app][engine][clock]") {
  World world;
  const TimeMs start = world.clock().time;
  std::vector<std::pair<TimeMs, TimeMs>> times;  // real, virtual
  auto put = [&] {
    world.send({.method = "PUT", .target = concat("/bucket-", times.size())});
    REQUIRE(history::for_each_event(world.files(), "/log", world.state().applied(), [&](Envelope& envelope, std::string_view line) {
      times.emplace_back(envelope.wall_time - start, envelope.time - start);
      CHECK((line.find("\"vtime\"") != std::string_view::npos) == (envelope.wall_time != envelope.time));
      return true;
    }));
  };
  put();
  world.send({.method = "POST", .target = "/_cloudemu/clock", .body = R"({"advance":"1h"})"});
  world.advance(10);
  put();
  world.clock().time -= 5000;  // the machine's clock is set back
  put();
  world.clock().time += 6000;
  put();
  constexpr TimeMs kHourMs = 3'600'000;
  CHECK(times == std::vector<std::pair<TimeMs, TimeMs>>{{0, 0}, {10, kHourMs + 10}, {10, kHourMs - 4990}, {1010, kHourMs + 1010}});
}

TEST_CASE("Engine: what time has done stands in the log at the time it was found out", "[app][engine][clock]") {
  Sqs sqs(Protocol::json);
  const TimeMs start = sqs.world.clock().time;
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "delayed", "'DelaySeconds':60");
  sqs.world.send({.method = "POST", .target = "/_cloudemu/clock", .body = R"({"advance":"2h"})"});
  TimeMs last = 0;
  REQUIRE(history::for_each_event(sqs.world.files(), "/log", 1, [&](Envelope& envelope, std::string_view) {
    CHECK(envelope.wall_time >= last);
    last = envelope.wall_time;
    if (std::holds_alternative<sqs::MessagesDue>(envelope.event)) CHECK(envelope.time - start == 60'000);
    return true;
  }));
  CHECK(last == start);
}

}  // namespace cloudemu::test
