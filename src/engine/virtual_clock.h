#pragma once
#include "core/clock_history.h"

namespace cloudemu {

/// Real time plus an offset, or a frozen instant. What it shows is what the rules go by.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(const Clock& real) : real_(real) {}
  TimeMs now() const override { return at(real_.now()); }
  /// What it shows at a real time.
  TimeMs at(TimeMs real) const { return setting().at(real); }

  void set(ClockHistory history) { history_ = std::move(history); }
  ClockSetting setting() const { return history_.setting(); }
  const ClockHistory& history() const { return history_; }
  const Clock& real() const { return real_; }

 private:
  const Clock& real_;
  ClockHistory history_;
};

}  // namespace cloudemu
