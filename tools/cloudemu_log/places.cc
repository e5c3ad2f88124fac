#include "places.h"

#include "core/strings.h"

namespace cloudemu::tool {

namespace {

Error not_found(const State& state, const Selection& wanted) {
  return {Errc::not_found, concat("there was no ", kind_name(wanted.kind), " ", wanted.name, " at event ", state.applied())};
}

/// `find` looks in one place.
template <class Thing, class Find>
Result<const Thing*> find_one(State& state, const Selection& wanted, const Place& only, const Find& find) {
  std::vector<Place> found;
  for (const Place& place : all_places(state, only)) {
    if (find(place)) found.push_back(place);
  }
  if (found.size() == 1) return find(found.front());
  if (found.empty()) return fail(not_found(state, wanted));
  std::string all;
  for (const Place& place : found) append(all, all.empty() ? "" : ", ", place.account, " in ", place.region);
  return fail(Errc::bad_input, concat("there were several called ", wanted.name, " (", all, "): choose with --account and --region"));
}

}  // namespace

std::string name_in(const Place& place, std::string_view name) {
  std::string out;
  if (!place.account.empty() && place.account != kDefaultAccount) append(out, place.account, ":");
  if (!place.region.empty() && place.region != kDefaultRegion) append(out, place.region, ":");
  append(out, name);
  return out;
}

std::vector<Place> all_places(State& state) {
  sqlite::Statement list(state.database(),
                         "SELECT owner, region FROM s3_bucket UNION SELECT account, region FROM ddb_table "
                         "UNION SELECT account, region FROM ddb_backup UNION SELECT account, region FROM sqs_queue ORDER BY 1, 2");
  std::vector<Place> places;
  for (auto row = list.query(); row.next();) places.push_back({row.text(0), row.text(1)});
  return places;
}

std::vector<Place> all_places(State& state, const Place& only) {
  std::vector<Place> all = all_places(state);
  std::erase_if(all, [&](const Place& place) {
    return (!only.account.empty() && place.account != only.account) || (!only.region.empty() && place.region != only.region);
  });
  return all;
}

Result<const s3::Bucket*> find_bucket(State& state, const Selection& wanted, const Place& only) {
  const s3::Bucket* bucket = state.s3().find_bucket(wanted.name);
  bool is_wanted =
      bucket && (only.account.empty() || bucket->owner == only.account) && (only.region.empty() || bucket->region == only.region);
  if (is_wanted) return bucket;
  return fail(not_found(state, wanted));
}

Result<const dynamodb::Table*> find_table(State& state, const Selection& wanted, const Place& only) {
  return find_one<dynamodb::Table>(
      state, wanted, only, [&](const Place& place) { return state.dynamodb().find_table(place.account, place.region, wanted.name); });
}

Result<const sqs::Queue*> find_queue(State& state, const Selection& wanted, const Place& only) {
  return find_one<sqs::Queue>(state, wanted, only,
                              [&](const Place& place) { return state.sqs().find_queue(place.account, place.region, wanted.name); });
}

}  // namespace cloudemu::tool
