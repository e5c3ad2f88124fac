#include "services/effects.h"

#include <algorithm>

namespace cloudemu {

namespace {

struct Finder {
  Effects operator()(const sqs::MessageSent& e) const {
    if (e.visible_at > e.sent_at) return {.queue = e.queue, .due_at = std::min(e.visible_at, e.expires_at)};
    return {.wakes = e.queue, .queue = e.queue, .due_at = e.expires_at};
  }
  Effects operator()(const sqs::MessageReceived& e) const { return hidden_until(e.queue, e.received_at, e.visible_at); }
  Effects operator()(const sqs::VisibilityChanged& e) const { return hidden_until(e.queue, e.changed_at, e.visible_at); }
  Effects operator()(const sqs::MessageDeleted& e) const { return {.wakes = e.queue}; }  // may unlock a FIFO group
  Effects operator()(const sqs::MessagesDue& e) const { return {.wakes = e.queue}; }
  Effects operator()(const sqs::QueueDeleted& e) const { return {.wakes = e.queue, .forgets = e.queue}; }
  Effects operator()(const auto&) const { return {}; }

  static Effects hidden_until(int64_t queue, TimeMs now, TimeMs visible_at) {
    if (visible_at > now) return {.queue = queue, .due_at = visible_at};
    return {.wakes = queue};
  }
};

}  // namespace

Effects effects_of(const Event& event) { return std::visit(Finder{}, event); }

}  // namespace cloudemu
