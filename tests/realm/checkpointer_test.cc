// SQLite's write-ahead log is moved into the file beside the loop, and stays small.
#include "realm/checkpointer.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>

#include "support/temporary_directory.h"

namespace cloudemu::test {

TEST_CASE("Checkpointer: under load the log is begun anew again and again", "[app][checkpointer]") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/state.db";
  auto database = *sqlite::Database::open_file(path, sqlite::Database::Journal::durable);
  database.run("CREATE TABLE page(id INTEGER PRIMARY KEY, bytes TEXT)");
  sqlite::Statement put(database, "INSERT OR REPLACE INTO page VALUES(?, ?)");
  constexpr int kPagesPerCommit = 500;
  uint64_t pages_written = 0, begun_anew = 0, before = 0;
  {
    Checkpointer checkpointer(path);
    // Eight logs' worth; then for as long as the other thread needs to come to its turn.
    for (int commit = 0; commit < 2000 && (pages_written < 8 * Checkpointer::kPagesMin || begun_anew < 2); ++commit) {
      database.begin();
      for (int i = 0; i < kPagesPerCommit; ++i)
        put.run(commit % 5 * kPagesPerCommit + i, std::string(3500, static_cast<char>('a' + commit % 26)));
      REQUIRE(database.commit());
      checkpointer.committed(database);
      pages_written += kPagesPerCommit;
      if (database.journal_pages() < before) ++begun_anew;
      before = database.journal_pages();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  CHECK(begun_anew >= 2);
  CHECK(std::filesystem::file_size(path + "-wal") < Checkpointer::kPagesMax * 4200);
  sqlite::Statement count(database, "SELECT count(*) FROM page");
  auto row = count.query();
  REQUIRE(row.next());
  CHECK(row.integer(0) == 5 * kPagesPerCommit);
}

}  // namespace cloudemu::test
