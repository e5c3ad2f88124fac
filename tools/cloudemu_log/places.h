#pragma once
#include <string>
#include <vector>

#include "projections/state.h"
#include "selection.h"

namespace cloudemu::tool {

/// An account in a region.
struct Place {
  std::string account, region;
};

/// Those that have a bucket, a table or a queue, in order.
std::vector<Place> all_places(State& state);

/// Those with this account and region; empty: any.
std::vector<Place> all_places(State& state, const Place& only);
/// Where the table or queue of that name is, among the places that `only` leaves.
/// Error: Errc::not_found; Errc::bad_input if there are several.
Result<Place> find_place(State& state, const Selection& wanted, const Place& only);

/// As many names as there may be.
inline constexpr size_t kAllNames = 1'000'000;

}  // namespace cloudemu::tool
