// A reset takes no longer the more there is to forget, and whatever happens around it, the state is what the log says.
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "core/strings.h"
#include "history/past.h"
#include "support/faulty_sqlite.h"
#include "support/mixed_load.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;
using Call = FaultySqlite::Call;

constexpr uint64_t kCommitEvents = 10;

class ResetDirectory {
 public:
  std::string path() const { return directory_.path() + "/data"; }
  std::string state_file() const { return path() + "/state.db"; }
  Store::Options options() const { return {.data_dir = path(), .sync = log::SyncMode::no, .boot_id = "boot"}; }
  /// What a process that is killed at this moment leaves.
  Store::Options killed() const {
    std::string copy = path() + "-killed";
    fs::remove_all(copy);
    fs::copy(path(), copy, fs::copy_options::recursive);
    Store::Options options = this->options();
    options.data_dir = copy;
    return options;
  }

 private:
  TemporaryDirectory directory_;
};

/// A few megabytes.
void fill(World& world) {
  for (int i = 0; i < 400; ++i) {
    REQUIRE(world.send({.method = "PUT", .target = concat("/load/object-", i), .body = std::string(10'000, 'o')}).status == 200);
  }
}

}  // namespace

TEST_CASE("Reset: the state file holds only what came since, and is shortened", "[app][reset]") {
  ResetDirectory data;
  World world(data.options(), kCommitEvents);
  MixedLoad load;
  load.prepare(world);
  fill(world);
  world.engine().commit_state(Engine::Commit::force);
  sqlite::Database& database = world.store().state().database();
  REQUIRE(database.file_bytes() > 4'000'000);
  REQUIRE(load.reset(world));
  CHECK(load.call(world, 0));
  world.engine().commit_state(Engine::Commit::force);
  CHECK(database.file_bytes() < 1'000'000);
  CHECK(load.missing(world) == "");
  world.close();
  CHECK(fs::file_size(data.state_file()) < 1'000'000);
}

TEST_CASE("Reset: a state goes on in the place where it was, through any number of resets", "[app][reset]") {
  ResetDirectory data;
  MixedLoad load;
  {
    World world(data.options(), kCommitEvents);
    load.prepare(world);
    for (uint64_t n = 0; n < 30; ++n) {
      CHECK(load.call(world, n));
      if (n % 5 == 4) CHECK(load.reset(world));  // some between two commits, some not
      if (n % 10 == 9) CHECK(load.reset(world));
      if (n % 7 == 6) world.engine().commit_state(Engine::Commit::force);
      CHECK(load.missing(world) == "");
      CHECK(world.live_digest() == world.rebuilt_digest());
    }
    World after_kill(data.killed(), kCommitEvents);
    CHECK(load.missing(after_kill) == "");
    world.close();
  }
  World again(data.options(), kCommitEvents);
  CHECK(load.missing(again) == "");
}

TEST_CASE("Reset: a state that is built into a file may come upon resets", "[app][reset]") {
  ResetDirectory data;
  World world(data.options(), kCommitEvents);
  MixedLoad load;
  load.prepare(world);
  for (uint64_t n = 0; n < 20; ++n) load.call(world, n);
  REQUIRE(load.reset(world));
  for (uint64_t n = 0; n < 20; ++n) load.call(world, n);
  REQUIRE(load.reset(world));
  load.call(world, 1);
  REQUIRE(world.store().log().flush());
  std::string path = data.path() + "-built.db";
  REQUIRE(history::build_state(world.files(), data.path(), world.store().log().last_sequence(), path));
  auto built = State::attach(*sqlite::Database::open_file(path, sqlite::Database::Journal::scratch));
  REQUIRE(built);
  CHECK((*built)->digest() == world.live_digest());
  CHECK((*built)->applied() == world.store().log().last_sequence());
}

/// A reset of a daemon whose disk fails at some point; with `lasting` it is as good as killed there. Whatever was acknowledged, the state is
/// what the log says: of a process that is killed now, and of this one. Returns whether the fault came to pass.
bool survives(FaultySqlite::Fault fault) {
  INFO(concat("call ", static_cast<int>(fault.call), " number ", fault.nth, fault.lasting ? " and all after it" : ""));
  fault.code = FaultySqlite::io_error(fault.call);
  ResetDirectory data;
  FaultySqlite& disk = FaultySqlite::get();
  World world(data.options(), kCommitEvents);
  MixedLoad load;
  load.prepare(world);
  for (uint64_t n = 0; n < 25; ++n) load.call(world, n);
  disk.arm(fault);
  bool acknowledged = load.reset(world);
  world.engine().commit_state(Engine::Commit::force);
  for (uint64_t n = 0; n < 5; ++n) load.call(world, n);
  Store::Options killed = data.killed();
  bool fired = disk.fired();
  disk.disarm();
  World after_kill(killed, kCommitEvents);
  CHECK(after_kill.live_digest() == after_kill.rebuilt_digest());
  if (acknowledged) CHECK(load.missing(after_kill) == "");
  if (fault.lasting) {
    world.forgo_law();
    return fired;
  }
  world.engine().set_disk_full(false);
  for (int i = 0; i < 40 && !world.engine().state_was_sound(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(world.live_digest() == world.rebuilt_digest());
  if (acknowledged) CHECK(load.missing(world) == "");
  return fired;
}

TEST_CASE("Reset: killed at a write, or a write failing, the state is what the log says", "[app][reset]") {
  bool lasting = GENERATE(false, true);
  uint64_t n = 1;
  while (survives({.call = Call::write, .nth = n, .code = 0, .lasting = lasting})) n += 13;
  CHECK(n > 10);
}

TEST_CASE("Reset: killed at any call of SQLite, or any call failing, the state is what the log says", "[.torture][reset]") {
  uint64_t tries = 0;
  for (Call call : {Call::write, Call::sync, Call::truncate, Call::read, Call::open, Call::remove, Call::share}) {
    for (bool lasting : {false, true}) {
      for (uint64_t n = 1; survives({.call = call, .nth = n, .code = 0, .lasting = lasting}); ++n) ++tries;
    }
  }
  WARN(concat(tries, " faults"));
}

}  // namespace cloudemu::test
