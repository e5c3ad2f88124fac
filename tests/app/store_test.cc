// A data directory as the daemon opens it: what is reused, what is rebuilt, what is refused.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "app/store.h"
#include "core/strings.h"
#include "events/codec.h"
#include "support/faulty_sqlite.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;

class DataDirectory {
 public:
  std::string path() const { return directory_.path() + "/data"; }
  std::string state_file() const { return path() + "/state.db"; }

  Result<std::unique_ptr<Store>> open(std::string boot_id = {}) {
    return Store::open({.data_dir = path(), .boot_id = std::move(boot_id)}, clock_, [] {});
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

TEST_CASE("Store: a full disk at the start leaves the last good state alone, and says so in one sentence", "[app][store]") {
  FaultySqlite& disk = FaultySqlite::get();
  DataDirectory data;
  data.write(6);
  {
    // In use when the machine goes down: it is to be rebuilt.
    auto store = data.open("first boot");
    REQUIRE(store);
  }
  auto size = fs::file_size(data.state_file());
  disk.arm({.call = FaultySqlite::Call::write, .nth = 1, .code = FaultySqlite::disk_full(), .lasting = true});
  auto refused = data.open("second boot");
  CHECK(disk.disarm() > 0);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::disk_full);
  CHECK_THAT(refused.error().context, Catch::StartsWith("the state cannot be rebuilt from the log: the disk is full"));
  CHECK(refused.error().context.size() < 200);
  CHECK(fs::exists(data.state_file()));
  CHECK(fs::file_size(data.state_file()) == size);
  CHECK_FALSE(fs::exists(data.state_file() + ".new"));
  CHECK(data.buckets() == 6);
}

TEST_CASE("Store: an orderly end is believed after the machine went down, any other is not", "[app][store]") {
  DataDirectory data;
  data.write(3);
  // A state that is believed keeps its file.
  auto rebuilt = [&](const char* boot) {
    fs::create_hard_link(data.state_file(), data.path() + "/same");
    REQUIRE(data.open(boot));
    bool same = fs::equivalent(data.state_file(), data.path() + "/same");
    fs::remove(data.path() + "/same");
    return !same;
  };
  CHECK_FALSE(rebuilt("second boot"));  // but not closed in order
  CHECK(rebuilt("third boot"));
  CHECK(data.buckets() == 3);
}

TEST_CASE("Store: a state that lost its write-ahead log is not believed", "[app][store]") {
  DataDirectory data, killed;
  data.write(3);
  {
    auto store = data.open();
    REQUIRE(store);
    DataDirectory::add(**store, 4);
    REQUIRE((*store)->state().commit({.sequence = 7, .chain = "of no matter", .boot_id = (*store)->boot_id()}));
    fs::copy(data.path(), killed.path(), fs::copy_options::recursive);
  }
  fs::remove(killed.state_file() + "-wal");
  CHECK(killed.buckets() == 7);
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
