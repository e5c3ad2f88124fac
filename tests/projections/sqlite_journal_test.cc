#include "projections/sqlite_journal.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/strings.h"
#include "projections/sqlite.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

std::string bytes_of(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

int64_t rows(const std::string& path) {
  auto database = *sqlite::Database::open_file(path, sqlite::Database::Journal::durable);
  sqlite::Statement count(database, "SELECT count(*) FROM t");
  auto row = count.query();
  return row.next() ? row.integer(0) : -1;
}

}  // namespace

TEST_CASE("Journal: a commit is wholly in the file when it returns, larger than the buffer or not", "[projections][journal]") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/state.db";
  int added = GENERATE(1, 31, 32, 33, 1000);  // pages of 4 KiB: the buffer holds 31
  auto database = *sqlite::Database::open_file(path, sqlite::Database::Journal::durable);
  database.begin();
  database.run("CREATE TABLE t(id INTEGER PRIMARY KEY, bytes TEXT)");
  REQUIRE(database.commit());
  sqlite::Statement put(database, "INSERT INTO t(bytes) VALUES(?)");
  for (int commit = 1; commit <= 3; ++commit) {
    database.begin();
    for (int i = 0; i < added; ++i) put.run(std::string(3500, 'x'));
    REQUIRE(database.commit());
    // What another process would find now, whatever becomes of this one.
    std::string copy = concat(directory.path(), "/copy-", commit);
    std::ofstream(copy, std::ios::binary) << bytes_of(path);
    std::ofstream(copy + "-wal", std::ios::binary) << bytes_of(path + "-wal");
    CHECK(rows(copy) == commit * added);
  }
}

TEST_CASE("Journal: what was rolled back leaves nothing in the file", "[projections][journal]") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/state.db";
  auto database = *sqlite::Database::open_file(path, sqlite::Database::Journal::durable);
  database.begin();
  database.run("CREATE TABLE t(id INTEGER PRIMARY KEY, bytes TEXT)");
  REQUIRE(database.commit());
  std::string before = bytes_of(path + "-wal");
  database.begin();
  database.run("INSERT INTO t(bytes) VALUES('x')");
  database.run("ROLLBACK");
  CHECK(bytes_of(path + "-wal") == before);
}

}  // namespace cloudemu::test
