// A data directory as the daemon opens it: what is reused, what is rebuilt, what is refused.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <map>

#include "core/strings.h"
#include "events/codec.h"
#include "realm/store.h"
#include "support/faulty_sqlite.h"
#include "support/log_fixture.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;

using Listing = std::map<std::string, uint64_t>;

/// Names and sizes of all that is below a directory; but of LOCK, which says who looked last.
Listing listing(const std::string& directory) {
  Listing found;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    bool sized = entry.is_regular_file() && entry.path().filename() != "LOCK";
    found[entry.path().string()] = sized ? entry.file_size() : 0;
  }
  return found;
}

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
      store.log().append(call_of({codec::line(envelope)}), 1000);
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

TEST_CASE("Store: a state that is damaged or of another log is thrown away", "[app][store]") {
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
}

TEST_CASE("Store: a log that is shorter than what the state or a snapshot knows is refused, and nothing is changed", "[app][store]") {
  DataDirectory data;
  data.write(2);
  fs::remove_all(data.path() + "/snapshots");
  std::string segment = data.path() + "/log/00000000000000000001.seg";
  auto two = fs::file_size(segment);
  data.write(4);
  auto six = fs::file_size(segment);
  SECTION("cut, known by the state") {
    fs::remove_all(data.path() + "/snapshots");
    fs::resize_file(segment, two);
  }
  SECTION("cut, known by a snapshot alone") {
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(data.state_file() + suffix);
    fs::resize_file(segment, two);
  }
  SECTION("cut within a frame: no torn tail") { fs::resize_file(segment, six - 1); }
  SECTION("gone") { fs::remove(segment); }
  SECTION("gone, directory and all") { fs::remove_all(data.path() + "/log"); }
  Listing before = listing(data.path());
  auto store = data.open();
  REQUIRE_FALSE(store);
  CHECK(store.error().code == Errc::corrupt);
  CHECK_THAT(store.error().context, Catch::Contains(" to 6, which were acknowledged, are missing") && Catch::EndsWith(" repair"));
  CHECK(listing(data.path()) == before);
}

TEST_CASE("Store: a first start that was cut short at any point is gone on with", "[app][store]") {
  DataDirectory whole;
  whole.write(0);
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(whole.path())) paths.push_back(fs::relative(entry.path(), whole.path()));
  std::sort(paths.begin(), paths.end());
  REQUIRE(paths.size() >= 5);
  REQUIRE(paths.size() < 12);
  for (uint32_t kept = 0; kept < 1U << paths.size(); ++kept) {
    for (bool empty : {false, true}) {
      DataDirectory cut;
      fs::create_directories(cut.path());
      for (size_t i = 0; i < paths.size(); ++i) {
        fs::path from = whole.path() / paths[i], to = cut.path() / paths[i];
        if ((kept >> i & 1) == 0 || !fs::exists(to.parent_path())) continue;
        if (fs::is_directory(from)) fs::create_directory(to);
        else if (empty) std::ofstream(to.string());
        else fs::copy_file(from, to);
      }
      CAPTURE(kept, empty);
      auto store = cut.open();
      INFO((store ? "" : store.error().context));
      REQUIRE(store);
    }
  }
}

TEST_CASE("Store: what a fresh volume or a repository holds is no reason to refuse", "[app][store]") {
  DataDirectory data;
  fs::create_directories(data.path() + "/lost+found");
  std::ofstream(data.path() + "/.gitkeep");
  data.write(2);
  CHECK(data.buckets() == 2);
}

TEST_CASE("Store: what it makes is for the owner alone", "[app][store]") {
  DataDirectory data;
  data.write(2);
  CHECK(fs::status(data.path()).permissions() == fs::perms::owner_all);
  for (const char* name : {"/LOCK", "/log/00000000000000000001.seg"}) {
    CHECK(fs::status(data.path() + name).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
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
  SECTION("a directory of something else that has a log, a LOCK or blobs") {
    fs::create_directories(data.path());
    auto [name, told] =
        GENERATE(std::pair("log/nginx.log", "log/nginx.log"), std::pair("blobs/tmp.o", "blobs/tmp.o"), std::pair("CURRENT", "CURRENT"));
    fs::create_directories(fs::path(data.path() + "/" + name).parent_path());
    std::ofstream(data.path() + "/" + name) << "precious";
    std::ofstream(data.path() + "/LOCK");
    Listing before = listing(data.path());
    auto store = data.open();
    REQUIRE_FALSE(store);
    CHECK_THAT(store.error().context, Catch::Contains(told));
    CHECK(listing(data.path()) == before);
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
