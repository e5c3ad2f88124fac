#include <algorithm>
#include <map>

#include "core/strings.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_url.h"
#include "services/sqs/tags.h"

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
namespace cloudemu::sqs {

namespace {

/// What keys and values are made of: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html.
/// AWS's words for it are not known. Which characters beyond ASCII are letters is not looked at.
AwsResult<void> check_text(std::string_view text) {
  constexpr std::string_view kReserved = "aws:";
  constexpr std::string_view kOthers = " \t\n\r_.:/=+-@";
  auto is_allowed = [&](char c) {
    return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 || kOthers.find(c) != std::string_view::npos;
  };
  if (equals_ignoring_case(text.substr(0, kReserved.size()), kReserved)) {
    return fail(invalid_parameter_value(concat("Tag keys and values must not begin with ", kReserved, '.')));
  }
  if (std::all_of(text.begin(), text.end(), is_allowed)) return {};
  return fail(invalid_parameter_value("Tag keys and values can contain letters, digits, white space, and _ . : / = + - @."));
}

AwsResult<void> check_key(std::string_view key) {
  if (key.empty() || utf8_length(key) > kTagKeyMax) {
    return fail(invalid_parameter_value(concat("Tag keys must be between 1 and ", kTagKeyMax, " characters in length.")));
  }
  return {};
}

}  // namespace

AwsResult<events::StringMap> merge_tags(events::StringMap tags, const query::TextMap& given, std::string_view queue) {
  std::map<std::string, std::string> merged(tags.begin(), tags.end());
  for (const auto& [key, value] : given) {
    TRY(check_key(key));
    TRY(check_text(key));
    TRY(check_text(value));
    if (utf8_length(value) > kTagValueMax) {
      return fail(invalid_parameter_value(concat("Tag values must be between 0 and ", kTagValueMax, " characters in length.")));
    }
    merged.insert_or_assign(std::string(key), std::string(value));
  }
  if (merged.size() > kTagsMax) return fail(invalid_parameter_value(concat("Too many tags added for queue ", queue, ".")));
  return events::StringMap(merged.begin(), merged.end());
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html
AwsResult<Outcome> tag_queue(const SqsReadModel& state, const Call& call, const TagQueueInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  if (input.tags.empty()) return fail(missing_parameter("Tags"));
  events::StringMap tags = TRY(merge_tags(queue->tags, input.tags, queue->name));
  if (tags == queue->tags) return call.answer_nothing();
  return call.answer_nothing(QueueTagged{.queue = queue->id, .tags = std::move(tags)});
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html
AwsResult<Outcome> untag_queue(const SqsReadModel& state, const Call& call, const UntagQueueInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  if (input.keys.empty()) return fail(missing_parameter("TagKeys"));
  for (std::string_view key : input.keys) TRY(check_key(key));
  events::StringMap tags = queue->tags;
  std::erase_if(tags, [&](const auto& tag) { return std::find(input.keys.begin(), input.keys.end(), tag.first) != input.keys.end(); });
  if (tags == queue->tags) return call.answer_nothing();
  return call.answer_nothing(QueueTagged{.queue = queue->id, .tags = std::move(tags)});
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html
AwsResult<Outcome> list_queue_tags(const SqsReadModel& state, const Call& call, const QueueInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  query::ReplyWriter reply = call.reply();
  if (!queue->tags.empty()) {
    reply.begin_map("Tags", kTagMap);
    for (const auto& [key, value] : queue->tags) reply.entry(key, value);
    reply.end_map();
  }
  return call.answer(reply);
}

}  // namespace cloudemu::sqs
