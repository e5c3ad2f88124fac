#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

TEST_CASE("Long poll: ends with the message that arrives", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto poll = sqs.begin_poll(queue);
  sqs.world.advance(19 * kSecondMs);
  CHECK_FALSE(sqs.polled(poll));
  sqs.send(queue, "hello");
  CHECK(sqs.polled(poll) == "hello");
  CHECK(sqs.counts(queue) == "0/1/0");
}

TEST_CASE("Long poll: does not wait if there is a message, however many were asked for", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  CHECK(sqs.polled(sqs.begin_poll(queue)) == "hello");
}

TEST_CASE("Long poll: ends empty when its time is over", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto poll = sqs.begin_poll(queue);
  sqs.world.advance(20 * kSecondMs - 1);
  CHECK_FALSE(sqs.polled(poll));
  sqs.world.advance(1);
  CHECK(sqs.polled(poll) == "");
}

TEST_CASE("Long poll: how long is the queue's matter, unless the call says", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'ReceiveMessageWaitTimeSeconds':'3'}");
  auto poll = sqs.world.begin(sqs.request("ReceiveMessage", concat("{'QueueUrl':'", queue, "'}")));
  CHECK_FALSE(sqs.polled(poll));
  sqs.world.advance(3 * kSecondMs);
  CHECK(sqs.polled(poll) == "");
  CHECK(sqs.polled(sqs.world.begin(sqs.request("ReceiveMessage", concat("{'QueueUrl':'", queue, "','WaitTimeSeconds':0}")))) == "");
}

TEST_CASE("Long poll: who came first is served first, one message each", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto first = sqs.begin_poll(queue), second = sqs.begin_poll(queue), third = sqs.begin_poll(queue);
  sqs.send(queue, "a");
  CHECK(sqs.polled(first) == "a");
  CHECK_FALSE(sqs.polled(second));
  sqs.send(queue, "b");
  CHECK(sqs.polled(second) == "b");
  CHECK_FALSE(sqs.polled(third));
}

TEST_CASE("Long poll: a batch serves several, each with what is left", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto first = sqs.begin_poll(queue, "'MaxNumberOfMessages':1"), second = sqs.begin_poll(queue), third = sqs.begin_poll(queue);
  sqs.call("SendMessageBatch", concat("{'QueueUrl':'", queue,
                                      "','Entries':[{'Id':'1','MessageBody':'a'},{'Id':'2','MessageBody':'b'},"
                                      "{'Id':'3','MessageBody':'c'}]}"));
  std::string all = concat(sqs.polled(first).value_or("-"), '|', sqs.polled(second).value_or("-"), '|', sqs.polled(third).value_or("-"));
  CHECK((all == "a|b c|-" || all == "a b c|-|-"));
}

TEST_CASE("Long poll: a client that left takes no message with it", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto gone = sqs.begin_poll(queue), stays = sqs.begin_poll(queue);
  sqs.world.engine().client_left(gone);
  sqs.send(queue, "hello");
  CHECK_FALSE(sqs.polled(gone));
  CHECK(sqs.polled(stays) == "hello");
}

TEST_CASE("Long poll: a delay that ends and a timeout that passes wake it", "[sqs][long_poll][time]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "delayed", "'DelaySeconds':3");
  auto poll = sqs.begin_poll(queue);
  sqs.world.advance(3 * kSecondMs);
  CHECK(sqs.polled(poll) == "delayed");
  poll = sqs.begin_poll(queue, "'VisibilityTimeout':5");
  std::string handle;
  sqs.world.advance(10 * kSecondMs);
  CHECK_FALSE(sqs.polled(poll));
  sqs.send(queue, "other");
  CHECK(sqs.polled(poll) == "other");
  poll = sqs.begin_poll(queue);
  sqs.world.advance(5 * kSecondMs);
  CHECK(sqs.polled(poll) == "other");
}

TEST_CASE("Long poll: a message that is made visible wakes it", "[sqs][long_poll][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  std::string handle = sqs.receive(queue).at(0).handle;
  auto poll = sqs.begin_poll(queue);
  sqs.change(queue, handle, 0);
  CHECK(sqs.polled(poll) == "hello");
}

TEST_CASE("Long poll: a FIFO group that is unlocked by a deletion wakes it", "[sqs][long_poll][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  sqs.send(queue, "g", "1", "a");
  sqs.send(queue, "g", "2", "b");
  std::string handle = sqs.receive(queue, "'MaxNumberOfMessages':1").at(0).handle;
  auto poll = sqs.begin_poll(queue);
  sqs.send(queue, "g", "3", "c");
  CHECK_FALSE(sqs.polled(poll));
  sqs.remove(queue, handle);
  CHECK(sqs.polled(poll) == "b c");
}

TEST_CASE("Long poll: a message that is moved wakes those at the dead-letter queue", "[sqs][long_poll][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create("dead");
  std::string queue = sqs.create(
      "jobs", R"({'RedrivePolicy':'{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":1}'})");
  sqs.send(queue, "poison");
  sqs.receive(queue, "'VisibilityTimeout':0");
  auto poll = sqs.begin_poll(dead);
  auto here = sqs.begin_poll(queue);
  sqs.world.send(sqs.request("ListQueues", "{}"));
  CHECK_FALSE(sqs.polled(here));
  CHECK(sqs.polled(poll) == "poison");
}

TEST_CASE("Long poll: goes on after a purge, and ends with an error when the queue is deleted", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs"), call = concat("{'QueueUrl':'", queue, "'}");
  auto first = sqs.begin_poll(queue), second = sqs.begin_poll(queue);
  sqs.call("PurgeQueue", call);
  CHECK_FALSE(sqs.polled(first));
  sqs.call("DeleteQueue", call);
  CHECK(sqs.polled(first) == "AWS.SimpleQueueService.NonExistentQueue");
  CHECK(sqs.polled(second) == "AWS.SimpleQueueService.NonExistentQueue");
}

TEST_CASE("Long poll: what is sent to another queue does not matter", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs"), other = sqs.create("other");
  auto poll = sqs.begin_poll(queue);
  sqs.send(other, "hello");
  CHECK_FALSE(sqs.polled(poll));
  CHECK(sqs.counts(other) == "1/0/0");
}

namespace {

constexpr std::string_view kDeadAfterOne =
    R"({'RedrivePolicy':'{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":1}'})";

/// Messages that the next receive moves to the dead-letter queue.
void send_dead(Sqs& sqs, int64_t queue, size_t count) {
  TimeMs now = sqs.world.clock().now();
  std::vector<Event> events;
  auto first = static_cast<int64_t>(sqs.world.state().applied()) + 1;
  for (size_t i = 0; i < count; ++i) events.push_back(sqs::MessageSent{.queue = queue, .message_id = "m", .body = "dead", .sent_at = now});
  for (size_t i = 0; i < count; ++i) {
    events.push_back(sqs::MessageReceived{
        .queue = queue, .message = first + static_cast<int64_t>(i), .receives = 1, .received_at = now, .visible_at = 0});
  }
  sqs.world.given(std::move(events));
}

}  // namespace

TEST_CASE("Long poll: looks behind any number of dead messages, and takes no share of others for it", "[sqs][long_poll][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.create("dead");
  std::string queue = sqs.create("jobs", kDeadAfterOne);
  send_dead(sqs, sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "jobs")->id, 2500);
  sqs.send(queue, "alive");
  auto first = sqs.begin_poll(queue), second = sqs.begin_poll(queue);
  // In one turn of the loop it moves no more than 1,000.
  CHECK_FALSE(sqs.polled(first));
  CHECK(sqs.world.engine().has_late_calls());
  while (sqs.world.engine().has_late_calls()) sqs.world.advance(0);
  CHECK(sqs.polled(first) == "alive");
  CHECK_FALSE(sqs.polled(second));
  CHECK(sqs.counts("dead") == "2500/0/0");
  sqs.world.advance(20 * kSecondMs - 1);
  CHECK_FALSE(sqs.polled(second));
  sqs.world.advance(1);
  CHECK(sqs.polled(second) == "");
}

TEST_CASE("Long poll: behind nothing but dead messages waits for the next", "[sqs][long_poll][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.create("dead");
  std::string queue = sqs.create("jobs", kDeadAfterOne);
  send_dead(sqs, sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "jobs")->id, 1000);
  auto poll = sqs.begin_poll(queue);
  while (sqs.world.engine().has_late_calls()) sqs.world.advance(0);
  CHECK_FALSE(sqs.polled(poll));
  sqs.send(queue, "alive");
  CHECK(sqs.polled(poll) == "alive");
}

TEST_CASE("Long poll: a reset ends it at once; the same queue created anew is another", "[sqs][long_poll][reset]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.create_fifo("other.fifo");
  auto first = sqs.begin_poll(queue), second = sqs.begin_poll(queue), other = sqs.begin_poll("other.fifo");
  CHECK(sqs.world.send({.method = "POST", .target = "/_cloudemu/reset"}).status == 200);
  for (auto poll : {first, second, other}) CHECK(sqs.polled(poll) == "AWS.SimpleQueueService.NonExistentQueue");
  sqs.create("jobs");
  auto anew = sqs.begin_poll(queue);
  sqs.send(queue, "hello");
  CHECK(sqs.polled(anew) == "hello");
  CHECK(sqs.world.engine().waiters().first_real_deadline_ms() == std::nullopt);
}

TEST_CASE("Long poll: all are answered when the daemon shuts down", "[sqs][long_poll]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto first = sqs.begin_poll(queue), second = sqs.begin_poll(queue);
  sqs.world.engine().shut_down();
  CHECK(sqs.polled(first) == "");
  CHECK(sqs.polled(second) == "");
}

TEST_CASE("LongPoll: a client that has hung up is handed nothing, whether or not the loop knows", "[sqs][long_poll]") {
  Sqs sqs(Protocol::json);
  std::string queue = sqs.create("jobs");
  auto dead = sqs.begin_poll(queue), living = sqs.begin_poll(queue);
  sqs.world.hang_up(dead);
  sqs.send(queue, "first");
  CHECK_FALSE(sqs.polled(dead));
  CHECK(sqs.polled(living) == "first");
  // With nobody else there it stays where it is, and no receive stands in the log.
  auto last = sqs.begin_poll(queue);
  sqs.world.hang_up(last);
  sqs.send(queue, "second");
  sqs.require_events(1);
  CHECK(sqs.counts(queue) == "1/1/0");
  CHECK(sqs.bodies(queue) == "second");
}

}  // namespace cloudemu::test
