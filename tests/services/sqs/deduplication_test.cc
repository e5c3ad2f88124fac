#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

TEST_CASE("Deduplication: the same id within five minutes is the same message", "[sqs][fifo][deduplication]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  Answer first = sqs.send(queue, "g", "id", "first");
  CHECK(sqs.event<sqs::MessageSent>().deduplicated_until == sqs.world.clock().now() + 300 * kSecondMs);
  sqs.world.advance(300 * kSecondMs - 1);
  Answer second = sqs.send(queue, "g", "id", "second");
  CHECK(second.status == 200);
  CHECK(sqs.world.events().empty());
  CHECK(second.string("MessageId") == first.string("MessageId"));
  CHECK(second.string("SequenceNumber") == first.string("SequenceNumber"));
  sqs.world.advance(1);
  Answer third = sqs.send(queue, "g", "id", "third");
  CHECK(third.string("MessageId") != first.string("MessageId"));
  CHECK(sqs.bodies(queue) == "first third");
}

TEST_CASE("Deduplication: goes on after the message was received and deleted", "[sqs][fifo][deduplication]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  std::string id = sqs.send(queue, "g", "id", "first").string("MessageId");
  sqs.remove(queue, sqs.receive(queue).at(0).handle);
  CHECK(sqs.send(queue, "g", "id", "second").string("MessageId") == id);
  CHECK(sqs.bodies(queue).empty());
}

TEST_CASE("Deduplication: by the body's SHA-256 where no id is given, if the queue has it so", "[sqs][fifo][deduplication]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo", "'ContentBasedDeduplication':'true'");
  Answer first = sqs.send(queue, "same", "'MessageGroupId':'g'");
  CHECK(sqs.event<sqs::MessageSent>().deduplication == "0967115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5");
  Answer second = sqs.send(queue, "same", "'MessageGroupId':'g','MessageAttributes':{'a':{'DataType':'String','StringValue':'other'}}");
  CHECK(second.string("MessageId") == first.string("MessageId"));
  CHECK(sqs.send(queue, "same", "'MessageGroupId':'g','MessageDeduplicationId':'own'").string("MessageId") != first.string("MessageId"));
  CHECK(sqs.send(queue, "other", "'MessageGroupId':'g'").string("MessageId") != first.string("MessageId"));
  CHECK(sqs.bodies(queue) == "same same other");
}

TEST_CASE("Deduplication: across groups, unless the scope is the group", "[sqs][fifo][deduplication]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo"), scoped = sqs.create_fifo("scoped.fifo", "'DeduplicationScope':'messageGroup'");
  for (std::string_view target : {queue, scoped}) {
    sqs.send(target, "g1", "id", "a");
    sqs.send(target, "g2", "id", "b");
    sqs.send(target, "g2", "id", "c");
  }
  CHECK(sqs.bodies(queue) == "a");
  CHECK(sqs.bodies(scoped) == "a b");
}

TEST_CASE("Deduplication: a scope that is changed later has no effect", "[sqs][fifo][deduplication]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  sqs.send(queue, "g1", "id", "a");
  sqs.call("SetQueueAttributes", concat("{'QueueUrl':'", queue, "','Attributes':{'DeduplicationScope':'messageGroup'}}"));
  CHECK(sqs.attribute(queue, "DeduplicationScope") == "messageGroup");
  sqs.send(queue, "g2", "id", "b");
  sqs.send(queue, "g1", "other", "c");
  sqs.send(queue, "g2", "other", "d");
  CHECK(sqs.bodies(queue) == "a c");
}

TEST_CASE("Deduplication: queues do not know each other's ids, nor those of a queue that was deleted", "[sqs][fifo][deduplication]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo"), other = sqs.create_fifo("other.fifo");
  sqs.send(queue, "g", "id", "a");
  sqs.send(other, "g", "id", "b");
  CHECK(sqs.bodies(other) == "b");
  sqs.call("DeleteQueue", concat("{'QueueUrl':'", queue, "'}"));
  sqs.create_fifo("jobs.fifo");
  sqs.send(queue, "g", "id", "c");
  CHECK(sqs.bodies(queue) == "c");
}

TEST_CASE("Deduplication: ids that are over are forgotten, however many", "[sqs][fifo][deduplication]") {
  Sqs sqs(Protocol::json);
  std::string queue = sqs.create_fifo("jobs.fifo");
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 50; ++i) sqs.send(queue, "g", std::to_string(i), "m");
    for (int i = 0; i < 50; ++i) sqs.send(queue, "g", std::to_string(i), "again");
    sqs.world.advance(300 * kSecondMs);
  }
  CHECK(sqs.counts(queue) == "150/0/0");
}

}  // namespace cloudemu::test
