// The promise: what was said to be safe is there after a power cut at any moment, on a disk that keeps any piece of what was not synced,
// and the log always opens again.
#include <catch2/catch.hpp>
#include <cstdio>
#include <thread>

#include "core/entropy.h"
#include "log/repack.h"
#include "support/log_fixture.h"

namespace cloudemu::test {

namespace {

using log::SyncMode;

constexpr int kLives = 4;

/// Some lives of a log, each ended by a power cut.
class PowerCuts {
 public:
  PowerCuts(uint64_t seed, SyncMode mode) : random_(seed), mode_(mode) {
    f_.options.sync = mode;
    f_.options.segment_bytes_max = random_.next() % 2 ? 2000 : 60'000;  // many segments: their names must be safe, too
  }

  void live() {
    for (int life = 0; life < kLives; ++life) {
      open();
      if (random_.next() % 4 == 0) repack();
      write();
      // Promised in every mode: what a flush brought to the disk. With sync=always: all that is called durable.
      log::Sequence safe = mode_ == SyncMode::always ? f_.log().durable() : flushed_;
      promised_ = std::max(promised_, safe);
      f_.disk.cut_power(random_);
      f_.close();
      f_.disk.power_on();
      if (random_.next() % 3 == 0) cut_recovery();
    }
    open();
  }

 private:
  void open() {
    bool opened = f_.open();
    INFO((f_.refused ? f_.refused->context : ""));
    REQUIRE(opened);
    auto kept = f_.read();
    REQUIRE(kept);
    REQUIRE(kept->size() == f_.log().last_sequence());
    REQUIRE(kept->size() >= promised_);
    REQUIRE(kept->size() <= written_.size());
    REQUIRE(std::equal(kept->begin(), kept->end(), written_.begin()));
    written_.resize(kept->size());
    promised_ = kept->size();  // what is served counts as safe
  }

  /// The power goes again while the log is being recovered.
  void cut_recovery() {
    f_.disk.fail_nth(FaultyFileSystem::kWriting, 1 + random_.next() % 6, Errc::io, FaultyFileSystem::Lasting::yes);
    (void)f_.open();
    f_.disk.cut_power(random_);
    f_.close();
    f_.disk.heal();
    f_.disk.power_on();
  }

  void repack() {
    auto names = f_.segments();
    if (names.size() > 1) REQUIRE(log::repack_segment(f_.disk, f_.path(random_.next() % (names.size() - 1))));
  }

  void write() {
    int calls = static_cast<int>(random_.next() % 40);
    for (int call = 0; call < calls; ++call) {
      size_t bytes = random_.next() % 10 == 0 ? random_.next() % 40'000 : random_.next() % 200;
      written_.push_back("event " + std::to_string(written_.size()) + hex_noise(bytes));
      f_.log().append(call_of({written_.back()}), 1000);
      if (random_.next() % 3 == 0) f_.log().submit();
      if (random_.next() % 10 == 0) std::this_thread::yield();
      if (random_.next() % 20 == 0) {
        REQUIRE(f_.log().flush());
        flushed_ = f_.log().last_sequence();
      }
    }
  }

  /// Text that does not shrink: frames of several pages.
  std::string hex_noise(size_t bytes) { return random_.text(bytes, "0123456789abcdefghijklmnopqrstuvwxyz"); }

  LogFixture f_;
  SeededEntropy random_;
  SyncMode mode_;
  std::vector<std::string> written_;
  log::Sequence promised_ = 0, flushed_ = 0;
};

void run(uint64_t from, uint64_t rounds) {
  for (uint64_t seed = from; seed < from + rounds; ++seed) {
    for (SyncMode mode : {SyncMode::always, SyncMode::everysec, SyncMode::no}) {
      CAPTURE(seed, static_cast<int>(mode));
      PowerCuts(seed, mode).live();
    }
  }
}

}  // namespace

TEST_CASE("Power cut: everything that counted as safe is there, and nothing but a prefix", "[log][power]") { run(1, 60); }

TEST_CASE("Power cut: thousands of them", "[.torture][power-torture]") {
  constexpr uint64_t kRounds = 4000;
  run(1'000'000, kRounds);
  std::printf("power cuts of the log: %llu tries, no fault\n", static_cast<unsigned long long>(kRounds * 3 * kLives));
}

}  // namespace cloudemu::test
