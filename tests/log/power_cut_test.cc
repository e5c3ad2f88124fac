// The promise of --sync always: what durable() said is on the disk when the power fails, at any moment.
#include <catch2/catch.hpp>
#include <thread>

#include "core/entropy.h"
#include "support/log_fixture.h"

namespace cloudemu::test {

TEST_CASE("Power cut: everything that counted as durable is there, and nothing but a prefix", "[log][power]") {
  SeededEntropy random(42);
  for (int round = 0; round < 60; ++round) {
    LogFixture f;
    f.options.segment_bytes_max = 2000;  // many segments: their names must be durable, too
    std::vector<std::string> written;
    log::Sequence promised = 0;
    for (int life = 0; life < 4; ++life) {
      REQUIRE(f.open());
      // What came back is a prefix that holds every promise.
      auto kept = f.read();
      REQUIRE(kept);
      REQUIRE(kept->size() >= promised);
      REQUIRE(std::equal(kept->begin(), kept->end(), written.begin()));
      written.resize(kept->size());
      int calls = static_cast<int>(random.next() % 40);
      for (int call = 0; call < calls; ++call) {
        written.push_back("event " + std::to_string(written.size()) + std::string(random.next() % 200, 'x'));
        f.log().append(written.back() + "\n", 1, 1000);
        if (random.next() % 3 == 0) f.log().submit();
        if (random.next() % 10 == 0) std::this_thread::yield();
      }
      promised = f.log().durable();
      f.disk.fail_sync = true;  // from now on nothing reaches the disk
      f.close();
      f.disk.cut_power();
      f.disk.fail_sync = false;
    }
  }
}

}  // namespace cloudemu::test
