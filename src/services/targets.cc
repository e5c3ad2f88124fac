#include "services/targets.h"

#include "services/sqs/queue_url.h"

namespace cloudemu {

Target target_of(const State& state, std::string_view arn, std::string_view region) {
  auto name = sqs::parse_queue_arn(arn);
  if (!name) return Target::malformed;
  if (name->region != region) return Target::elsewhere;
  const sqs::Queue* queue = state.sqs().find_queue(name->account, name->region, name->name);
  if (!queue) return Target::absent;
  return queue->settings.fifo ? Target::fifo_queue : Target::queue;
}

}  // namespace cloudemu
