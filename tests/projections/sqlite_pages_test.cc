#include "projections/sqlite_pages.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/strings.h"
#include "projections/sqlite.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

TEST_CASE("Pages: each carries a checksum, those too that were freed before they were ever written", "[projections][pages]") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/state.db", copy = directory.path() + "/copy.db";
  auto journal = GENERATE(sqlite::Database::Journal::durable, sqlite::Database::Journal::scratch);
  {
    auto database = *sqlite::Database::open_file(path, journal);
    database.begin();
    for (const char* table : {"gone", "kept"}) {
      database.run(concat("CREATE TABLE ", table, "(id INTEGER PRIMARY KEY, bytes TEXT)"));
      sqlite::Statement put(database, concat("INSERT INTO ", table, " VALUES(?, ?)"));
      for (int i = 0; i < 200; ++i) put.run(i, std::string(3000, 'x'));
    }
    database.run("DELETE FROM gone WHERE id > 3");
    REQUIRE(database.commit());
    (void)database.checkpoint();
    REQUIRE(database.copy_to(copy));
    REQUIRE_FALSE(database.failure());
  }
  for (const std::string& file : {path, copy}) {
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    std::string text = bytes.str();
    REQUIRE(text.size() > 200 * sqlite::kPageBytes);
    size_t unsound = 0;
    for (size_t at = 0; at < text.size(); at += sqlite::kPageBytes) {
      if (!sqlite::page_is_sound(std::string_view(text).substr(at, sqlite::kPageBytes), at / sqlite::kPageBytes + 1)) ++unsound;
    }
    CHECK(unsound == 0);
  }
}

}  // namespace cloudemu::test
