#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

Answer receive(Sqs& sqs, std::string_view queue, std::string_view more) {
  return sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "',", more, "}"));
}

/// "Name=value Name=value" of the first message's attributes.
std::string attributes(const Answer& answer) {
  std::vector<std::string> texts;
  for (auto [name, value] : answer["Messages"].at(0)["Attributes"].members()) texts.push_back(concat(name, '=', value.string()));
  std::sort(texts.begin(), texts.end());
  return join(texts, " ");
}

}  // namespace

TEST_CASE("ReceiveMessage: a message with its digest and a handle, and an event", "[sqs][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  std::string id = sqs.send(queue, "hello").string("MessageId");
  Answer answer = receive(sqs, queue, "'WaitTimeSeconds':0");
  const auto& event = sqs.event<sqs::MessageReceived>();
  CHECK(event.receives == 1);
  CHECK(event.received_at == sqs.world.clock().now());
  CHECK(event.visible_at == sqs.world.clock().now() + 30 * kSecondMs);
  json::Value message = answer["Messages"].at(0);
  CHECK(message["MessageId"].string() == id);
  CHECK(message["Body"].string() == "hello");
  CHECK(message["MD5OfBody"].string() == "5d41402abc4b2a76b9719d911017c592");
  CHECK(message["ReceiptHandle"].string().size() >= 40);
  CHECK_FALSE(message["Attributes"]);
  CHECK_FALSE(message["MessageAttributes"]);
  CHECK_FALSE(message["MD5OfMessageAttributes"]);
}

TEST_CASE("ReceiveMessage: an empty queue has no member Messages", "[sqs][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  Answer answer = receive(sqs, queue, "'WaitTimeSeconds':0");
  CHECK(answer.status == 200);
  CHECK_FALSE(answer["Messages"]);
  CHECK(sqs.world.events().empty());
  if (sqs.protocol == Protocol::json) CHECK(answer.raw.body == "{}");
  else CHECK(answer.raw.body.find("<ReceiveMessageResult/>") != std::string::npos);
}

TEST_CASE("ReceiveMessage: one message unless more are asked for, oldest first", "[sqs][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  for (int i = 0; i < 13; ++i) sqs.send(queue, concat('m', i));
  CHECK(receive(sqs, queue, "'WaitTimeSeconds':0")["Messages"].size() == 1);
  CHECK(sqs.bodies(queue, "'MaxNumberOfMessages':10") == "m1 m2 m3 m4 m5 m6 m7 m8 m9 m10");
  CHECK(sqs.counts(queue) == "2/11/0");
  CHECK(sqs.bodies(queue) == "m11 m12");
  CHECK(sqs.bodies(queue).empty());
}

TEST_CASE("ReceiveMessage: numbers at their limits are fine, one past them is not", "[sqs][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  for (std::string_view fine : {"'MaxNumberOfMessages':1", "'MaxNumberOfMessages':10", "'VisibilityTimeout':0", "'VisibilityTimeout':43200",
                                "'WaitTimeSeconds':0"}) {
    CHECK(receive(sqs, queue, fine).status == 200);
  }
  struct Case {
    std::string_view name;
    int value;
    std::string_view reason;
  };
  for (Case c : {Case{"MaxNumberOfMessages", 0, "Must be between 1 and 10, if provided."},
                 Case{"MaxNumberOfMessages", 11, "Must be between 1 and 10, if provided."},
                 Case{"VisibilityTimeout", -1, "Must be >= 0 and <= 43200, if provided."},
                 Case{"VisibilityTimeout", 43201, "Must be >= 0 and <= 43200, if provided."},
                 Case{"WaitTimeSeconds", -1, "Must be >= 0 and <= 20, if provided."},
                 Case{"WaitTimeSeconds", 21, "Must be >= 0 and <= 20, if provided."}}) {
    CHECK_ERROR(receive(sqs, queue, concat('\'', c.name, "':", c.value)), 400, "InvalidParameterValue",
                concat("Value ", c.value, " for parameter ", c.name, " is invalid. Reason: ", c.reason));
  }
}

TEST_CASE("ReceiveMessage: system attributes that are asked for, in either member", "[sqs][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  sqs.world.advance(1500);
  constexpr std::string_view kStay = "'VisibilityTimeout':0,";
  CHECK(attributes(receive(sqs, queue, concat(kStay, "'AttributeNames':['All']"))) ==
        "ApproximateFirstReceiveTimestamp=1795406401500 ApproximateReceiveCount=1 SenderId=000000000000 SentTimestamp=1795406400000");
  sqs.world.advance(1000);
  CHECK(attributes(receive(sqs, queue, concat(kStay, "'MessageSystemAttributeNames':['All']"))) ==
        "ApproximateFirstReceiveTimestamp=1795406401500 ApproximateReceiveCount=2 SenderId=000000000000 SentTimestamp=1795406400000");
  CHECK(attributes(receive(sqs, queue, concat(kStay, "'AttributeNames':['SenderId'],'MessageSystemAttributeNames':['SentTimestamp']"))) ==
        "SenderId=000000000000 SentTimestamp=1795406400000");
  CHECK(attributes(receive(sqs, queue, concat(kStay, "'AttributeNames':['SequenceNumber','Policy','SenderId']"))) ==
        "SenderId=000000000000");
  CHECK_ERROR(receive(sqs, queue, "'AttributeNames':['Nonsense']"), 400, "InvalidAttributeName", "Unknown Attribute Nonsense.");
}

TEST_CASE("ReceiveMessage: with timeout 0 a message stays visible, and counts as received", "[sqs][receive][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  auto first = sqs.receive(queue, "'VisibilityTimeout':0"), second = sqs.receive(queue, "'VisibilityTimeout':0");
  REQUIRE(first.size() == 1);
  REQUIRE(second.size() == 1);
  CHECK(first[0].handle != second[0].handle);
  CHECK(sqs.counts(queue) == "1/0/0");
  CHECK(sqs.remove(queue, first[0].handle).status == 200);
  CHECK(sqs.counts(queue) == "0/0/0");
}

TEST_CASE("ReceiveMessage: no more than 120,000 messages are in flight", "[sqs][receive]") {
  Sqs sqs(Protocol::json);
  std::string queue = sqs.create("jobs");
  int64_t id = sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "jobs")->id;
  auto first = static_cast<int64_t>(sqs.world.state().applied()) + 1;
  TimeMs now = sqs.world.clock().now();
  constexpr int64_t kMax = 120'000;
  std::vector<Event> events;
  for (int64_t i = 0; i < kMax + 5; ++i) {
    events.emplace_back(sqs::MessageSent{.queue = id, .message_id = "m", .body = "b", .sent_at = now});
  }
  for (int64_t i = 0; i < kMax - 3; ++i) {
    events.emplace_back(
        sqs::MessageReceived{.queue = id, .message = first + i, .receives = 1, .received_at = now, .visible_at = now + 30 * kSecondMs});
  }
  // No call has more than some thousands of events.
  for (auto at = events.begin(); at != events.end();) {
    auto next = at + std::min<ptrdiff_t>(5000, events.end() - at);
    REQUIRE(sqs.world.engine().append_own({.operation = "Given"}, {std::move_iterator(at), std::move_iterator(next)}));
    at = next;
  }
  CHECK(sqs.receive(queue).size() == 3);
  CHECK_ERROR(receive(sqs, queue, "'WaitTimeSeconds':0"), 403, "OverLimit", "Too many messages in flight.");
  // "If you use long polling, Amazon SQS returns no error messages."
  auto poll = sqs.begin_poll(queue);
  CHECK_FALSE(sqs.polled(poll));
  sqs.world.advance(20 * kSecondMs);
  CHECK(sqs.polled(poll) == "");
}

}  // namespace cloudemu::test
