#pragma once
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace cloudemu::fuzz {

inline std::string_view bytes(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

/// A property that must hold for every input.
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace cloudemu::fuzz
