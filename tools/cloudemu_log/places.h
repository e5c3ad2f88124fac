#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "projections/state.h"
#include "selection.h"

namespace cloudemu::tool {

/// An account in a region.
struct Place {
  std::string account, region;
};

inline constexpr std::string_view kDefaultAccount = "000000000000";
inline constexpr std::string_view kDefaultRegion = "us-east-1";

/// "111111111111:eu-west-1:orders": with the account and the region where they are not the default ones.
std::string name_in(const Place& place, std::string_view name);

/// Those that have a bucket, a table with or without its backups, or a queue, in order.
std::vector<Place> all_places(State& state);

/// Those with this account and region; empty: any.
std::vector<Place> all_places(State& state, const Place& only);
/// The bucket, table or queue of that name, among the places that `only` leaves.
/// Error: Errc::not_found; Errc::bad_input if there are several.
Result<const s3::Bucket*> find_bucket(State& state, const Selection& wanted, const Place& only);
Result<const dynamodb::Table*> find_table(State& state, const Selection& wanted, const Place& only);
Result<const sqs::Queue*> find_queue(State& state, const Selection& wanted, const Place& only);

/// As many names as there may be.
inline constexpr size_t kAllNames = 1'000'000;

}  // namespace cloudemu::tool
