#pragma once
#include <cstdint>

namespace cloudemu {

/// Milliseconds since 1970-01-01T00:00:00Z.
using TimeMs = int64_t;

inline constexpr TimeMs kSecondMs = 1000;
inline constexpr TimeMs kDayMs = 86'400'000;

/// Where time comes from. Rules never ask a clock: the engine samples it once per call.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs now() const = 0;
};

/// The machine's wall clock.
class SystemClock final : public Clock {
 public:
  TimeMs now() const override;
};

/// Milliseconds that only ever grow, for measuring durations and deadlines inside the process.
uint64_t monotonic_ms();

}  // namespace cloudemu
