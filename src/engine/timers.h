#pragma once
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "events/subject.h"
#include "services/moment.h"

namespace cloudemu {

/// When time will next do something to which subject. Times are lower bounds: when one passes, the state is asked what is really due.
class Timers final : public DueTimes {
 public:
  bool overdue(Subject subject, TimeMs now) const override {
    auto known = times_.find(subject);
    return known != times_.end() && known->second <= now;
  }

  /// Something will be due at `at`, at the earliest.
  void note(Subject subject, TimeMs at) {
    auto known = times_.find(subject);
    if (known == times_.end() || at < known->second) set(subject, at);
  }
  /// From the state itself: nothing is due before `at`.
  void set(Subject subject, std::optional<TimeMs> at) {
    auto known = times_.find(subject);
    if (known != times_.end()) {
      order_.erase({known->second, subject});
      times_.erase(known);
    }
    if (!at) return;
    times_.emplace(subject, *at);
    order_.emplace(*at, subject);
  }
  /// The subject whose time comes first.
  std::optional<std::pair<TimeMs, Subject>> first() const {
    if (order_.empty()) return std::nullopt;
    return *order_.begin();
  }
  void clear() {
    times_.clear();
    order_.clear();
  }

 private:
  std::unordered_map<Subject, TimeMs> times_;
  std::set<std::pair<TimeMs, Subject>> order_;
};

}  // namespace cloudemu
