#pragma once
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "services/call.h"

namespace cloudemu {

/// When time will next do something to which queue. Times are lower bounds: when one passes, the state is asked what is really due.
class Timers final : public DueTimes {
 public:
  bool overdue(int64_t queue, TimeMs now) const override {
    auto known = times_.find(queue);
    return known != times_.end() && known->second <= now;
  }

  /// Something will be due at `at`, at the earliest.
  void note(int64_t queue, TimeMs at) {
    auto known = times_.find(queue);
    if (known == times_.end() || at < known->second) set(queue, at);
  }
  /// From the state itself: nothing is due before `at`.
  void set(int64_t queue, std::optional<TimeMs> at) {
    auto known = times_.find(queue);
    if (known != times_.end()) {
      order_.erase({known->second, queue});
      times_.erase(known);
    }
    if (!at) return;
    times_.emplace(queue, *at);
    order_.emplace(*at, queue);
  }
  /// The queue whose time comes first.
  std::optional<std::pair<TimeMs, int64_t>> first() const {
    if (order_.empty()) return std::nullopt;
    return *order_.begin();
  }
  void clear() {
    times_.clear();
    order_.clear();
  }

 private:
  std::unordered_map<int64_t, TimeMs> times_;
  std::set<std::pair<TimeMs, int64_t>> order_;
};

}  // namespace cloudemu
