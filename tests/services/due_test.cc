#include "services/due.h"

#include <catch2/catch.hpp>

#include "support/sqs.h"

namespace cloudemu::test {

TEST_CASE("Due: subjects that are gone, or were never there, have nothing due and no time", "[due]") {
  World world;
  for (auto kind : {Subject::Kind::pile, Subject::Kind::table, Subject::Kind::bucket, Subject::Kind::job}) {
    Subject subject{kind, 17};
    CHECK(due_work(world.state(), subject, world.engine().moment(), 10).events.empty());
    CHECK_FALSE(next_due(world.state(), subject, world.engine().moment()));
  }
}

TEST_CASE("Due: what a start makes timers of are queues with messages and jobs that rest", "[due]") {
  Sqs sqs(Protocol::json);
  std::string empty = sqs.create("empty"), full = sqs.create("full");
  sqs.send(full, "late", "'DelaySeconds':60");
  int64_t id = sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "full")->id;
  CHECK(subjects_with_work(sqs.world.state()) == std::vector<Subject>{Subject::queue(id)});
  CHECK(next_due(sqs.world.state(), Subject::queue(id), sqs.world.engine().moment()) == sqs.world.clock().now() + 60'000);
  sqs.world.advance(59'999);
  CHECK(due_work(sqs.world.state(), Subject::queue(id), sqs.world.engine().moment(), 10).events.empty());
  sqs.world.clock().time += 1;
  CHECK(due_work(sqs.world.state(), Subject::queue(id), sqs.world.engine().moment(), 10).events.size() == 1);
}

}  // namespace cloudemu::test
