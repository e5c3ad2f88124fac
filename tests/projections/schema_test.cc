// Notices when tables change and State::kSchemaVersion does not: a state file of the old tables would be taken for one of the new.
#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "projections/state.h"

namespace cloudemu::test {

namespace {

/// Tables and indexes of a state in which there is one of everything that brings tables of its own.
std::string schema_digest() {
  auto state = State::attach(*sqlite::Database::open_memory());
  REQUIRE(state);
  std::string all;
  sqlite::Statement schema((*state)->database(), "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
  for (auto row = schema.query(); row.next();) all += row.text(0) + " " + row.text(1) + " " + row.text(2) + "\n";
  return hex(sha256(all)).substr(0, 16);
}

}  // namespace

// If this fails, you changed the tables: raise State::kSchemaVersion, and put the new version and digest here.
TEST_CASE("State: tables change only together with the schema version", "[projections][schema]") {
  CHECK(State::kSchemaVersion == 16);
  CHECK(schema_digest() == "6b188a3a2037cdc5");
}

}  // namespace cloudemu::test
