// What runs beside the loop: segments are repacked and snapshots taken, in the space that is there, and nothing is left lying about.
#include "realm/maintenance.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/strings.h"
#include "events/codec.h"
#include "history/data_dir.h"
#include "log/log.h"
#include "log/segment.h"
#include "projections/state.h"
#include "support/log_fixture.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSegmentBytes = 4000;
constexpr uint64_t kDiskBytes = uint64_t{1} << 40, kReserveBytes = 64 << 20;

/// A disk whose free space the test sets. Whoever asks for it can be held up.
class SmallDisk final : public log::PosixFileSystem {
 public:
  Space space(const std::string&) override {
    ++asked;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !held_; });
    return {.free = free, .total = kDiskBytes};
  }
  void hold(bool held) {
    std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  std::atomic<uint64_t> free{kDiskBytes};
  std::atomic<int> asked{0};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
};

/// A data directory with a log of several segments and a state file, and its maintenance.
class DataDirectory {
 public:
  SmallDisk disk;

  explicit DataDirectory(uint64_t events) {
    fs::create_directories(path());
    auto log = log::Log::open(disk, log_directory(), {.sync = log::SyncMode::no, .segment_bytes_max = kSegmentBytes}, 1000, [] {});
    REQUIRE(log);
    auto state = State::attach(*sqlite::Database::open_file(history::state_path(path()), sqlite::Database::Journal::durable));
    REQUIRE(state);
    (*state)->begin();
    for (uint64_t n = 1; n <= events; ++n) {
      Envelope envelope{.sequence = n, .wall_time = 1000, .time = 1000, .request_id = n};
      envelope.event = s3::BucketCreated{.bucket = concat("bucket-", n), .owner = "000000000000", .region = "us-east-1"};
      (*log)->append(call_of({codec::line(envelope)}), 1000);
      if (n % 5 == 0) REQUIRE((*log)->flush());
      (*state)->apply(envelope);
    }
    REQUIRE((*log)->flush());
    REQUIRE((*state)->commit({.sequence = events, .chain = "any"}));
  }

  std::string path() const { return directory_.path() + "/data"; }
  std::string log_directory() const { return history::log_directory(path()); }

  std::unique_ptr<Maintenance> start() {
    return std::make_unique<Maintenance>(disk, path(), [](log::Sequence) -> Result<void> { return {}; });
  }
  std::vector<std::string> segments() { return *log::list_segments(disk, log_directory()); }
  bool is_packed(const std::string& name) {
    auto file = disk.open(concat(log_directory(), "/", name), log::OpenMode::read);
    log::SegmentReader reader(**file);
    return (*reader.next())->header.packed;
  }
  /// The complete ones, and all else that lies beside them.
  size_t snapshots() const { return files_in("snapshots", ".snap"); }
  size_t files_in(const std::string& name, std::string_view suffix = "") const {
    size_t count = 0;
    if (!fs::exists(path() + "/" + name)) return 0;
    for (const auto& entry : fs::directory_iterator(path() + "/" + name)) count += entry.path().string().ends_with(suffix);
    return count;
  }

 private:
  TemporaryDirectory directory_;
};

bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 10'000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return holds();
}

/// All tasks and snapshots that were asked for before are done.
void wait_for(Maintenance& maintenance) {
  std::atomic<bool> done{false};
  maintenance.run_beside([&] { done = true; });
  CHECK(eventually([&] { return done.load(); }));
}

}  // namespace

TEST_CASE("Maintenance: segments sealed by an earlier run, or since, are repacked; the open one is left alone", "[realm][maintenance]") {
  DataDirectory data(400);
  std::vector<std::string> names = data.segments();
  REQUIRE(names.size() >= 4);
  std::string open = names.back();
  auto maintenance = data.start();
  for (size_t i = 0; i + 1 < names.size(); ++i) CHECK(eventually([&] { return data.is_packed(names[i]); }));
  CHECK_FALSE(data.is_packed(open));
  maintenance->segment_sealed(concat(data.log_directory(), "/", open));
  maintenance->segment_sealed(concat(data.log_directory(), "/", "00000000000000009999.seg"));  // compacted away meanwhile
  wait_for(*maintenance);
  CHECK(data.segments() == names);
}

TEST_CASE("Maintenance: what would take the log's reserve waits until there is room", "[realm][maintenance]") {
  DataDirectory data(400);
  data.disk.free = kReserveBytes + kSegmentBytes / 2;
  std::vector<std::string> names = data.segments();
  auto maintenance = data.start();
  REQUIRE(eventually([&] { return data.disk.asked > 0; }));
  maintenance->state_committed(Maintenance::kSnapshotEventsMin, 1000);
  wait_for(*maintenance);
  for (const std::string& name : names) CHECK_FALSE(data.is_packed(name));
  CHECK(data.snapshots() == 0);
  CHECK(data.files_in("snapshots") == 0);

  data.disk.free = kDiskBytes;
  maintenance->state_committed(2 * Maintenance::kSnapshotEventsMin, 1000);
  for (size_t i = 0; i + 1 < names.size(); ++i) CHECK(eventually([&] { return data.is_packed(names[i]); }));
  wait_for(*maintenance);
  CHECK(data.snapshots() == 1);
}

TEST_CASE("Maintenance: what an earlier run left unfinished is removed at the start, and nothing else", "[realm][maintenance]") {
  DataDirectory data(20);
  const char* unfinished[] = {"snapshots/77-1-copy.tmp", "snapshots/77-1-packed.tmp", "snapshots/state.db.tmp", "past/7.db",
                              "past/7.db-wal"};
  const char* kept[] = {"snapshots/00000000000000000007.snap", "log/00000000000000000001.seg", "state.db"};
  for (const char* name : {"snapshots", "past"}) fs::create_directories(data.path() + "/" + name);
  for (const char* name : unfinished) std::ofstream(data.path() + "/" + name) << "unfinished";
  std::ofstream(data.path() + "/" + kept[0]) << "no matter";
  auto maintenance = data.start();
  for (const char* name : unfinished) CHECK_FALSE(fs::exists(data.path() + "/" + name));
  for (const char* name : kept) CHECK(fs::exists(data.path() + "/" + name));
}

TEST_CASE("Maintenance: a snapshot is taken when the last one is far behind, in proportion to the state", "[realm][maintenance]") {
  DataDirectory data(20);
  constexpr uint64_t kLarge = 4 * Maintenance::kSnapshotEventsMin * Maintenance::kStateBytesPerEvent;
  auto maintenance = data.start();
  maintenance->state_committed(Maintenance::kSnapshotEventsMin - 1, 1000);
  maintenance->state_committed(Maintenance::kSnapshotEventsMin, kLarge);
  wait_for(*maintenance);
  CHECK(data.snapshots() == 0);
  maintenance->state_committed(Maintenance::kSnapshotEventsMin, 1000);
  wait_for(*maintenance);
  CHECK(data.snapshots() == 1);
}

TEST_CASE("Maintenance: a snapshot that is under way when it ends is given up, and leaves nothing", "[realm][maintenance]") {
  DataDirectory data(20);
  auto maintenance = data.start();
  data.disk.hold(true);
  maintenance->state_committed(Maintenance::kSnapshotEventsMin, 1000);
  REQUIRE(eventually([&] { return data.disk.asked > 0; }));
  std::thread end([&] { maintenance->stop(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  data.disk.hold(false);
  end.join();
  CHECK(data.files_in("snapshots") == 0);
}

TEST_CASE("Maintenance: the last snapshot is taken if there is anything new in it, and the state is small", "[realm][maintenance]") {
  DataDirectory data(20);
  auto maintenance = data.start();
  maintenance->stop();
  maintenance->final_snapshot(20, Maintenance::kFinalStateBytesMax + 1);
  CHECK(data.snapshots() == 0);
  maintenance->final_snapshot(0, 1000);
  CHECK(data.snapshots() == 0);
  maintenance->final_snapshot(20, 1000);
  CHECK(data.snapshots() == 1);
  CHECK(data.files_in("snapshots") == 1);
  // What would run beside the loop does not any more.
  std::atomic<bool> ran{false};
  maintenance->run_beside([&] { ran = true; });
  maintenance.reset();
  CHECK_FALSE(ran);
}

}  // namespace cloudemu::test
