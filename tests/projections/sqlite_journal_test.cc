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

void flip_bit_of(const std::string& path, std::string_view text) {
  size_t at = bytes_of(path).find(text);
  REQUIRE(at != std::string::npos);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(text.front() ^ 1));
}

/// A log that holds a row, whose bytes then change below it.
sqlite::Database with_damaged_log(const std::string& path) {
  auto database = *sqlite::Database::open_file(path, sqlite::Database::Journal::durable);
  database.begin();
  database.run("CREATE TABLE t(id INTEGER PRIMARY KEY, bytes TEXT)");
  database.run("INSERT INTO t(bytes) VALUES('a value of some length')");
  REQUIRE(database.commit());
  flip_bit_of(path + "-wal", "a value of some length");
  return database;
}

}  // namespace

TEST_CASE("Journal: a page that is not what was written into the log is noticed when it is read", "[projections][journal]") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/state.db";
  auto writer = with_damaged_log(path);
  auto reader = *sqlite::Database::open_reader(path);
  sqlite::Statement find(reader, "SELECT bytes FROM t");
  CHECK_FALSE(find.query().next());
  REQUIRE(reader.failure());
  CHECK(reader.failure()->code == Errc::corrupt);
}

TEST_CASE("Journal: a page that is not what was written into the log does not get into the file", "[projections][journal]") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/state.db";
  auto writer = with_damaged_log(path);
  writer.checkpoint();
  REQUIRE(writer.failure());
  CHECK(writer.failure()->code == Errc::corrupt);
  CHECK(bytes_of(path).find("` value of some length") == std::string::npos);
}

TEST_CASE("Journal: what was in the log when it was opened is known, too", "[projections][journal]") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/state.db";
  std::string copy = directory.path() + "/copy.db";
  {
    auto database = *sqlite::Database::open_file(path, sqlite::Database::Journal::durable);
    database.begin();
    database.run("CREATE TABLE t(id INTEGER PRIMARY KEY, bytes TEXT)");
    database.run("INSERT INTO t(bytes) VALUES('a value of some length')");
    REQUIRE(database.commit());
    for (const char* suffix : {"", "-wal"}) std::ofstream(copy + suffix, std::ios::binary) << bytes_of(path + suffix);
  }
  auto database = *sqlite::Database::open_file(copy, sqlite::Database::Journal::durable);
  sqlite::Statement count(database, "SELECT count(*) FROM sqlite_schema");
  REQUIRE(count.query().next());
  flip_bit_of(copy + "-wal", "a value of some length");
  sqlite::Statement find(database, "SELECT bytes FROM t");
  CHECK_FALSE(find.query().next());
  CHECK(database.failure());
}

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
