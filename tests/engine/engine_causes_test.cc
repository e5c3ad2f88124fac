// Causes and reactions: what the log says led to an event, and what the engine adds to a call.
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "events/codec.h"
#include "history/replay.h"
#include "services/reactions.h"
#include "support/dynamodb.h"
#include "support/sqs.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

/// "2 ddb.ItemPut <- 1", one a line; 0: nothing in the log.
std::vector<std::string> causes(World& world, log::Sequence from) {
  std::vector<std::string> all;
  REQUIRE(world.engine().log().flush());
  codec::LineReader again;
  REQUIRE(history::for_each_event(world.files(), "/log", from, [&](Envelope& envelope, std::string_view line) {
    // What is left out of the line is what reading finds out by itself.
    CHECK(codec::line(envelope) == line);
    all.push_back(concat(envelope.sequence, " ", codec::type_name(envelope.event), " <- ", envelope.cause));
    return true;
  }));
  return all;
}

std::string lines_of(World& world) {
  std::string all;
  REQUIRE(world.engine().log().flush());
  REQUIRE(history::for_each_event(world.files(), "/log", 1, [&](Envelope&, std::string_view line) {
    append(all, line, "\n");
    return true;
  }));
  return all;
}

s3::ObjectTagsPut tags_of(std::string key) { return {.bucket = "photos", .key = std::move(key), .version = "null", .tags = {{"n", "1"}}}; }

/// An object that is put is tagged; one that is tagged is deleted.
std::vector<Event> tag_then_delete(const State&, const Happened& happened, const Moment&) {
  std::vector<Event> events;
  if (auto* put = std::get_if<s3::ObjectPut>(&happened.event)) events.emplace_back(tags_of(put->key));
  if (auto* tagged = std::get_if<s3::ObjectTagsPut>(&happened.event)) {
    events.emplace_back(s3::VersionDeleted{.bucket = "photos", .key = tagged->key, .version = "null"});
  }
  return events;
}

/// What is tagged is tagged again, for ever.
std::vector<Event> tag_for_ever(const State&, const Happened& happened, const Moment&) {
  std::vector<Event> events;
  if (auto* put = std::get_if<s3::ObjectPut>(&happened.event)) events.emplace_back(tags_of(put->key));
  if (auto* tagged = std::get_if<s3::ObjectTagsPut>(&happened.event)) events.emplace_back(tags_of(tagged->key));
  return events;
}

/// Each thing that happens makes two more of it.
std::vector<Event> tag_twice_for_ever(const State& state, const Happened& happened, const Moment& moment) {
  std::vector<Event> events = tag_for_ever(state, happened, moment);
  if (!events.empty()) events.emplace_back(events.front());
  return events;
}

}  // namespace

TEST_CASE("Causes: of a client's call the first event has none, and the others have the first", "[engine][causes]") {
  Sqs sqs(Protocol::json);
  std::string queue = sqs.create("jobs");
  sqs.call("SendMessageBatch",
           concat("{'QueueUrl':'", queue,
                  "','Entries':[{'Id':'a','MessageBody':'1'},{'Id':'b','MessageBody':'2'},{'Id':'c','MessageBody':'3'}]}"));
  CHECK(causes(sqs.world, 1) ==
        std::vector<std::string>{"1 sqs.QueueCreated <- 0", "2 sqs.MessageSent <- 0", "3 sqs.MessageSent <- 2", "4 sqs.MessageSent <- 2"});
  CHECK(lines_of(sqs.world).find("cause") == std::string::npos);  // so the log does not grow
}

TEST_CASE("Causes: the slices of a job name its start", "[engine][causes][jobs]") {
  Sqs sqs(Protocol::json);
  std::string dead = sqs.create("dead");
  std::string source =
      sqs.create("a", R"({'RedrivePolicy':'{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":1}'})");
  for (int i = 0; i < 2; ++i) sqs.send(dead, "m");
  log::Sequence from = sqs.world.state().applied() + 1;
  sqs.call("StartMessageMoveTask",
           "{'SourceArn':'arn:aws:sqs:us-east-1:000000000000:dead','DestinationArn':'arn:aws:sqs:us-east-1:000000000000:a',"
           "'MaxNumberOfMessagesPerSecond':1}");
  sqs.world.advance(kSecondMs);
  auto at = [&](int n) { return std::to_string(static_cast<int64_t>(from) + n); };
  CHECK(causes(sqs.world, from) ==
        std::vector<std::string>{concat(at(0), " sqs.MoveTaskStarted <- 0"), concat(at(1), " job.Started <- ", at(0)),
                                 concat(at(2), " sqs.MessageRedriven <- ", at(1)), concat(at(3), " job.Advanced <- ", at(2)),
                                 concat(at(4), " sqs.MessageRedriven <- ", at(1)), concat(at(5), " sqs.MoveTaskEnded <- ", at(4)),
                                 concat(at(6), " job.Ended <- ", at(4))});
}

TEST_CASE("Reactions: follow their cause within the same call, and may have reactions in turn", "[engine][reactions]") {
  World world({}, tag_then_delete);
  world.send({.method = "PUT", .target = "/photos"});
  CHECK(world.send({.method = "PUT", .target = "/photos/cat", .body = "meow"}).header("x-cloudemu-seq") == "4");
  CHECK(causes(world, 1) ==
        std::vector<std::string>{"1 s3.BucketCreated <- 0", "2 s3.ObjectPut <- 0", "3 s3.ObjectTagsPut <- 2", "4 s3.VersionDeleted <- 3"});
  CHECK(world.send({.target = "/photos/cat"}).status == 404);
  std::string lines = lines_of(world);
  CHECK(lines.find("\"cause\":2") == std::string::npos);  // the first event of its call
  CHECK(lines.find("\"cause\":3") != std::string::npos);
  // One call: no frame holds a part of it, and one request id stands on all of it.
  std::vector<uint64_t> requests;
  REQUIRE(history::for_each_event(world.files(), "/log", 2, [&](Envelope& envelope, std::string_view) {
    requests.push_back(envelope.request_id);
    CHECK(envelope.call_begins == 2);
    return true;
  }));
  CHECK(requests == std::vector<uint64_t>(3, requests.at(0)));
}

TEST_CASE("Reactions: each event of a call has its own, after all that the call itself did", "[engine][reactions]") {
  World world({}, tag_then_delete);
  world.send({.method = "PUT", .target = "/photos"});
  std::vector<Event> events;
  for (std::string key : {"a", "b"}) {
    events.emplace_back(s3::ObjectPut{.bucket = "photos", .key = key, .version = "null", .modified_at = 1});
  }
  REQUIRE(world.engine().append_own({.operation = "Given"}, std::move(events)));
  CHECK(causes(world, 2) == std::vector<std::string>{"2 s3.ObjectPut <- 0", "3 s3.ObjectPut <- 2", "4 s3.ObjectTagsPut <- 2",
                                                     "5 s3.ObjectTagsPut <- 3", "6 s3.VersionDeleted <- 4", "7 s3.VersionDeleted <- 5"});
}

TEST_CASE("Reactions: those that go round in circles end", "[engine][reactions][limits]") {
  World world({}, tag_for_ever);
  world.send({.method = "PUT", .target = "/photos"});
  CHECK(world.send({.method = "PUT", .target = "/photos/cat", .body = "meow"}).status == 200);
  CHECK(world.state().applied() == 2 + 8);  // as deep as reactions go
  CHECK(world.send({.target = "/photos/cat"}).body == "meow");
}

TEST_CASE("Reactions: those that multiply end, too, and the call stays one that the log takes", "[engine][reactions][limits]") {
  World world({}, tag_twice_for_ever);
  world.send({.method = "PUT", .target = "/photos"});
  CHECK(world.send({.method = "PUT", .target = "/photos/cat", .body = "meow"}).status == 200);
  CHECK(world.state().applied() == 2 + 2 * (256 - 1));  // 2 + 4 + ... + 2^8
  CHECK(world.send({.target = "/photos/cat"}).body == "meow");
}

TEST_CASE("Reactions: a call may write what it may and its reactions more, but no more than fits into a frame", "[log][limits]") {
  log::CallLines call;
  auto line_of = [](size_t bytes) { return [bytes](std::string& out) { out.append(bytes, 'x'); }; };
  REQUIRE(call.add(line_of(log::kCallRawBytesMax)));
  CHECK_FALSE(call.add(line_of(1)));
  REQUIRE(call.add(line_of(log::kReactionRawBytesMax), log::CallLines::Room::reactions));
  CHECK_FALSE(call.add(line_of(1), log::CallLines::Room::reactions));
  CHECK(call.text().size() == log::kCallRawBytesMax + log::kReactionRawBytesMax);
}

}  // namespace cloudemu::test
