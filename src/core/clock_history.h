#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "core/clock.h"

namespace cloudemu {

/// What a virtual clock was set to: real time plus an offset, or an instant at which it stands still.
struct ClockSetting {
  int64_t offset_ms = 0;
  std::optional<TimeMs> frozen_at = {};

  TimeMs at(TimeMs real) const { return frozen_at.value_or(real + offset_ms); }
  bool operator==(const ClockSetting&) const = default;
};

/// What a virtual clock showed at each moment of real time, as far as its last changes tell; before them, real time.
class ClockHistory {
 public:
  static constexpr size_t kChangesMax = 32;

  /// From the real time `since` on, which is not before any other change, it shows what `setting` says.
  void change(TimeMs since, const ClockSetting& setting) {
    if (changes_.size() == kChangesMax) changes_.erase(changes_.begin());
    changes_.push_back({since, setting});
  }
  ClockSetting setting() const { return changes_.empty() ? ClockSetting() : changes_.back().setting; }
  /// What it showed as a moment of real time began. Who signs tells whole seconds: a change within the same one came later.
  TimeMs before(TimeMs real) const {
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
      if (change->since < real) return change->setting.at(real);
    }
    return real;
  }

 private:
  struct Change {
    TimeMs since;
    ClockSetting setting;
  };
  std::vector<Change> changes_;  // ascending
};

}  // namespace cloudemu
