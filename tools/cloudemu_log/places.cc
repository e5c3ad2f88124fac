#include "places.h"

#include "core/strings.h"

namespace cloudemu::tool {

std::vector<Place> all_places(State& state) {
  sqlite::Statement list(state.database(),
                         "SELECT owner, region FROM s3_bucket UNION SELECT account, region FROM ddb_table "
                         "UNION SELECT account, region FROM sqs_queue ORDER BY 1, 2");
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

Result<Place> find_place(State& state, const Selection& wanted, const Place& only) {
  auto has = [&](const Place& place) {
    if (wanted.kind == Selection::Kind::table) return state.dynamodb().find_table(place.account, place.region, wanted.name) != nullptr;
    return state.sqs().find_queue(place.account, place.region, wanted.name) != nullptr;
  };
  std::vector<Place> found;
  for (const Place& place : all_places(state, only)) {
    if (has(place)) found.push_back(place);
  }
  if (found.size() == 1) return found.front();
  std::string_view kind = kind_name(wanted.kind);
  if (found.empty()) return fail(Errc::not_found, concat("there was no ", kind, " ", wanted.name, " at that point"));
  std::string all;
  for (const Place& place : found) append(all, all.empty() ? "" : ", ", place.account, " in ", place.region);
  return fail(Errc::bad_input, concat("there were several called ", wanted.name, " (", all, "): choose with --account and --region"));
}

}  // namespace cloudemu::tool
