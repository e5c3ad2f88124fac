#include "services/sqs/deliver.h"

#include "services/sqs/queue_url.h"

namespace cloudemu::sqs {

std::optional<MessageSent> deliver(const SqsReadModel& state, std::string_view queue_arn, std::string body, std::string_view sender,
                                   const Moment& moment) {
  auto name = parse_queue_arn(queue_arn);
  const Queue* queue = name ? state.find_queue(name->account, name->region, name->name) : nullptr;
  if (!queue || queue->settings.fifo) return std::nullopt;
  if (static_cast<int64_t>(body.size()) > queue->settings.message_bytes_max) return std::nullopt;
  int64_t delay_s = queue->settings.delay_s;
  return MessageSent{.queue = queue->id,
                     .message_id = moment.entropy.uuid(),
                     .body = std::move(body),
                     .attributes = {},
                     .trace = {},
                     .sender = std::string(sender),
                     .group = {},
                     .deduplication = {},
                     .sent_at = moment.now,
                     .visible_at = delay_s > 0 ? moment.now + delay_s * kSecondMs : 0};
}

}  // namespace cloudemu::sqs
