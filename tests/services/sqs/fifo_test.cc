#include <catch2/catch.hpp>

#include "core/strings.h"
#include "services/sqs/limits.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

/// Sends messages "g1-m1", each in the group it begins with.
void send_all(Sqs& sqs, std::string_view queue, std::initializer_list<std::string_view> bodies) {
  for (std::string_view body : bodies) REQUIRE(sqs.send(queue, body.substr(0, body.find('-')), body, body).status == 200);
}

}  // namespace

TEST_CASE("FIFO: a message needs a group, and an id that tells duplicates", "[sqs][fifo][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  CHECK_ERROR(sqs.send(queue, "a"), 400, "MissingParameter", "The request must contain the parameter MessageGroupId.");
  CHECK_ERROR(sqs.send(queue, "a", "'MessageGroupId':'g'"), 400, "InvalidParameterValue",
              "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
  for (std::string wrong : {std::string(""), std::string("group 123"), std::string(129, 'a')}) {
    CHECK_ERROR(sqs.send(queue, wrong, "id", "a"), 400, "InvalidParameterValue",
                concat("Value ", wrong,
                       " for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include "
                       "alphanumeric and punctuation characters. 1 to 128 in length."));
    CHECK_ERROR(sqs.send(queue, "g", wrong, "a"), 400, "InvalidParameterValue",
                concat("Value ", wrong,
                       " for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only "
                       "include alphanumeric and punctuation characters. 1 to 128 in length."));
  }
  CHECK(sqs.send(queue, std::string(128, 'g'), R"(!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~)", "a").status == 200);
  CHECK(sqs.send(queue, "g", std::string(128, 'd'), "a").status == 200);
}

TEST_CASE("FIFO: sequence numbers have 20 digits, and grow", "[sqs][fifo][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  std::string last;
  for (int i = 0; i < 12; ++i) {
    std::string number = sqs.send(queue, concat('g', i % 3), std::to_string(i), "m").string("SequenceNumber");
    CHECK(number.size() == 20);
    CHECK(number > last);
    last = number;
  }
  Answer answer = sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "','AttributeNames':['All']}"));
  json::Value attributes = answer["Messages"].at(0)["Attributes"];
  CHECK(attributes["SequenceNumber"].string().size() == 20);
  CHECK(attributes["MessageGroupId"].string() == "g0");
  CHECK(attributes["MessageDeduplicationId"].string() == "0");
}

TEST_CASE("FIFO: a receive takes what it can of one group, in order, then of the next", "[sqs][fifo][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  send_all(sqs, queue, {"g1-m1", "g2-m1", "g1-m2", "g3-m1", "g2-m2"});
  CHECK(sqs.bodies(queue, "'MaxNumberOfMessages':3") == "g1-m1 g1-m2 g2-m1");
  CHECK(sqs.counts(queue) == "2/3/0");
  CHECK(sqs.bodies(queue) == "g3-m1");
}

TEST_CASE("FIFO: a group is locked while any of its messages is in flight", "[sqs][fifo][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  send_all(sqs, queue, {"g-1", "g-2", "g-3"});
  auto two = sqs.receive(queue, "'MaxNumberOfMessages':2");
  REQUIRE(two.size() == 2);
  send_all(sqs, queue, {"g-4"});
  CHECK(sqs.bodies(queue).empty());
  sqs.remove(queue, two[0].handle);
  CHECK(sqs.bodies(queue).empty());
  sqs.remove(queue, two[1].handle);
  CHECK(sqs.bodies(queue) == "g-3 g-4");
}

TEST_CASE("FIFO: the group that was received comes last", "[sqs][fifo][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  send_all(sqs, queue, {"g1-m1", "g1-m2", "g2-m1", "g2-m2", "g3-m1"});
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':0,'MaxNumberOfMessages':1") == "g1-m1");
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':0,'MaxNumberOfMessages':1") == "g2-m1");
  CHECK(sqs.bodies(queue) == "g3-m1 g1-m1 g1-m2 g2-m1 g2-m2");
}

TEST_CASE("FIFO: a group whose messages are visible again waits for its turn, in its old order", "[sqs][fifo][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  send_all(sqs, queue, {"g1-m1", "g1-m2", "g2-m1"});
  std::string handle = sqs.receive(queue, "'MaxNumberOfMessages':1").at(0).handle;
  sqs.change(queue, handle, 0);
  CHECK(sqs.bodies(queue) == "g2-m1 g1-m1 g1-m2");
}

TEST_CASE("FIFO: only messages before the first one that is hidden are received", "[sqs][fifo][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  send_all(sqs, queue, {"g-foo", "g-bar", "g-baz"});
  auto three = sqs.receive(queue, "'VisibilityTimeout':10");
  REQUIRE(three.size() == 3);
  sqs.change(queue, three[1].handle, 100);
  sqs.world.advance(10 * kSecondMs);
  auto again = sqs.receive(queue, "'VisibilityTimeout':10");
  REQUIRE(again.size() == 1);
  CHECK(again[0].body == "g-foo");
  sqs.change(queue, again[0].handle, 1000);
  sqs.world.advance(90 * kSecondMs);
  CHECK(sqs.bodies(queue).empty());
}

TEST_CASE("FIFO: a visibility timeout unlocks the group", "[sqs][fifo][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo", "'VisibilityTimeout':'10'");
  send_all(sqs, queue, {"g-1", "g-2"});
  sqs.receive(queue, "'MaxNumberOfMessages':1");
  sqs.world.advance(10 * kSecondMs);
  CHECK(sqs.bodies(queue) == "g-1 g-2");
}

TEST_CASE("FIFO: a delayed message holds back those of its group", "[sqs][fifo][delay]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo", "'DelaySeconds':'10'");
  send_all(sqs, queue, {"g1-1", "g2-1"});
  sqs.world.advance(5 * kSecondMs);
  send_all(sqs, queue, {"g1-2"});
  sqs.world.advance(5 * kSecondMs);
  CHECK(sqs.bodies(queue) == "g1-1 g2-1");
  sqs.world.advance(5 * kSecondMs);
  CHECK(sqs.counts(queue) == "1/2/0");
  CHECK(sqs.bodies(queue).empty());
}

TEST_CASE("FIFO: retention unlocks a group whose message in flight expires", "[sqs][fifo][retention]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo", "'MessageRetentionPeriod':'60'");
  send_all(sqs, queue, {"g-1"});
  sqs.receive(queue, "'VisibilityTimeout':1000");
  sqs.world.advance(30 * kSecondMs);
  send_all(sqs, queue, {"g-2"});
  CHECK(sqs.bodies(queue).empty());
  sqs.world.advance(30 * kSecondMs);
  CHECK(sqs.bodies(queue) == "g-2");
}

TEST_CASE("ReceiveMessage: an attempt id is 1 to 128 printable characters", "[sqs][fifo][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  CHECK(sqs.receive(queue, concat("'ReceiveRequestAttemptId':'", std::string(128, 'a'), '\'')).empty());
  CHECK_ERROR(sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "','ReceiveRequestAttemptId':'a b'}")), 400,
              "InvalidParameterValue",
              "Value a b for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId can only include "
              "alphanumeric and punctuation characters. 1 to 128 in length.");
}

TEST_CASE("ReceiveMessage: made again under its attempt id it gets the same messages, handles and count", "[sqs][fifo][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  send_all(sqs, queue, {"g-1", "g-2", "h-1"});
  std::string input = concat("{'QueueUrl':'", queue,
                             "','ReceiveRequestAttemptId':'try','MaxNumberOfMessages':2,'VisibilityTimeout':30,'AttributeNames':['All']}");
  Answer first = sqs.call("ReceiveMessage", input);
  CHECK(first["Messages"].size() == 2);
  sqs.require_events(3);
  sqs.world.advance(29 * kSecondMs);
  CHECK(sqs.call("ReceiveMessage", input)["Messages"].text() == first["Messages"].text());
  SECTION("and the timeout begins anew") {
    sqs.world.advance(29 * kSecondMs);
    CHECK(sqs.counts(queue) == "1/2/0");
    CHECK(sqs.call("ReceiveMessage", input)["Messages"].text() == first["Messages"].text());
    CHECK(sqs.remove(queue, first["Messages"].at(1)["ReceiptHandle"].string()).status == 200);
  }
  SECTION("under another id, or none, it is another receive") {
    CHECK(sqs.bodies(queue, "'ReceiveRequestAttemptId':'other'") == "h-1");
    CHECK(sqs.bodies(queue).empty());
  }
  SECTION("when the timeout is over, it is a new receive") {
    sqs.world.advance(30 * kSecondMs);
    Answer later = sqs.call("ReceiveMessage", input);
    CHECK(later["Messages"].at(0)["Body"].string() == "h-1");
    CHECK(later["Messages"].at(1)["Attributes"]["ApproximateReceiveCount"].string() == "2");
  }
  SECTION("a purge forgets it") {
    sqs.call("PurgeQueue", concat("{'QueueUrl':'", queue, "'}"));
    CHECK(sqs.call("ReceiveMessage", input).status == 200);
  }
}

TEST_CASE("ReceiveMessage: cannot be made again once its messages were changed", "[sqs][fifo][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  send_all(sqs, queue, {"g-1", "g-2"});
  constexpr std::string_view kAttempt = "'ReceiveRequestAttemptId':'try'";
  std::string handle = sqs.receive(queue, kAttempt).at(1).handle;
  if (GENERATE(true, false)) CHECK(sqs.remove(queue, handle).status == 200);
  else CHECK(sqs.change(queue, handle, 60).status == 200);
  CHECK_ERROR(sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "',", kAttempt, "}")), 400, "InvalidParameterValue",
              "Value try for parameter ReceiveRequestAttemptId is invalid. Reason: The receiveRequestAttemptId is not valid anymore since "
              "the receive call is not retryable.");
}

TEST_CASE("ReceiveMessage: an attempt is known for five minutes", "[sqs][fifo][receive][time]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  send_all(sqs, queue, {"g-1"});
  constexpr std::string_view kAttempt = "'ReceiveRequestAttemptId':'try','VisibilityTimeout':1000";
  CHECK(sqs.bodies(queue, kAttempt) == "g-1");
  sqs.world.advance(sqs::kRepeatMs - 1);
  CHECK(sqs.bodies(queue, kAttempt) == "g-1");
  sqs.world.advance(sqs::kRepeatMs);
  CHECK(sqs.bodies(queue, kAttempt).empty());
}

TEST_CASE("ReceiveMessage: a standard queue takes no notice of attempt ids", "[sqs][receive]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "a");
  CHECK(sqs.bodies(queue, "'ReceiveRequestAttemptId':'try'") == "a");
  CHECK(sqs.bodies(queue, "'ReceiveRequestAttemptId':'try'").empty());
}

}  // namespace cloudemu::test
