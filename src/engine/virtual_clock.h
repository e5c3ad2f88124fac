#pragma once
#include "core/clock.h"
#include "projections/system_projection.h"

namespace cloudemu {

/// Real time plus an offset, or a frozen instant. What it shows is what the rules go by.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(const Clock& real) : real_(real) {}
  TimeMs now() const override { return at(real_.now()); }
  /// What it shows at a real time.
  TimeMs at(TimeMs real) const { return setting_.frozen_at.value_or(real + setting_.offset_ms); }

  void set(const system::ClockSetting& setting) { setting_ = setting; }
  const system::ClockSetting& setting() const { return setting_; }
  const Clock& real() const { return real_; }

 private:
  const Clock& real_;
  system::ClockSetting setting_;
};

}  // namespace cloudemu
