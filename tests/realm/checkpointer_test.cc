// SQLite's write-ahead log is moved into the file beside the loop, and stays small.
#include "realm/checkpointer.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>

#include "projections/sqlite_reset.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

/// A state whose rows are about a page each.
struct Pages {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/state.db";
  sqlite::Database database = *sqlite::Database::open_file(path, sqlite::Database::Journal::durable);
  sqlite::Statement insert = [&] {
    database.run("CREATE TABLE page(id INTEGER PRIMARY KEY, bytes TEXT)");
    return sqlite::Statement(database, "INSERT OR REPLACE INTO page VALUES(?, ?)");
  }();
  /// Writes a row anew; `round` says what.
  void put(int row, int round) { insert.run(row, std::string(3500, static_cast<char>('a' + round % 26))); }
};

}  // namespace

TEST_CASE("Checkpointer: under load the log is begun anew again and again", "[app][checkpointer]") {
  Pages state;
  auto& database = state.database;
  constexpr int kPagesPerCommit = 500;
  uint64_t pages_written = 0, begun_anew = 0, before = 0;
  {
    Checkpointer checkpointer(state.path);
    // Eight logs' worth; then for as long as the other thread needs to come to its turn.
    for (int commit = 0; commit < 2000 && (pages_written < 8 * Checkpointer::kPagesMin || begun_anew < 2); ++commit) {
      database.begin();
      for (int i = 0; i < kPagesPerCommit; ++i) state.put(commit % 5 * kPagesPerCommit + i, commit);
      REQUIRE(database.commit());
      checkpointer.committed(database);
      pages_written += kPagesPerCommit;
      if (database.journal_pages() < before) ++begun_anew;
      before = database.journal_pages();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  CHECK(begun_anew >= 2);
  CHECK(std::filesystem::file_size(state.path + "-wal") < Checkpointer::kPagesMax * 4200);
  sqlite::Statement count(database, "SELECT count(*) FROM page");
  auto row = count.query();
  REQUIRE(row.next());
  CHECK(row.integer(0) == 5 * kPagesPerCommit);
}

TEST_CASE("Checkpointer: big commits are never moved by the loop; the log begins anew with smaller ones", "[app][checkpointer]") {
  Pages state;
  auto& database = state.database;
  constexpr int kPagesPerCommit = 2000, kCommits = 60;
  Checkpointer checkpointer(state.path);
  uint64_t begun_anew = 0, before = 0, longest = 0;
  database.begin();
  for (int commit = 0; commit < kCommits;) {
    // A page a turn, as under load, unless writes are held; a commit when it is due or wanted.
    int pages = 0;
    while (pages < kPagesPerCommit && !(pages > 0 && checkpointer.wants_commit())) {
      state.put(++pages, commit);
      while (checkpointer.is_behind()) std::this_thread::yield();
    }
    REQUIRE(database.commit());
    uint64_t moved_by_loop = checkpointer.committed(database);
    CHECK(moved_by_loop <= Checkpointer::kPagesCheap + 16);  // and the tree's inner pages
    if (pages == kPagesPerCommit) ++commit;
    if (database.journal_pages() < before) ++begun_anew;
    before = database.journal_pages();
    longest = std::max(longest, before);
    database.begin();
  }
  CHECK(begun_anew >= 2);
  CHECK(longest < Checkpointer::kPagesLong * 2 + 2 * kPagesPerCommit);
}

TEST_CASE("Checkpointer: a state that shrank gives the file's bytes back, and grows again without holes", "[app][checkpointer]") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/state.db";
  auto database = *sqlite::Database::open_file(path, sqlite::Database::Journal::durable);
  Checkpointer checkpointer(path);
  auto add = [&](int rows) {
    database.begin();
    database.run("CREATE TABLE IF NOT EXISTS page(id INTEGER PRIMARY KEY, bytes TEXT)");
    {
      sqlite::Statement put(database, "INSERT INTO page(bytes) VALUES(?)");
      for (int i = 0; i < rows; ++i) put.run(std::string(3500, 'x'));
    }
    REQUIRE(database.commit());
    checkpointer.committed(database);
  };
  auto wait_until = [](auto&& holds) {
    for (int i = 0; i < 1000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return holds();
  };
  auto size = [&] { return std::filesystem::file_size(path); };
  add(10'000);
  REQUIRE(wait_until([&] { return size() > 35'000'000; }));
  sqlite::start_anew(database, *sqlite::Database::open_memory());
  REQUIRE_FALSE(database.failure());
  CHECK(wait_until([&] {
    add(1);  // the thread may have been at it when the one before came
    return size() < 1'000'000;
  }));

  // Pages that were used and freed within one commit are never written.
  database.begin();
  database.run("CREATE TABLE passing(id INTEGER PRIMARY KEY, bytes TEXT)");
  {
    sqlite::Statement put(database, "INSERT INTO passing(bytes) VALUES(?)");
    for (int i = 0; i < 3000; ++i) put.run(std::string(3500, 'x'));
  }
  database.run("CREATE TABLE behind(id INTEGER PRIMARY KEY, bytes TEXT)");
  database.run("DROP TABLE passing");
  REQUIRE(database.commit());
  database.checkpoint();
  REQUIRE(database.copy_to(directory.path() + "/copy.db"));
  CHECK_FALSE(database.failure());
}

}  // namespace cloudemu::test
