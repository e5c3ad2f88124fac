#include <algorithm>

#include "services/sqs/attributes.h"
#include "services/sqs/errors.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_url.h"

namespace cloudemu::sqs {

namespace {

/// "Unknown Attribute FifoQueue." is what a standard queue answers: https://github.com/aws/aws-sdk-ruby/issues/1350
bool is_known_to(const Queue& queue, std::string_view name) {
  if (!queue.settings.fifo && (name == "FifoQueue" || name == "ContentBasedDeduplication")) return false;
  const std::vector<std::string_view>& known = attribute_names();
  return std::binary_search(known.begin(), known.end(), name);
}

}  // namespace

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
AwsResult<Outcome> get_queue_attributes(const SqsReadModel& state, const Call& call, const GetQueueAttributesInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  if (call.moment.is_late_for(Subject::queue(queue->id))) return Settle{Subject::queue(queue->id)};
  std::vector<std::string_view> names = input.names;
  for (std::string_view name : names) {
    if (name != "All" && !is_known_to(*queue, name)) return fail(unknown_attribute(name));
  }
  if (std::find(names.begin(), names.end(), "All") != names.end()) names = attribute_names();
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  query::ReplyWriter reply = call.reply();
  const QueueCounters& counters = state.counters(queue->id);
  bool any = false;
  for (std::string_view name : names) {
    auto value = attribute_value(*queue, counters, name);
    if (!value) continue;
    if (!any) reply.begin_map("Attributes", kAttributeMap);
    any = true;
    reply.entry(name, *value);
  }
  if (any) reply.end_map();
  return call.answer(reply);
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
AwsResult<Outcome> set_queue_attributes(const SqsReadModel& state, const Call& call, const SetQueueAttributesInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  if (call.moment.is_late_for(Subject::queue(queue->id))) return Settle{Subject::queue(queue->id)};
  if (input.attributes.empty()) return fail(missing_parameter("Attribute.Name"));
  AttributeSet set = TRY(change_attributes(state, input.attributes, *queue));
  // "For FIFO queues, the per-queue delay setting is retroactive":
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
  bool delays_again = queue->settings.fifo && set.settings.delay_s != queue->settings.delay_s;
  return call.answer_nothing(QueueUpdated{.queue = queue->id,
                                          .attributes = std::move(set.attributes),
                                          .settings = std::move(set.settings),
                                          .delays_again = delays_again,
                                          .modified_at = call.now()});
}

}  // namespace cloudemu::sqs
