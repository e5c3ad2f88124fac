#pragma once
#include <string>
#include <vector>

#include "projections/state.h"

namespace cloudemu::tool {

/// An account in a region.
struct Place {
  std::string account, region;
};

/// Those that have a bucket, a table or a queue, in order.
std::vector<Place> all_places(State& state);

/// As many names as there may be.
inline constexpr size_t kAllNames = 1'000'000;

}  // namespace cloudemu::tool
