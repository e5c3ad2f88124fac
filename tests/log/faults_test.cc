// Every single call that the log makes to the disk fails once, or from then on: what was promised stays, what was refused never comes
// back, and the log opens again.
#include <catch2/catch.hpp>
#include <cstdio>
#include <map>
#include <thread>

#include "support/log_fixture.h"

namespace cloudemu::test {

namespace {

using Lasting = FaultyFileSystem::Lasting;

/// A life of a log in which calls to the disk fail. What each call of a client was told is kept.
class FaultyLife {
 public:
  FaultyLife() {
    f_.options.segment_bytes_max = 700;  // a few frames
    f_.options.probe_ms = 1;
  }

  /// False: no call was left to fail.
  bool run(unsigned calls, uint64_t n, Errc code, Lasting lasting) {
    f_.disk.fail_nth(calls, n, code, lasting);
    if (f_.open()) {
      for (int i = 0; i < 12; ++i) write(i);
      f_.close();
    }
    bool failed = f_.disk.failures() > 0;
    f_.disk.heal();
    check();
    return failed;
  }

 private:
  void write(int i) {
    if (f_.log().failed()) {
      f_.log().forget_refused();
      if (i == 8) f_.disk.heal();
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
      if (f_.log().failed()) return;
    }
    std::string line = "event " + std::to_string(i) + std::string(100, 'x');
    if (f_.write({line})) {
      acknowledged_.push_back(line);
      return;
    }
    // Where nothing at all can be done, it is said.
    if (f_.log().failure()->context.find("may come back") != std::string::npos) may_come_back_ = line;
  }

  void check() {
    bool opened = f_.open();
    INFO((f_.refused ? f_.refused->context : ""));
    REQUIRE(opened);
    std::vector<std::string> kept = *f_.read();
    if (!may_come_back_.empty() && kept.size() == acknowledged_.size() + 1) acknowledged_.push_back(may_come_back_);
    CHECK(kept.size() == acknowledged_.size());
    CHECK(bool(kept == acknowledged_));
    REQUIRE(f_.write({"later"}));
    REQUIRE(f_.open());
    CHECK(f_.read()->size() == acknowledged_.size() + 1);
  }

  LogFixture f_;
  std::vector<std::string> acknowledged_;
  std::string may_come_back_;
};

}  // namespace

TEST_CASE("Faults: whichever call to the disk fails, what was told to clients stays true", "[log][faults]") {
  int lives = 0;
  using F = FaultyFileSystem;
  const std::vector<unsigned> kinds = {F::kAppend,
                                       F::kSync,
                                       F::kTruncate,
                                       F::kOpen,
                                       F::kRename,
                                       F::kRemove,
                                       F::kSyncDirectory,
                                       F::kMakeDirectories,
                                       F::kList,
                                       F::kReadSize,
                                       F::kAppend | F::kTruncate,
                                       F::kSync | F::kTruncate,
                                       F::kOpen | F::kSyncDirectory,
                                       F::kWriting};
  for (unsigned call : kinds) {
    for (Errc code : {Errc::io, Errc::disk_full, Errc::no_descriptors}) {
      for (Lasting lasting : {Lasting::no, Lasting::yes}) {
        for (uint64_t n = 1;; ++n, ++lives) {
          CAPTURE(call, static_cast<int>(code), lasting == Lasting::yes, n);
          if (!FaultyLife().run(call, n, code, lasting)) break;
        }
      }
    }
  }
  CHECK(lives > 300);
}

}  // namespace cloudemu::test
