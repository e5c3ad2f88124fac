#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

std::string redrive_to(std::string_view name, int receives) {
  return concat(R"('RedrivePolicy':'{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:)", name, R"(\",\"maxReceiveCount\":)",
                receives, "}'");
}

/// A queue "jobs" whose messages go to "dead" after so many receives.
std::string create_source(Sqs& sqs, int receives, std::string_view more = "") {
  return sqs.create("jobs", concat("{", redrive_to("dead", receives), more, "}"));
}

}  // namespace

TEST_CASE("Dead-letter queue: a message moves with the receive that would exceed maxReceiveCount", "[sqs][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create("dead"), queue = create_source(sqs, 2);
  std::string id = sqs.send(queue, "poison", "'MessageAttributes':{'a':{'DataType':'String','StringValue':'x y'}}").string("MessageId");
  sqs.world.advance(1000);
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':1") == "poison");
  sqs.world.advance(1000);
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':1") == "poison");
  sqs.world.advance(1000);
  CHECK(sqs.counts(queue) == "1/0/0");
  CHECK(sqs.bodies(queue).empty());
  const auto& moved = sqs.event<sqs::MessageMoved>();
  CHECK(moved.source_arn == "arn:aws:sqs:us-east-1:000000000000:jobs");
  CHECK_FALSE(moved.retained_anew);
  CHECK(sqs.counts(queue) == "0/0/0");
  CHECK(sqs.counts(dead) == "1/0/0");
  Answer answer = sqs.call("ReceiveMessage", concat("{'QueueUrl':'", dead, "','AttributeNames':['All'],'MessageAttributeNames':['All']}"));
  json::Value message = answer["Messages"].at(0), attributes = message["Attributes"];
  CHECK(message["MessageId"].string() == id);
  CHECK(message["MD5OfMessageAttributes"].string() == "b179d2956d2be6e0981edf9cc657b65b");
  CHECK(attributes["ApproximateReceiveCount"].string() == "3");
  CHECK(attributes["SentTimestamp"].string() == "1795406400000");
  CHECK(attributes["ApproximateFirstReceiveTimestamp"].string() == "1795406401000");
  CHECK(attributes["DeadLetterQueueSourceArn"].string() == "arn:aws:sqs:us-east-1:000000000000:jobs");
}

TEST_CASE("Dead-letter queue: others come with the same receive", "[sqs][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create("dead"), queue = create_source(sqs, 1);
  sqs.send(queue, "poison");
  sqs.receive(queue, "'VisibilityTimeout':0");
  sqs.send(queue, "fine");
  CHECK(sqs.bodies(queue, "'MaxNumberOfMessages':1") == "fine");
  CHECK(sqs.bodies(dead) == "poison");
}

TEST_CASE("Dead-letter queue: retention there counts from the sending, and may be over at once", "[sqs][dead_letter][time]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create("dead", "{'MessageRetentionPeriod':'100'}"), queue = create_source(sqs, 1);
  sqs.send(queue, "poison");
  sqs.receive(queue, "'VisibilityTimeout':0");
  sqs.world.advance(99 * kSecondMs);
  CHECK(sqs.bodies(queue).empty());
  CHECK(sqs.counts(dead) == "1/0/0");
  sqs.world.advance(kSecondMs);
  CHECK(sqs.counts(dead) == "0/0/0");
  sqs.send(queue, "another");
  sqs.receive(queue, "'VisibilityTimeout':0");
  sqs.world.advance(200 * kSecondMs);
  CHECK(sqs.bodies(queue).empty());
  CHECK(sqs.counts(dead) == "0/0/0");
}

TEST_CASE("Dead-letter queue: a new policy holds for the messages that are there", "[sqs][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create("dead"), queue = sqs.create("jobs");
  sqs.send(queue, "poison");
  for (int i = 0; i < 3; ++i) CHECK(sqs.bodies(queue, "'VisibilityTimeout':0") == "poison");
  sqs.call("SetQueueAttributes", concat("{'QueueUrl':'", queue, "','Attributes':{", redrive_to("dead", 3), "}}"));
  CHECK(sqs.bodies(queue).empty());
  CHECK(sqs.counts(dead) == "1/0/0");
}

TEST_CASE("Dead-letter queue: without it, messages go on being received", "[sqs][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create("dead"), queue = create_source(sqs, 1);
  sqs.send(queue, "poison");
  sqs.receive(queue, "'VisibilityTimeout':0");
  sqs.call("DeleteQueue", concat("{'QueueUrl':'", dead, "'}"));
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':0") == "poison");
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':0") == "poison");
}

TEST_CASE("Dead-letter queue: one that has a dead-letter queue itself counts anew", "[sqs][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string deader = sqs.create("deader");
  std::string dead = sqs.create("dead", concat("{", redrive_to("deader", 2), "}"));
  std::string queue = create_source(sqs, 1);
  sqs.send(queue, "poison");
  sqs.receive(queue, "'VisibilityTimeout':0");
  sqs.receive(queue);
  CHECK(sqs.bodies(dead, "'VisibilityTimeout':0") == "poison");
  CHECK(sqs.bodies(dead, "'VisibilityTimeout':0") == "poison");
  CHECK(sqs.bodies(dead).empty());
  CHECK(sqs.bodies(deader) == "poison");
}

TEST_CASE("Dead-letter queue: a queue that is its own sends messages to its end", "[sqs][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.call("SetQueueAttributes", concat("{'QueueUrl':'", queue, "','Attributes':{", redrive_to("jobs", 1), "}}"));
  sqs.send(queue, "poison");
  sqs.receive(queue, "'VisibilityTimeout':0");
  sqs.send(queue, "fine");
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':100") == "fine");
  CHECK(sqs.bodies(queue) == "poison");
}

TEST_CASE("Dead-letter queue: a handle from before the move does nothing", "[sqs][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create("dead"), queue = create_source(sqs, 1);
  sqs.send(queue, "poison");
  std::string handle = sqs.receive(queue, "'VisibilityTimeout':0").at(0).handle;
  sqs.receive(queue);
  CHECK(sqs.remove(queue, handle).status == 200);
  CHECK(sqs.world.events().empty());
  CHECK(sqs.counts(dead) == "1/0/0");
}

TEST_CASE("Dead-letter queue: thousands of messages move over several receives", "[sqs][dead_letter]") {
  Sqs sqs(Protocol::json);
  std::string dead = sqs.create("dead"), queue = create_source(sqs, 1);
  int64_t id = sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "jobs")->id;
  auto first = static_cast<int64_t>(sqs.world.state().applied()) + 1;
  TimeMs now = sqs.world.clock().now();
  std::vector<Event> events;
  for (int i = 0; i < 2500; ++i) {
    events.emplace_back(sqs::MessageSent{.queue = id, .message_id = "m", .body = "b", .sent_at = now});
    events.emplace_back(sqs::MessageReceived{.queue = id, .message = first + 2 * i, .receives = 1, .received_at = now});
  }
  sqs.world.engine().append_own({.operation = "Given"}, std::move(events));
  sqs.send(queue, "fine");
  std::string found;
  for (int i = 0; i < 3; ++i) found += sqs.bodies(queue);
  CHECK(found == "fine");
  CHECK(sqs.counts(dead) == "2500/0/0");
}

TEST_CASE("FIFO dead-letter queue: keeps its order, the group goes on, retention counts from the move, and ids deduplicate no more",
          "[sqs][dead_letter][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create_fifo("dead.fifo", "'MessageRetentionPeriod':'100'");
  std::string queue = sqs.create_fifo("jobs.fifo", redrive_to("dead.fifo", 1));
  sqs.send(queue, "g", "1", "a");
  sqs.send(queue, "g", "2", "b");
  sqs.send(queue, "g", "3", "c");
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':0,'MaxNumberOfMessages':2") == "a b");
  sqs.world.advance(90 * kSecondMs);
  CHECK(sqs.bodies(queue) == "c");
  sqs.world.advance(20 * kSecondMs);
  Answer answer = sqs.call("ReceiveMessage", concat("{'QueueUrl':'", dead, "','AttributeNames':['All'],'VisibilityTimeout':0}"));
  json::Value message = answer["Messages"].at(0);
  CHECK(message["Attributes"]["MessageDeduplicationId"].string() == message["MessageId"].string());
  CHECK(message["Attributes"]["MessageGroupId"].string() == "g");
  CHECK(sqs.bodies(dead, "'VisibilityTimeout':0") == "a b");
  sqs.world.advance(80 * kSecondMs);
  CHECK(sqs.counts(dead) == "0/0/0");
}

}  // namespace cloudemu::test
