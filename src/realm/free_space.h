#pragma once
#include <algorithm>
#include <cstdint>

#include "log/file.h"

namespace cloudemu {

/// What stays free on the disk of a data directory, so that the log and the state can be kept whole. Below it writes are refused, and
/// nothing optional is written that would go below it.
inline uint64_t reserve_bytes(const log::FileSystem::Space& space) {
  constexpr uint64_t kReserveBytesMax = 64 << 20;
  constexpr uint64_t kShareOfDisk = 16;  // of a small disk
  return std::min(kReserveBytesMax, space.total / kShareOfDisk);
}

}  // namespace cloudemu
