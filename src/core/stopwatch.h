#pragma once
#include <cstdint>

namespace cloudemu {

/// Microseconds that only ever grow, for measuring how long something takes.
uint64_t monotonic_us();

}  // namespace cloudemu
