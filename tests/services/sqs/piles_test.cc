// What large queues, and many, cost: the messages of all queues lie in the same tables, in piles that an emptied queue leaves behind.
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "services/sqs/clear_leftovers.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

const sqs::Queue& find(Sqs& sqs, std::string_view name) { return *sqs.world.state().sqs().find_queue("000000000000", "us-east-1", name); }

/// Messages sent, as if by earlier calls.
void fill(Sqs& sqs, std::string_view name, int count, TimeMs visible_after_ms = 0) {
  const sqs::Queue queue = find(sqs, name);
  TimeMs now = sqs.world.clock().now();
  std::vector<Event> events;
  for (int i = 1; i <= count; ++i) {
    sqs::MessageSent sent{.queue = queue.id, .message_id = "m", .body = concat("body ", i), .sent_at = now};
    if (visible_after_ms > 0) sent.visible_at = now + visible_after_ms;
    if (queue.settings.fifo) {
      sent.group = concat('g', i % 100);
      sent.deduplication = concat('d', i);
      sent.number = i;
      sent.deduplicated_until = now + 300 * kSecondMs;
    }
    events.push_back(std::move(sent));
  }
  sqs.world.given(std::move(events));
}

std::string url_input(std::string_view name) { return concat("{'QueueUrl':'", name, "'}"); }

/// All that is left of a pile goes, slice by slice; at every moment the live state is the rebuilt one.
int clear_away(Sqs& sqs, int64_t pile) {
  int slices = 0;
  size_t left = sqs.world.state().sqs().leftovers(pile, 1'000'000).rows;
  while (sqs.world.run_slice()) {
    ++slices;
    size_t rows = sqs.world.state().sqs().leftovers(pile, 1'000'000).rows;
    CHECK(rows <= left);
    left = rows;
    CHECK(sqs.world.live_digest() == sqs.world.rebuilt_digest());
  }
  CHECK(left == 0);
  return slices;
}

}  // namespace

TEST_CASE("PurgeQueue: of a large queue leaves most to a job, and nobody sees what is left", "[sqs][piles]") {
  Sqs sqs(BOTH_PROTOCOLS);
  bool fifo = GENERATE(false, true);
  std::string name = fifo ? "jobs.fifo" : "jobs";
  if (fifo) sqs.create_fifo(name);
  else sqs.create(name);
  fill(sqs, name, 2500);
  sqs.receive(name);
  int64_t pile = find(sqs, name).pile;
  CHECK(sqs.call("PurgeQueue", url_input(name)).status == 200);
  // 2,500 messages, and as many duplicates of a FIFO queue: no call works off more than some hundreds.
  CHECK(sqs.world.state().sqs().leftovers(pile, 1'000'000).rows >= 1000);
  CHECK(sqs.counts(name) == "0/0/0");
  CHECK(sqs.bodies(name).empty());
  // The queue goes on at once. Ids that were used before are no duplicates any more.
  if (fifo) sqs.send(name, "g1", "d1", "new");
  else sqs.send(name, "new");
  CHECK(sqs.counts(name) == "1/0/0");
  CHECK(sqs.world.run_slice());
  CHECK(sqs.bodies(name) == "new");
  CHECK(sqs.counts(name) == "0/1/0");
  CHECK(clear_away(sqs, pile) >= 5);
  CHECK(sqs.counts(name) == "0/1/0");
  sqs.world.advance(30 * kSecondMs);
  CHECK(sqs.bodies(name) == "new");
}

TEST_CASE("DeleteQueue: of a large queue leaves most to a job; the name serves at once", "[sqs][piles]") {
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.create("jobs");
  fill(sqs, "jobs", 2500);
  std::string handle = sqs.receive("jobs").at(0).handle;
  int64_t pile = find(sqs, "jobs").pile;
  CHECK(sqs.call("DeleteQueue", url_input("jobs")).status == 200);
  CHECK(sqs.world.state().sqs().leftovers(pile, 1'000'000).rows >= 1000);
  sqs.create("jobs");
  CHECK(sqs.counts("jobs") == "0/0/0");
  CHECK(sqs.remove("jobs", handle).code == "ReceiptHandleIsInvalid");
  sqs.send("jobs", "new");
  // Deleted again, while the first is being cleared away.
  fill(sqs, "jobs", 1500);
  int64_t second = find(sqs, "jobs").pile;
  CHECK(sqs.call("DeleteQueue", url_input("jobs")).status == 200);
  clear_away(sqs, pile);
  CHECK(sqs.world.state().sqs().leftovers(second, 10).rows == 0);
}

TEST_CASE("PurgeQueue: of a small queue needs no job", "[sqs][piles]") {
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.create("jobs");
  fill(sqs, "jobs", static_cast<int>(sqs::kClearedAtOnceMax));
  int64_t pile = find(sqs, "jobs").pile;
  CHECK(sqs.call("PurgeQueue", url_input("jobs")).status == 200);
  CHECK_FALSE(sqs.event<sqs::QueuePurged>().cleared_by_job);
  CHECK(sqs.world.state().sqs().leftovers(pile, 10).rows == 0);
  CHECK_FALSE(sqs.world.run_slice());
}

TEST_CASE("DeleteQueue: a few large messages are a job, too", "[sqs][piles]") {
  Sqs sqs(Protocol::json);
  sqs.create("jobs");
  int64_t pile = find(sqs, "jobs").pile;
  for (int i = 0; i < 40; ++i) sqs.send("jobs", std::string(1'000'000, 'x'));
  CHECK(sqs.call("DeleteQueue", url_input("jobs")).status == 200);
  CHECK(sqs.world.state().sqs().leftovers(pile, 100).rows > 0);
  CHECK(clear_away(sqs, pile) >= 2);
}

TEST_CASE("Large messages: expire, and move between queues, a few at a time", "[sqs][piles][time]") {
  Sqs sqs(Protocol::json);
  sqs.create("dead", "{'MessageRetentionPeriod':'60'}");
  std::string queue = sqs.create(
      "jobs", R"({'RedrivePolicy':'{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":1}'})");
  for (int i = 0; i < 12; ++i) sqs.send(queue, std::string(1'000'000, 'x'));
  for (int i = 0; i < 12; ++i) sqs.receive(queue, "'MaxNumberOfMessages':1");
  sqs.world.advance(30 * kSecondMs);
  // Each receive moves 4 MiB to the dead-letter queue.
  CHECK(sqs.receive(queue).empty());
  CHECK(sqs.counts("dead") == "5/0/0");
  sqs.receive(queue);
  sqs.receive(queue);
  CHECK(sqs.counts("dead") == "12/0/0");
  CHECK(sqs.call("StartMessageMoveTask", "{'SourceArn':'arn:aws:sqs:us-east-1:000000000000:dead'}").status == 200);
  sqs.world.advance(0);
  CHECK(sqs.counts("dead") == "0/0/0");
  CHECK(sqs.counts(queue) == "12/0/0");
  CHECK(sqs.call("SetQueueAttributes", "{'QueueUrl':'jobs','Attributes':{'MessageRetentionPeriod':'60'}}").status == 200);
  sqs.world.advance(60 * kSecondMs);
  size_t slices = 0;
  for (const Event& event : sqs.world.events()) {
    const auto& due = std::get<sqs::MessagesDue>(event);
    CHECK(due.cause == "retention");
    CHECK(due.messages.size() <= 5);
    ++slices;
  }
  CHECK(slices == 3);
}

TEST_CASE("Reset: ends what clears away", "[sqs][piles][reset]") {
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.create("jobs");
  fill(sqs, "jobs", 3000);
  int64_t pile = find(sqs, "jobs").pile;
  sqs.call("PurgeQueue", url_input("jobs"));
  CHECK(sqs.world.run_slice());
  CHECK(sqs.world.send({.method = "POST", .target = "/_cloudemu/reset"}).status == 200);
  CHECK(sqs.world.state().sqs().leftovers(pile, 10).rows == 0);
  CHECK_FALSE(sqs.world.run_slice());
  sqs.create("jobs");
  CHECK(sqs.counts("jobs") == "0/0/0");
}

TEST_CASE("SetQueueAttributes: a FIFO queue's delay changes for what is delayed, without a look at it", "[sqs][piles][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.create_fifo("jobs.fifo", "'DelaySeconds':'900'");
  fill(sqs, "jobs.fifo", 3000, 900 * kSecondMs);
  auto set = [&](int delay_s) {
    Answer answer = sqs.call("SetQueueAttributes", concat("{'QueueUrl':'jobs.fifo','Attributes':{'DelaySeconds':'", delay_s, "'}}"));
    CHECK(answer.status == 200);
    sqs.event<sqs::QueueUpdated>();
  };
  set(60);
  sqs.world.advance(60 * kSecondMs - 1);
  CHECK(sqs.counts("jobs.fifo") == "0/0/3000");
  set(120);
  sqs.world.advance(1);
  CHECK(sqs.counts("jobs.fifo") == "0/0/3000");
  sqs.world.advance(60 * kSecondMs);
  CHECK(sqs.counts("jobs.fifo") == "3000/0/0");
}

TEST_CASE("Queues: thousands of them cost each what the first did", "[sqs][piles]") {
  Sqs sqs(Protocol::json);
  // SQLite reads its whole schema anew whenever that changes: so it must not, however many queues come and go.
  auto schema = [&] { return sqs.world.schema_version(); };
  sqs.create("first");
  int64_t version = schema();
  for (int i = 0; i < 2000; ++i) sqs.create(concat("jobs", i));
  for (int i = 0; i < 1000; ++i) CHECK(sqs.call("DeleteQueue", url_input(concat("jobs", i))).status == 200);
  CHECK(schema() == version);
  sqs.send("jobs1999", "hello");
  CHECK(sqs.bodies("jobs1999") == "hello");
  CHECK(sqs.call("ListQueues", "{'MaxResults':1000}")["QueueUrls"].size() == 1000);
}

}  // namespace cloudemu::test
