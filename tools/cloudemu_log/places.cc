#include "places.h"

namespace cloudemu::tool {

std::vector<Place> all_places(State& state) {
  sqlite::Statement list(state.database(),
                         "SELECT owner, region FROM s3_bucket UNION SELECT account, region FROM ddb_table "
                         "UNION SELECT account, region FROM sqs_queue ORDER BY 1, 2");
  std::vector<Place> places;
  for (auto row = list.query(); row.next();) places.push_back({row.text(0), row.text(1)});
  return places;
}

}  // namespace cloudemu::tool
