#include "services/targets.h"

#include <algorithm>

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

std::string_view queue_attribute(const State& state, std::string_view arn, std::string_view attribute) {
  auto name = sqs::parse_queue_arn(arn);
  const sqs::Queue* queue = name ? state.sqs().find_queue(name->account, name->region, name->name) : nullptr;
  if (!queue) return {};
  auto found = std::find_if(queue->attributes.begin(), queue->attributes.end(), [&](const auto& each) { return each.first == attribute; });
  return found == queue->attributes.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace cloudemu
