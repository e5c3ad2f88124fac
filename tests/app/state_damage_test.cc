// A state file that lost pages in a power cut, or whose bits flipped: it is never believed, and never ends the daemon.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/strings.h"
#include "support/faulty_sqlite.h"
#include "support/mixed_load.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t kCalls = 40;
constexpr uint64_t kCommitEvents = 10;

enum class End { in_order, killed };

Store::Options on(const std::string& data_dir, std::string boot_id, log::SyncMode sync = log::SyncMode::always) {
  return {.data_dir = data_dir, .sync = sync, .boot_id = std::move(boot_id)};
}

/// Two runs of a daemon, the power failing after the first; then all that was acknowledged is there.
void survive_power_cut(uint32_t seed, End end) {
  INFO(concat("seed ", seed));
  TemporaryDirectory directory;
  std::string data_dir = directory.path() + "/data";
  std::mt19937 random(seed);
  MixedLoad load;
  FaultySqlite& disk = FaultySqlite::get();
  disk.watch(data_dir);
  for (const char* boot : {"first", "first"}) {
    World world(on(data_dir, boot), kCommitEvents);
    if (!fs::exists(data_dir + "/prepared")) load.prepare(world);
    std::ofstream(data_dir + "/prepared");
    uint64_t calls = random() % kCalls + 1;
    for (uint64_t n = 0; n < calls; ++n) load.call(world, random() % 1000);
    if (end == End::in_order) world.close();
  }
  disk.cut_power([&](uint64_t below) { return random() % below; });
  disk.watch("");
  World after(on(data_dir, "second"), kCommitEvents);
  CHECK(load.missing(after) == "");
}

void flip_bit(const std::string& path, uint64_t at, unsigned bit) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  char byte = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(byte ^ (1 << bit)));
}

class Damaged {
 public:
  /// A data directory with something in it, ended in order or killed; `path` is then one of its files.
  explicit Damaged(End end) {
    World world(on(original_, "boot", log::SyncMode::no), kCommitEvents);
    load.prepare(world);
    for (uint64_t n = 0; n < 3 * kCalls; ++n) load.call(world, n);
    if (end == End::in_order) world.close();
    else fs::copy(original_, original_ + "-killed", fs::copy_options::recursive);
    if (end == End::killed) original_ += "-killed";
  }
  /// A fresh copy of it to damage.
  std::string copy() {
    fs::remove_all(directory_.path() + "/copy");
    fs::copy(original_, directory_.path() + "/copy", fs::copy_options::recursive);
    return directory_.path() + "/copy";
  }

  MixedLoad load;

 private:
  TemporaryDirectory directory_;
  std::string original_ = directory_.path() + "/data";
};

/// A bit flips while nobody looks: the next start knows.
void survive_flip_before_start(Damaged& data, const std::string& file, std::mt19937& random) {
  std::string data_dir = data.copy();
  uint64_t at = random() % fs::file_size(data_dir + file);
  unsigned bit = random() % 8;
  INFO(concat(file, " byte ", at, " bit ", bit));
  flip_bit(data_dir + file, at, bit);
  if (random() % 2) fs::remove_all(data_dir + "/snapshots");
  World world(on(data_dir, "boot", log::SyncMode::no), kCommitEvents);
  CHECK(data.load.missing(world) == "");
}

/// Bits flip below a daemon that runs, before it has read them.
void survive_flip_at_runtime(Damaged& data, std::mt19937& random) {
  std::string data_dir = data.copy();
  MixedLoad load = data.load;
  World world(on(data_dir, "boot", log::SyncMode::no), kCommitEvents);
  for (uint64_t pages = fs::file_size(data_dir + "/state.db") / 4096, i = 0; i < pages; ++i) {
    if (random() % 3) continue;
    flip_bit(data_dir + "/state.db", i * 4096 + random() % 4096, random() % 8);
  }
  for (uint64_t n = 0; n < 20; ++n) CHECK(load.call(world, random() % 1000));
  CHECK(load.missing(world) == "");
}

}  // namespace

TEST_CASE("State: an orderly end and a power cut leave nothing stale", "[app][state_damage]") {
  for (uint32_t seed = 1; seed <= 8; ++seed) survive_power_cut(seed, End::in_order);
}

TEST_CASE("State: a power cut in the middle leaves nothing stale", "[app][state_damage]") {
  for (uint32_t seed = 1; seed <= 4; ++seed) survive_power_cut(seed, End::killed);
}

TEST_CASE("State: a flipped bit is noticed at the next start", "[app][state_damage]") {
  Damaged ended(End::in_order), killed(End::killed);
  std::mt19937 random(1);
  for (int i = 0; i < 12; ++i) survive_flip_before_start(ended, "/state.db", random);
  for (int i = 0; i < 12; ++i) survive_flip_before_start(killed, "/state.db-wal", random);
}

TEST_CASE("State: a flipped bit is noticed when it is read, and the daemon goes on with a new state", "[app][state_damage]") {
  Damaged data(End::in_order);
  std::mt19937 random(2);
  for (int i = 0; i < 8; ++i) survive_flip_at_runtime(data, random);
}

TEST_CASE("State: what is damaged is set aside, a few times", "[app][state_damage]") {
  Damaged data(End::in_order);
  std::string data_dir = data.copy();
  for (int i = 0; i < 2; ++i) {
    flip_bit(data_dir + "/state.db", 4096, 3);
    World world(on(data_dir, "boot", log::SyncMode::no), kCommitEvents);
    world.close();
  }
  auto aside = std::count_if(fs::directory_iterator(data_dir), {},
                             [](const auto& entry) { return entry.path().filename().string().starts_with("state.db.damaged-"); });
  CHECK(aside >= 1);
  CHECK(aside <= 2);
  CHECK_FALSE(fs::exists(data_dir + "/state.db.distrusted"));
}

TEST_CASE("State: a hundred power cuts and a thousand flipped bits", "[.torture][state_damage]") {
  for (uint32_t seed = 100; seed < 200; ++seed) survive_power_cut(seed, seed % 3 ? End::in_order : End::killed);
  Damaged ended(End::in_order), killed(End::killed);
  std::mt19937 random(3);
  for (int i = 0; i < 600; ++i) survive_flip_before_start(ended, "/state.db", random);
  for (int i = 0; i < 200; ++i) survive_flip_before_start(killed, "/state.db", random);
  for (int i = 0; i < 200; ++i) survive_flip_before_start(killed, "/state.db-wal", random);
  for (int i = 0; i < 200; ++i) survive_flip_at_runtime(ended, random);
  WARN("100 power cuts, 1000 flipped bits before a start, 200 runs with flipped bits below a daemon that runs");
}

}  // namespace cloudemu::test
