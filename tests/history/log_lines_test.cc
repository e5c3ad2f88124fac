// Event lines from any place of the log.
#include "history/log_lines.h"

#include <catch2/catch.hpp>
#include <map>

#include "core/clock.h"
#include "core/strings.h"
#include "log/log.h"
#include "support/log_fixture.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

std::string line(uint64_t n) { return concat("{\"seq\":", n, ",\"text\":\"", std::string(n % 7 * 100, 'x'), "\"}"); }

/// A log of `calls` calls with three events each.
void fill(LogFixture& f, uint64_t calls) {
  for (uint64_t i = 0; i < calls; ++i) {
    uint64_t n = f.log().last_sequence();
    REQUIRE(f.write({line(n + 1), line(n + 2), line(n + 3)}));
  }
}

std::string at(history::LogLines& lines, log::Sequence sequence) {
  auto stretch = lines.around(sequence);
  return stretch ? std::string((*stretch)->line(sequence)) : stretch.error().context;
}

}  // namespace

TEST_CASE("LogLines: every event of sealed and unsealed segments, in any order", "[history]") {
  LogFixture f;
  f.options.segment_bytes_max = GENERATE(uint64_t{1}, uint64_t{5000}, uint64_t{64} << 20);
  REQUIRE(f.open());
  fill(f, 100);
  history::LogLines lines(f.disk, "/log");
  CHECK(*lines.last() == 300);
  CHECK(*lines.first() == 1);
  for (log::Sequence n = 300; n > 0; --n) CHECK(at(lines, n) == line(n));
  for (log::Sequence n = 1; n <= 300; n += 7) CHECK(at(lines, n) == line(n));
  CHECK(lines.around(301).error().code == Errc::not_found);
  CHECK(lines.around(0).error().code == Errc::not_found);
}

TEST_CASE("LogLines: no call is cut by the border of a stretch", "[history]") {
  LogFixture f;
  REQUIRE(f.open());
  for (int i = 0; i < 40; ++i) {
    std::string noise;
    for (int k = 0; k < 4000; ++k) append(noise, static_cast<uint64_t>(i * 7919 + k) * 2654435761U % 1000003);
    REQUIRE(f.write({noise, "b", "c"}));
  }
  history::LogLines lines(f.disk, "/log");
  size_t stretches = 0;
  for (log::Sequence n = *lines.last(); n > 0; ++stretches) {
    auto stretch = lines.around(n);
    REQUIRE(stretch);
    CHECK((*stretch)->first % 3 == 1);
    CHECK((*stretch)->last() % 3 == 0);
    n = (*stretch)->first - 1;
  }
  CHECK(stretches > 1);
}

TEST_CASE("LogLines: a log that grows", "[history]") {
  LogFixture f;
  f.options.segment_bytes_max = GENERATE(uint64_t{1}, uint64_t{64} << 20);
  REQUIRE(f.open());
  history::LogLines lines(f.disk, "/log");
  CHECK(*lines.last() == 0);
  for (uint64_t calls = 1; calls <= 5; ++calls) {
    fill(f, 1);
    CHECK(at(lines, calls * 3) == line(calls * 3));
    CHECK(*lines.last() == calls * 3);
    CHECK(at(lines, 1) == line(1));
  }
}

TEST_CASE("LogLines: a frame of a later format is no damage", "[history]") {
  LogFixture f;
  REQUIRE(f.open());
  fill(f, 1);
  f.close();
  auto file = f.disk.open("/log/" + log::segment_name(1), log::OpenMode::append);
  REQUIRE(file);
  REQUIRE((*file)->append(log::encode_header({.version = 2, .first_sequence = 4, .count = 1, .raw_bytes = 1, .stored_bytes = 1})));
  REQUIRE((*file)->append("x"));
  history::LogLines lines(f.disk, "/log");
  auto last = lines.last();
  REQUIRE_FALSE(last);
  CHECK(last.error().code == Errc::foreign);
  CHECK_THAT(last.error().context, Catch::Contains("written by a newer CloudEmu"));
}

TEST_CASE("LogLines: the last event of a million costs what the last of ten thousand costs", "[.torture]") {
  TemporaryDirectory directory;
  log::PosixFileSystem files;
  std::string path = directory.path() + "/log";
  auto log = log::Log::open(files, path, {.sync = log::SyncMode::no}, 0, [] {});
  REQUIRE(log);
  std::map<uint64_t, uint64_t> took_ms;
  for (uint64_t events : {10'000, 1'000'000}) {
    while ((*log)->last_sequence() < events) {
      std::vector<std::string> lines;
      for (uint64_t i = 1; i <= 10; ++i) lines.push_back(line((*log)->last_sequence() + i));
      (*log)->append(call_of(lines), 1000);
      if ((*log)->last_sequence() % 1000 == 0) REQUIRE((*log)->flush());
    }
    REQUIRE((*log)->flush());
    uint64_t start = monotonic_ms();
    history::LogLines lines(files, path);
    CHECK(*lines.last() == events);
    CHECK(at(lines, events) == line(events));
    took_ms[events] = monotonic_ms() - start;
  }
  WARN("the last of 10,000: " << took_ms[10'000] << " ms, of 1,000,000: " << took_ms[1'000'000] << " ms; 2 tries, 0 faults");
  CHECK(took_ms[1'000'000] < 500);
}

}  // namespace cloudemu::test
