#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

Answer set(Sqs& sqs, std::string_view queue, std::string_view name, int64_t value) {
  return sqs.call("SetQueueAttributes", concat("{'QueueUrl':'", queue, "','Attributes':{'", name, "':'", value, "'}}"));
}

}  // namespace

TEST_CASE("Delay: a delayed message is counted apart, and comes when its time is over", "[sqs][time][delay]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "late", "'DelaySeconds':10");
  sqs.send(queue, "soon", "'DelaySeconds':5");
  CHECK(sqs.counts(queue) == "0/0/2");
  CHECK(sqs.bodies(queue).empty());
  sqs.world.advance(5 * kSecondMs - 1);
  CHECK(sqs.bodies(queue).empty());
  sqs.world.advance(1);
  CHECK(sqs.event<sqs::MessagesDue>().cause == "delay");
  CHECK(sqs.bodies(queue) == "soon");
  sqs.world.advance(5 * kSecondMs);
  CHECK(sqs.bodies(queue) == "late");
}

TEST_CASE("Delay: a standard queue's new delay holds for new messages", "[sqs][time][delay]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'DelaySeconds':'100'}");
  sqs.send(queue, "a");
  set(sqs, queue, "DelaySeconds", 0);
  sqs.send(queue, "b");
  CHECK(sqs.counts(queue) == "1/0/1");
  sqs.world.advance(100 * kSecondMs);
  CHECK(sqs.bodies(queue) == "a b");
}

TEST_CASE("Delay: a FIFO queue's new delay holds for the messages that are delayed, too", "[sqs][time][delay][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo", "'DelaySeconds':'100'");
  sqs.send(queue, "g", "1", "a");
  CHECK(sqs.counts(queue) == "0/0/1");
  sqs.world.advance(10 * kSecondMs);
  set(sqs, queue, "DelaySeconds", 20);
  CHECK(sqs.event<sqs::QueueUpdated>().delays_again);
  sqs.world.advance(10 * kSecondMs - 1);
  CHECK(sqs.bodies(queue).empty());
  sqs.world.advance(1);
  CHECK(sqs.bodies(queue) == "a");
  sqs.send(queue, "h", "2", "b");
  set(sqs, queue, "DelaySeconds", 0);
  CHECK(sqs.bodies(queue) == "b");
}

TEST_CASE("FIFO: a message has no delay of its own; 0 means the queue's", "[sqs][time][delay][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo", "'DelaySeconds':'100'");
  CHECK_ERROR(sqs.send(queue, "a", "'DelaySeconds':2,'MessageGroupId':'g','MessageDeduplicationId':'1'"), 400, "InvalidParameterValue",
              "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue "
              "type.");
  CHECK(sqs.send(queue, "a", "'DelaySeconds':0,'MessageGroupId':'g','MessageDeduplicationId':'1'").status == 200);
  CHECK(sqs.counts(queue) == "0/0/1");
}

TEST_CASE("Retention: messages go when they were there for the period, whatever their state", "[sqs][time][retention]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'MessageRetentionPeriod':'60'}");
  sqs.send(queue, "received");
  sqs.receive(queue, "'VisibilityTimeout':1000");
  sqs.send(queue, "visible");
  sqs.send(queue, "delayed", "'DelaySeconds':900");
  sqs.world.advance(60 * kSecondMs - 1);
  CHECK(sqs.counts(queue) == "1/1/1");
  sqs.world.advance(1);
  const auto& due = sqs.event<sqs::MessagesDue>();
  CHECK(due.cause == "retention");
  CHECK(due.messages.size() == 3);
  CHECK(sqs.counts(queue) == "0/0/0");
}

TEST_CASE("Retention: a period that is changed holds for the messages that are there", "[sqs][time][retention]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'MessageRetentionPeriod':'600'}");
  sqs.send(queue, "old");
  sqs.world.advance(100 * kSecondMs);
  sqs.send(queue, "new");
  set(sqs, queue, "MessageRetentionPeriod", 60);
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':0") == "new");
  set(sqs, queue, "MessageRetentionPeriod", 1000);
  sqs.world.advance(999 * kSecondMs);
  CHECK(sqs.bodies(queue, "'VisibilityTimeout':0") == "new");
  sqs.world.advance(kSecondMs);
  CHECK(sqs.bodies(queue).empty());
}

TEST_CASE("Retention: a receipt handle of a message that expired is no error", "[sqs][time][retention]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'MessageRetentionPeriod':'60'}");
  sqs.send(queue, "a");
  std::string handle = sqs.receive(queue, "'VisibilityTimeout':1000").at(0).handle;
  sqs.world.advance(60 * kSecondMs);
  CHECK(sqs.remove(queue, handle).status == 200);
  CHECK(sqs.change(queue, handle, 1).status == 400);
}

TEST_CASE("Retention: days at once, with thousands of messages in all states and orders", "[sqs][time][retention]") {
  Sqs sqs(Protocol::json);
  std::string queue = sqs.create("jobs");
  int64_t id = sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "jobs")->id;
  auto first = static_cast<int64_t>(sqs.world.state().applied()) + 1;
  TimeMs now = sqs.world.clock().now();
  constexpr int64_t kCount = 5000;
  std::vector<Event> events;
  for (int64_t i = 0; i < kCount; ++i) {
    // As if some had been moved here, later than they were sent.
    TimeMs sent_at = now + (i % 7 == 0 ? -i * kSecondMs : i);
    events.emplace_back(
        sqs::MessageSent{.queue = id, .message_id = "m", .body = "b", .sent_at = sent_at, .visible_at = i % 5 == 0 ? now + kDayMs / 2 : 0});
  }
  for (int64_t i = 0; i < kCount; ++i) {
    if (i % 5 == 0 || i % 3 != 0) continue;
    events.emplace_back(
        sqs::MessageReceived{.queue = id, .message = first + i, .receives = 1, .received_at = now, .visible_at = now + kDayMs});
  }
  sqs.world.engine().append_own({.operation = "Given"}, std::move(events));
  CHECK(sqs.counts(queue) == "2667/1333/1000");
  sqs.world.advance(kDayMs / 2);
  CHECK(sqs.counts(queue) == "3667/1333/0");
  sqs.world.advance(kDayMs / 2);
  CHECK(sqs.counts(queue) == "5000/0/0");
  sqs.world.advance(3 * kDayMs);
  CHECK(sqs.counts(queue) == "4285/0/0");  // those that had been sent earlier, or just now, are gone
  sqs.world.advance(30 * kDayMs);
  CHECK(sqs.counts(queue) == "0/0/0");
}

TEST_CASE("Time: what expires all at once holds up nobody but those who ask for it, in their order", "[sqs][time][retention]") {
  Sqs sqs(Protocol::json);
  std::string queue = sqs.create("jobs", "{'MessageRetentionPeriod':'60'}"), other = sqs.create("other");
  int64_t id = sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "jobs")->id;
  std::vector<Event> events;
  for (int i = 0; i < 10'000; ++i) {
    events.emplace_back(sqs::MessageSent{.queue = id, .message_id = "m", .body = "b", .sent_at = sqs.world.clock().now()});
  }
  sqs.world.engine().append_own({.operation = "Given"}, std::move(events));
  sqs.world.clock().time += 60 * kSecondMs;  // and no timer has run
  auto receive = sqs.world.begin(sqs.request("ReceiveMessage", concat("{'QueueUrl':'", queue, "'}")));
  auto left = sqs.world.begin(sqs.request("ReceiveMessage", concat("{'QueueUrl':'", queue, "'}")));
  CHECK(sqs.world.engine().has_late_calls());
  auto elsewhere = sqs.world.begin(sqs.request("SendMessage", concat("{'QueueUrl':'", other, "','MessageBody':'a'}")));
  auto here = sqs.world.begin(sqs.request("SendMessage", concat("{'QueueUrl':'", queue, "','MessageBody':'fresh'}")));
  auto poll = sqs.begin_poll(queue);
  CHECK(sqs.world.reply(elsewhere).arrived);
  CHECK(sqs.world.reply(here).arrived);
  CHECK_FALSE(sqs.polled(receive));
  sqs.world.engine().client_left(left);
  while (sqs.world.engine().has_late_calls()) sqs.world.engine().run_due(sqs.world.clock().now(), 1);
  CHECK(sqs.polled(receive) == "fresh");
  CHECK_FALSE(sqs.world.reply(left).arrived);
  CHECK_FALSE(sqs.polled(poll));
  CHECK(sqs.counts(queue) == "0/1/0");
  sqs.send(queue, "next");
  CHECK(sqs.polled(poll) == "next");
}

TEST_CASE("Time: a poll is woken when thousands of messages become visible at once", "[sqs][time][long_poll]") {
  Sqs sqs(Protocol::json);
  std::string queue = sqs.create("jobs");
  int64_t id = sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "jobs")->id;
  TimeMs now = sqs.world.clock().now();
  std::vector<Event> events;
  for (int i = 0; i < 10'000; ++i) {
    events.emplace_back(sqs::MessageSent{.queue = id, .message_id = "m", .body = "b", .sent_at = now, .visible_at = now + 1000});
  }
  sqs.world.engine().append_own({.operation = "Given"}, std::move(events));
  auto poll = sqs.begin_poll(queue);
  sqs.world.clock().time += 1000;
  sqs.send(queue, "wakes the poll, which finds time late");
  CHECK_FALSE(sqs.polled(poll));
  sqs.world.advance(0);
  CHECK(sqs.polled(poll).has_value());
}

}  // namespace cloudemu::test
