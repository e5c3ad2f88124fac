#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "core/encoding.h"
#include "core/strings.h"
#include "events/codec.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "history/replay.h"
#include "log/log.h"
#include "support/faulty_sqlite.h"
#include "support/log_fixture.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

/// A data directory on the real disk, written without a daemon: bucket number n is made by event n, one a second.
class Writer {
 public:
  explicit Writer(std::string data_dir, std::string name = "bucket") : data_dir_(std::move(data_dir)), name_(std::move(name)) {
    auto log = log::Log::open(files, history::log_directory(data_dir_), {.sync = log::SyncMode::no}, 0, [] {});
    REQUIRE(log);
    log_ = std::move(*log);
  }
  static TimeMs time(uint64_t n) { return 1'000'000 + static_cast<TimeMs>(n) * 1000; }

  void write(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      uint64_t n = log_->last_sequence() + 1;
      Envelope envelope{.sequence = n, .wall_time = time(n), .time = time(n), .request_id = 0x1000 + n};
      envelope.event =
          s3::BucketCreated{.bucket = concat(name_, "-", n), .owner = "000000000000", .region = "us-east-1", .created_at = time(n)};
      log_->append(call_of({codec::line(envelope)}), time(n));
      if (n % 10 == 0) REQUIRE(log_->flush());
    }
    REQUIRE(log_->flush());
  }
  std::string chain() const { return hex({log_->chain().data(), 32}); }

  log::PosixFileSystem files;

 private:
  std::string data_dir_, name_;
  std::unique_ptr<log::Log> log_;
};

size_t buckets(const State& state) { return state.s3().buckets("000000000000", "", "", 100'000).size(); }

}  // namespace

TEST_CASE("History: the state as of any event is the state then", "[history]") {
  TemporaryDirectory dir;
  Writer writer(dir.path());
  writer.write(95);
  for (uint64_t until : {0, 1, 10, 57, 95}) {
    auto state = history::open_past(writer.files, dir.path(), until);
    REQUIRE(state);
    CHECK((*state)->applied() == until);
    CHECK(buckets(**state) == until);
  }
}

TEST_CASE("History: opening from a snapshot gives the same state as replaying from the first event", "[history][snapshots]") {
  TemporaryDirectory dir;
  Writer writer(dir.path());
  writer.write(50);
  history::SnapshotStore snapshots(writer.files, history::snapshot_directory(dir.path()));
  {
    auto state = State::attach(*sqlite::Database::open_file(history::state_path(dir.path()), sqlite::Database::Journal::durable));
    REQUIRE(state);
    (*state)->begin();
    REQUIRE(history::replay(writer.files, history::log_directory(dir.path()), **state, {}));
    REQUIRE((*state)->commit({.sequence = 50, .chain = writer.chain()}));
    CHECK(*snapshots.write(history::state_path(dir.path())) == 50);
    CHECK(*snapshots.write(history::state_path(dir.path())) == 50);  // once is enough
  }
  writer.write(20);
  auto snapshot = snapshots.newest(60);
  REQUIRE(snapshot);
  REQUIRE(*snapshot);
  CHECK((*snapshot)->sequence == 50);
  CHECK_FALSE(*snapshots.newest(49));
  auto past = history::open_past(writer.files, dir.path(), 60);
  REQUIRE(past);
  std::string with_snapshot = (*past)->digest();
  REQUIRE(std::filesystem::remove_all(history::snapshot_directory(dir.path())) > 0);
  CHECK((*history::open_past(writer.files, dir.path(), 60))->digest() == with_snapshot);
}

TEST_CASE("History: a broken snapshot only costs time", "[history][snapshots]") {
  TemporaryDirectory dir;
  Writer writer(dir.path());
  writer.write(10);
  {
    auto state = *State::attach(*sqlite::Database::open_file(history::state_path(dir.path()), sqlite::Database::Journal::durable));
    state->begin();
    REQUIRE(history::replay(writer.files, history::log_directory(dir.path()), *state, {}));
    REQUIRE(state->commit({.sequence = 10, .chain = writer.chain()}));
  }
  history::SnapshotStore snapshots(writer.files, history::snapshot_directory(dir.path()));
  REQUIRE(snapshots.write(history::state_path(dir.path())));
  std::string path = concat(history::snapshot_directory(dir.path()), "/00000000000000000010.snap");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  auto past = history::open_past(writer.files, dir.path(), 10);
  REQUIRE(past);
  CHECK(buckets(**past) == 10);
}

namespace {

/// A data directory with a state of ten buckets, at rest.
class WithState {
 public:
  WithState() {
    writer.write(10);
    auto state = *State::attach(*sqlite::Database::open_file(state_path, sqlite::Database::Journal::durable));
    state->begin();
    REQUIRE(history::replay(writer.files, history::log_directory(dir.path()), *state, {}));
    REQUIRE(state->commit({.sequence = 10, .chain = writer.chain()}));
  }
  size_t files() const { return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(snapshots_path), {})); }

  TemporaryDirectory dir;
  Writer writer{dir.path()};
  std::string state_path = history::state_path(dir.path()), snapshots_path = history::snapshot_directory(dir.path());
  history::SnapshotStore snapshots{writer.files, snapshots_path};
};

}  // namespace

TEST_CASE("History: a snapshot that cannot be written leaves nothing behind, and the next one can", "[history][snapshots]") {
  FaultySqlite& disk = FaultySqlite::get();
  WithState s;
  for (uint64_t n : {1, 2, 5}) {
    disk.arm({.call = FaultySqlite::Call::write, .nth = n, .code = FaultySqlite::disk_full(), .lasting = true});
    auto refused = s.snapshots.write(s.state_path);
    CHECK(disk.disarm() > 0);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::disk_full);
    CHECK(s.files() == 0);
  }
  auto told_to_stop = s.snapshots.write(s.state_path, {.keep_going = [] { return false; }});
  REQUIRE_FALSE(told_to_stop);
  CHECK(told_to_stop.error().code == Errc::busy);
  auto ahead = s.snapshots.write(s.state_path, {.log_is_synced = [](log::Sequence) -> Result<void> { return fail(Errc::io, "no"); }});
  CHECK_FALSE(ahead);
  CHECK(s.files() == 0);
  std::ofstream(s.snapshots_path + "/1-1-copy.tmp") << "left by a killed process";
  REQUIRE(s.snapshots.sweep());
  CHECK(*s.snapshots.write(s.state_path) == 10);
  CHECK(s.files() == 1);
}

TEST_CASE("History: a flipped bit in a snapshot is noticed, wherever it is", "[history][snapshots]") {
  WithState s;
  REQUIRE(s.snapshots.write(s.state_path));
  CHECK_FALSE(*s.snapshots.find_damage(10));
  std::string path = s.snapshots_path + "/00000000000000000010.snap", good = *log::read_file(s.writer.files, path);
  std::string digest = (*history::open_past(s.writer.files, s.dir.path(), 10))->digest();
  size_t noticed = 0, tries = 0;
  for (size_t at = 0; at < good.size(); at += 41, ++tries) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << at % 8));
    std::ofstream(path, std::ios::trunc | std::ios::binary) << bad;
    auto past = history::open_past(s.writer.files, s.dir.path(), 10);
    REQUIRE(past);
    CHECK((*past)->digest() == digest);
    if (*s.snapshots.find_damage(10)) ++noticed;
  }
  CHECK(noticed + 8 >= tries);  // some bits of its header say nothing about the content
}

TEST_CASE("History: a snapshot of events that a repair cut off is not taken for this log's", "[history][snapshots]") {
  TemporaryDirectory dir;
  {
    Writer writer(dir.path());
    writer.write(10);
    auto state = *State::attach(*sqlite::Database::open_file(history::state_path(dir.path()), sqlite::Database::Journal::durable));
    state->begin();
    REQUIRE(history::replay(writer.files, history::log_directory(dir.path()), *state, {}));
    REQUIRE(state->commit({.sequence = 10, .chain = writer.chain()}));
    history::SnapshotStore snapshots(writer.files, history::snapshot_directory(dir.path()));
    REQUIRE(snapshots.write(history::state_path(dir.path())));
    std::filesystem::remove_all(history::log_directory(dir.path()));
  }
  Writer other(dir.path(), "other");
  other.write(20);
  auto past = history::open_past(other.files, dir.path(), 15);
  REQUIRE(past);
  CHECK(buckets(**past) == 15);
  CHECK((*past)->s3().find_bucket("other-10"));
}

TEST_CASE("History: thinning keeps the ends and spreads the rest", "[history][snapshots]") {
  TemporaryDirectory dir;
  log::PosixFileSystem files;
  for (int n : {10, 20, 30, 40, 50, 60}) {
    char name[64];
    std::snprintf(name, sizeof name, "%s/%020d.snap", dir.path().c_str(), n);
    REQUIRE(files.open(name, log::OpenMode::create));
  }
  history::SnapshotStore snapshots(files, dir.path());
  REQUIRE(snapshots.thin(3));
  auto left = *snapshots.list();
  REQUIRE(left.size() == 3);
  CHECK(left.front() == 10);
  CHECK(left.back() == 60);
}

TEST_CASE("Coordinate: a time is one that says a time", "[history][coordinate]") {
  for (std::string_view time : {"@-5m", "@2026-11-23T10:00:00Z"}) CHECK(history::names_time(time));
  for (std::string_view event : {"@", "HEAD", "HEAD~1", "17", "req:0000"}) CHECK_FALSE(history::names_time(event));
}

TEST_CASE("Coordinate: every way to name a point in history", "[history][coordinate]") {
  TemporaryDirectory dir;
  Writer writer(dir.path());
  writer.write(30);
  auto at = [&](std::string_view coordinate) {
    auto sequence = history::resolve(writer.files, history::log_directory(dir.path()), coordinate, Writer::time(30));
    return sequence ? static_cast<int64_t>(*sequence) : -static_cast<int64_t>(sequence.error().code) - 1;
  };
  CHECK(at("17") == 17);
  CHECK(at("HEAD") == 30);
  CHECK(at("HEAD~10") == 20);
  CHECK(at("HEAD~") == 29);
  CHECK(at("HEAD^") == 29);
  CHECK(at("@") == 30);
  CHECK(at("HEAD~99") == 0);
  CHECK(at("@1970-01-01T00:16:47Z") == 7);  // 1,007,000 ms
  CHECK(at("@1970-01-01T00:16:47.999Z") == 7);
  CHECK(at("@1970-01-01T00:00:00Z") == 0);
  CHECK(at("@-5s") == 25);
  CHECK(at("@-1h") == 0);
  CHECK(at("req:0000000000001011") == 17);
  CHECK(at("req:00000000-0000-1011-8888-000000000000") == 17);
  int64_t not_found = -static_cast<int64_t>(Errc::not_found) - 1, bad = -static_cast<int64_t>(Errc::bad_input) - 1;
  CHECK(at("31") == not_found);
  CHECK(at("req:00000000000FFFFF") == not_found);
  CHECK(at("HEAD~x") == bad);
  CHECK(at("@yesterday") == bad);
  CHECK(at("@-5y") == bad);
  CHECK(at("") == bad);
  CHECK(at("req:12") == bad);
}

TEST_CASE("Duration: units, sums, limits", "[history][coordinate]") {
  CHECK(history::parse_duration("90") == 90'000);
  CHECK(history::parse_duration("1h30m") == 5'400'000);
  CHECK(history::parse_duration("PT1H30M") == 5'400'000);
  CHECK(history::parse_duration("2d") == 2 * kDayMs);
  CHECK(history::parse_duration("250ms") == 250);
  CHECK_FALSE(history::parse_duration(""));
  CHECK_FALSE(history::parse_duration("h"));
  CHECK_FALSE(history::parse_duration("5x"));
  CHECK_FALSE(history::parse_duration("99999999999999999999s"));
}

}  // namespace cloudemu::test
