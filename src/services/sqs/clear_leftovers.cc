#include "services/sqs/clear_leftovers.h"

namespace cloudemu::sqs {

jobs::Slice clear_slice(const State& state, const jobs::Job& job, const Moment&, size_t limit) {
  Leftovers left = state.sqs().leftovers(job.subject.id, limit);
  jobs::Slice slice{.done = static_cast<int64_t>(left.rows), .then = left.all ? jobs::Slice::Then::completed : jobs::Slice::Then::go_on};
  if (left.rows > 0) slice.events.push_back(LeftoversCleared{.pile = job.subject.id, .rows = slice.done});
  return slice;
}

std::optional<jobs::JobStarted> clear_job(const SqsReadModel& state, const Queue& queue, TimeMs now) {
  if (state.leftovers(queue.pile, kClearedAtOnceMax).all) return std::nullopt;
  return jobs::JobStarted{.kind = std::string(jobs::kClearLeftovers.name),
                          .subject = queue.pile,
                          .account = queue.account,
                          .region = queue.region,
                          .started_at = now};
}

}  // namespace cloudemu::sqs
