#include "services/effects.h"

#include <algorithm>

namespace cloudemu {

namespace {

/// No retention period is shorter: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
constexpr TimeMs kRetentionMinMs = 60 * kSecondMs;

struct Finder {
  Effects operator()(const sqs::MessageSent& e) const {
    // When it will expire the queue knows; asking a little early does no harm.
    if (e.visible_at > 0) return {.queue = e.queue, .due_at = std::min(e.visible_at, e.sent_at + kRetentionMinMs)};
    return {.wakes = e.queue, .queue = e.queue, .due_at = e.sent_at + kRetentionMinMs};
  }
  Effects operator()(const sqs::MessageReceived& e) const { return hidden_until(e.queue, e.visible_at); }
  Effects operator()(const sqs::VisibilityChanged& e) const { return hidden_until(e.queue, e.visible_at); }
  Effects operator()(const sqs::MessageDeleted& e) const { return {.wakes = e.queue}; }  // may unlock a FIFO group
  Effects operator()(const sqs::MessageMoved& e) const {
    // It may have expired already, by the retention period of the queue it is in now.
    return {.wakes = e.target, .queue = e.target, .due_at = e.moved_at};
  }
  Effects operator()(const sqs::MessagesDue& e) const { return {.wakes = e.queue}; }
  Effects operator()(const sqs::MoveTaskStarted& e) const { return {.queue = e.queue, .due_at = e.started_at}; }
  Effects operator()(const sqs::MessageRedriven& e) const {
    return {.wakes = e.target, .queue = e.target, .due_at = e.moved_at + kRetentionMinMs};
  }
  Effects operator()(const sqs::QueueUpdated& e) const { return {.queue = e.queue, .due_at = e.modified_at}; }
  Effects operator()(const sqs::QueueDeleted& e) const { return {.wakes = e.queue, .forgets = e.queue}; }
  Effects operator()(const jobs::JobStarted&) const { return {.starts_job = true}; }
  Effects operator()(const auto&) const { return {}; }

  static Effects hidden_until(int64_t queue, TimeMs visible_at) {
    if (visible_at > 0) return {.queue = queue, .due_at = visible_at};
    return {.wakes = queue};
  }
};

}  // namespace

Effects effects_of(const Event& event) { return std::visit(Finder{}, event); }

}  // namespace cloudemu
