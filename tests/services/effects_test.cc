#include "services/effects.h"

#include <catch2/catch.hpp>

namespace cloudemu::test {

TEST_CASE("Effects: a message that is visible wakes its queue, a delayed one arms it", "[effects]") {
  Effects now = effects_of(sqs::MessageSent{.queue = 7, .message_id = "m", .body = "b", .sent_at = 1000});
  CHECK(now.wakes == Subject::queue(7));
  Effects later = effects_of(sqs::MessageSent{.queue = 7, .message_id = "m", .body = "b", .sent_at = 1000, .visible_at = 3000});
  CHECK_FALSE(later.wakes);
  REQUIRE(later.arms);
  CHECK(later.arms->subject == Subject::queue(7));
  CHECK(later.arms->at == 3000);
}

TEST_CASE("Effects: a job that rests is armed, one that goes on is not, and one that ended is forgotten", "[effects][jobs]") {
  CHECK(effects_of(jobs::JobStarted{.kind = "sqs.MoveMessages"}).starts_job);
  CHECK_FALSE(effects_of(jobs::JobAdvanced{.job = 9, .done = 5}).arms);
  Effects rests = effects_of(jobs::JobAdvanced{.job = 9, .done = 5, .resumes_at = 4000});
  REQUIRE(rests.arms);
  CHECK(rests.arms->subject == Subject::job(9));
  CHECK(rests.arms->at == 4000);
  CHECK(effects_of(jobs::JobEnded{.job = 9}).forgets == Subject::job(9));
}

TEST_CASE("Effects: subjects of two kinds are two, whatever their numbers", "[effects]") {
  CHECK(Subject::queue(3) != Subject::job(3));
  CHECK(Subject::queue(3) < Subject::job(1));  // at one moment queues come first
  CHECK(std::hash<Subject>()(Subject::queue(3)) != std::hash<Subject>()(Subject::job(3)));
}

}  // namespace cloudemu::test
