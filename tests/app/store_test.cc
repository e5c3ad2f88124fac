// A data directory as the daemon opens it: what is reused, what is rebuilt, what is refused.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "app/store.h"
#include "core/strings.h"
#include "events/codec.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;

class DataDirectory {
 public:
  std::string path() const { return directory_.path() + "/data"; }
  std::string state_file() const { return path() + "/state.db"; }

  Result<std::unique_ptr<Store>> open() {
    return Store::open({.data_dir = path()}, clock_, [] {});
  }

  /// Opens it, makes `count` more buckets, and ends in order.
  void write(uint64_t count) {
    auto store = open();
    REQUIRE(store);
    add(**store, count);
    (*store)->close();
  }

  /// Events as the engine makes them. They are in log and state, but the state is not committed.
  static void add(Store& store, uint64_t count) {
    if (!store.state().database().in_transaction()) store.state().begin();
    for (uint64_t i = 0; i < count; ++i) {
      uint64_t n = store.log().last_sequence() + 1;
      Envelope envelope{.sequence = n, .wall_time = 1000, .time = 1000, .request_id = n};
      envelope.event =
          s3::BucketCreated{.bucket = concat("bucket-", n), .owner = "000000000000", .region = "us-east-1", .created_at = 1000};
      store.log().append(codec::line(envelope) + "\n", 1, 1000);
      store.state().apply(envelope);
    }
    REQUIRE(store.log().flush());
  }

  /// Opens it and says how many buckets there are.
  size_t buckets() {
    auto store = open();
    REQUIRE(store);
    size_t count = (*store)->state().s3().buckets("000000000000", "", "", 1000).size();
    CHECK((*store)->state().applied() == (*store)->log().last_sequence());
    (*store)->close();
    return count;
  }

 private:
  TemporaryDirectory directory_;
  SystemClock clock_;
};

}  // namespace

TEST_CASE("Store: what was written is there when it is opened again", "[app][store]") {
  DataDirectory data;
  data.write(3);
  data.write(4);
  CHECK(data.buckets() == 7);
}

TEST_CASE("Store: without its state, its snapshots or both it comes up the same", "[app][store]") {
  DataDirectory data;
  data.write(5);
  fs::remove(data.state_file());
  CHECK(data.buckets() == 5);
  fs::remove_all(data.path() + "/snapshots");
  CHECK(data.buckets() == 5);
  fs::remove(data.state_file());
  fs::remove_all(data.path() + "/snapshots");
  CHECK(data.buckets() == 5);
}

TEST_CASE("Store: a state that was never committed is brought up to date from the log", "[app][store]") {
  DataDirectory data;
  data.write(2);
  {
    auto store = data.open();
    REQUIRE(store);
    DataDirectory::add(**store, 3);
    // Gone without close(), as when the process is killed.
  }
  CHECK(data.buckets() == 5);
}

TEST_CASE("Store: a state that is damaged, foreign or ahead of the log is thrown away", "[app][store]") {
  DataDirectory data;
  data.write(6);
  SECTION("damaged") {
    std::ofstream(data.state_file(), std::ios::trunc) << "this is no database";
    fs::remove_all(data.path() + "/snapshots");
    CHECK(data.buckets() == 6);
  }
  SECTION("of another log") {
    DataDirectory other;
    other.write(5);
    fs::copy_file(other.state_file(), data.state_file(), fs::copy_options::overwrite_existing);
    CHECK(data.buckets() == 6);
  }
  SECTION("ahead of the log") {
    DataDirectory shorter;
    shorter.write(2);
    fs::copy_file(data.state_file(), shorter.state_file(), fs::copy_options::overwrite_existing);
    fs::remove_all(shorter.path() + "/snapshots");
    CHECK(shorter.buckets() == 2);
  }
}

TEST_CASE("Store: damaged snapshots only cost time", "[app][store]") {
  DataDirectory data;
  data.write(4);
  fs::remove(data.state_file());
  for (const auto& entry : fs::directory_iterator(data.path() + "/snapshots")) fs::resize_file(entry.path(), entry.file_size() / 2);
  CHECK(data.buckets() == 4);
}

TEST_CASE("Store: what cannot be opened says why, and what to do", "[app][store]") {
  DataDirectory data;
  SECTION("a directory of something else") {
    fs::create_directories(data.path());
    std::ofstream(data.path() + "/thesis.txt") << "precious";
    auto store = data.open();
    REQUIRE_FALSE(store);
    CHECK_THAT(store.error().context, Catch::Contains("is not empty and is no data directory of CloudEmu (it holds thesis.txt)"));
    CHECK(std::distance(fs::directory_iterator(data.path()), {}) == 1);
  }
  SECTION("a second daemon") {
    auto first = data.open();
    REQUIRE(first);
    auto second = data.open();
    REQUIRE_FALSE(second);
    CHECK_THAT(second.error().context, Catch::Contains("is held by another cloudemu"));
  }
  SECTION("a file") {
    std::ofstream(data.path()) << "no directory";
    CHECK_FALSE(data.open());
  }
}

}  // namespace cloudemu::test
