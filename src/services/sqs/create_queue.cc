#include <algorithm>

#include "core/strings.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_url.h"
#include "services/sqs/tags.h"

namespace cloudemu::sqs {

namespace {

constexpr std::string_view kFifoSuffix = ".fifo";

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

/// The suffix counts among the 80 characters, and belongs to FIFO queues alone.
AwsResult<void> check_name(std::string_view name, bool fifo) {
  bool suffixed = name.ends_with(kFifoSuffix);
  std::string_view stem = fifo && suffixed ? name.substr(0, name.size() - kFifoSuffix.size()) : name;
  if (fifo == suffixed && is_plain_name(stem) && name.size() <= kQueueNameMax) return {};
  if (!fifo) {
    return fail(invalid_parameter_value("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"));
  }
  return fail(
      invalid_parameter_value("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
                              "must end with .fifo suffix and be 1 to 80 in length."));
}

bool wants_fifo(const TextMap& attributes) {
  return std::any_of(attributes.begin(), attributes.end(), [](const auto& attribute) {
    return attribute.first == "FifoQueue" && equals_ignoring_case(attribute.second, "true");
  });
}

AwsResult<Outcome> answer(const Call& call, std::string_view name, std::vector<Event> events) {
  query::ReplyWriter reply = call.reply();
  reply.text("QueueUrl", queue_url(call, call.principal.account, name));
  return call.answer(reply, std::move(events));
}

}  // namespace

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
/// Creating a queue that is there already is fine as long as it has all the attributes that are given; tags do not matter.
AwsResult<Outcome> create_queue(const SqsReadModel& state, const Call& call, const CreateQueueInput& input) {
  if (!input.name) return fail(missing_parameter("QueueName"));
  const Principal& caller = call.principal;
  TRY(check_name(*input.name, wants_fifo(input.attributes)));
  QueueName queue{caller.account, caller.region, std::string(*input.name)};
  AttributeSet set = TRY(create_attributes(state, input.attributes, queue));
  events::StringMap tags = TRY(merge_tags({}, input.tags, *input.name));
  if (const Queue* present = state.find_queue(caller.account, caller.region, *input.name)) {
    if (auto attribute = first_difference(*present, input.attributes, set)) return fail(queue_already_exists(*attribute));
    return answer(call, *input.name, {});
  }
  auto deleted_at = state.deleted_at(caller.account, caller.region, *input.name);
  if (call.environment.sqs_deleted_recently && deleted_at && call.now() < *deleted_at + kDeletedIntervalMs) {
    return fail(queue_deleted_recently());
  }
  std::vector<Event> events;
  events.push_back(QueueCreated{.account = caller.account,
                                .region = caller.region,
                                .name = std::string(*input.name),
                                .attributes = std::move(set.attributes),
                                .settings = std::move(set.settings),
                                .tags = std::move(tags),
                                .created_at = call.now()});
  return answer(call, *input.name, std::move(events));
}

}  // namespace cloudemu::sqs
