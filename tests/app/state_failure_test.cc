// When SQLite cannot write, sync or read: nothing that was acknowledged is missing, neither then nor after a restart.
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "core/strings.h"
#include "support/faulty_sqlite.h"
#include "support/mixed_load.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;
using Call = FaultySqlite::Call;

constexpr uint64_t kCalls = 60;
constexpr uint64_t kCommitEvents = 10;

Store::Options on(const std::string& data_dir) { return {.data_dir = data_dir, .sync = log::SyncMode::no}; }

/// What a killed process leaves: the files as they are at this moment.
std::string killed(const std::string& data_dir) {
  std::string copy = data_dir + "-killed";
  fs::remove_all(copy);
  fs::copy(data_dir, copy, fs::copy_options::recursive);
  return copy;
}

/// A daemon under mixed load whose disk fails at some point; then it must know all that it acknowledged: at once, after a kill and
/// after an orderly end. Returns whether the fault came to pass.
bool survives(const FaultySqlite::Fault& fault, bool has_large_items = false) {
  TemporaryDirectory directory;
  std::string data_dir = directory.path() + "/data", copy;
  FaultySqlite& disk = FaultySqlite::get();
  MixedLoad load;
  load.has_large_items = has_large_items;
  INFO(concat("call ", static_cast<int>(fault.call), " number ", fault.nth, fault.lasting ? " and all after it" : ""));
  bool fired = false;
  {
    World world(on(data_dir), kCommitEvents);
    load.prepare(world);
    disk.arm(fault);
    for (uint64_t n = 0; n < kCalls; ++n) {
      load.call(world, n);
      if (n % 16 == 15) world.engine().commit_state(Engine::Commit::force);
    }
    CHECK(load.missing(world, fault.lasting ? MixedLoad::Refusal::is_fair : MixedLoad::Refusal::is_missing) == "");
    fired = disk.fired();
    disk.disarm();
    world.engine().set_disk_full(false);
    for (int i = 0; i < 40 && !world.engine().state_was_sound(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    CHECK(load.missing(world) == "");
    copy = killed(data_dir);
    for (uint64_t n = kCalls; n < kCalls + 8; ++n) CHECK(load.call(world, n));
    CHECK(load.missing(world) == "");
    CHECK(world.live_digest() == world.rebuilt_digest());
    world.close();
  }
  {
    World again(on(data_dir), kCommitEvents);
    CHECK(load.missing(again) == "");
  }
  World after_kill(on(copy), kCommitEvents);
  return fired;
}

}  // namespace

TEST_CASE("State failure: a commit that fails loses nothing that was acknowledged", "[app][state_failure]") {
  bool lasting = GENERATE(false, true);
  for (uint64_t n : {1, 2, 5, 9, 14}) {
    CHECK(survives({.call = Call::write, .nth = n, .code = FaultySqlite::disk_full(), .lasting = lasting}));
    CHECK(survives({.call = Call::write, .nth = n, .code = FaultySqlite::io_error(Call::write), .lasting = lasting}));
  }
}

TEST_CASE("State failure: likewise with calls whose lines are not copied", "[app][state_failure]") {
  bool lasting = GENERATE(false, true);
  for (uint64_t n : {1, 50, 200, 350}) {
    CHECK(survives({.call = Call::write, .nth = n, .code = FaultySqlite::io_error(Call::write), .lasting = lasting}, true));
  }
}

TEST_CASE("State failure: a read that fails is not taken for an answer", "[app][state_failure]") {
  for (uint64_t n : {1, 2, 3}) survives({.call = Call::read, .nth = n, .code = FaultySqlite::io_error(Call::read)});
}

TEST_CASE("State failure: every single call of SQLite may fail, once or from then on", "[.torture][state_failure]") {
  uint64_t tries = 0, faults = 0;
  for (Call call : {Call::write, Call::sync, Call::truncate, Call::read, Call::open, Call::remove, Call::share}) {
    for (bool lasting : {false, true}) {
      for (uint64_t n = 1;; ++n) {
        bool fired = survives({.call = call, .nth = n, .code = FaultySqlite::io_error(call), .lasting = lasting});
        ++tries;
        if (!fired) break;
        ++faults;
        if (call == Call::write) survives({.call = call, .nth = n, .code = FaultySqlite::disk_full(), .lasting = lasting});
      }
    }
  }
  WARN(concat(tries, " runs, ", faults, " faults"));
}

}  // namespace cloudemu::test
