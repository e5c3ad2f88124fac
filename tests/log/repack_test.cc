#include <catch2/catch.hpp>

#include "log/repack.h"
#include "support/log_fixture.h"

namespace cloudemu::test {

namespace {

std::vector<std::string> fill(LogFixture& f, int count) {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    lines.push_back("{\"seq\":" + std::to_string(i + 1) + ",\"data\":\"the same words again and again\"}");
    REQUIRE(f.write({lines.back()}));
  }
  return lines;
}

}  // namespace

TEST_CASE("Repack: the events stay, the bytes shrink, the chain holds", "[log][repack]") {
  LogFixture f;
  f.options.segment_bytes_max = 20'000;
  REQUIRE(f.open());
  auto lines = fill(f, 400);
  f.close();
  REQUIRE(f.segments().size() > 2);
  size_t before = f.disk.content(f.path(0)).size();
  REQUIRE(log::repack_segment(f.disk, f.path(0)));
  CHECK(f.disk.content(f.path(0)).size() < before / 4);
  CHECK(*f.read() == lines);
  CHECK(f.read(70)->size() == 331);
  REQUIRE(f.open());
  CHECK(f.log().last_sequence() == 400);
}

TEST_CASE("Repack: doing it again changes nothing", "[log][repack]") {
  LogFixture f;
  f.options.segment_bytes_max = 5000;
  REQUIRE(f.open());
  fill(f, 100);
  f.close();
  REQUIRE(log::repack_segment(f.disk, f.path(0)));
  std::string once = f.disk.content(f.path(0));
  REQUIRE(log::repack_segment(f.disk, f.path(0)));
  CHECK(f.disk.content(f.path(0)) == once);
}

TEST_CASE("Repack: the segment that is being written is refused", "[log][repack]") {
  LogFixture f;
  REQUIRE(f.open());
  fill(f, 3);
  CHECK_FALSE(log::repack_segment(f.disk, f.path(0)));
}

TEST_CASE("Repack: a reader in the middle of the old file is not disturbed", "[log][repack]") {
  LogFixture f;
  f.options.segment_bytes_max = 20'000;
  REQUIRE(f.open());
  fill(f, 400);
  f.close();
  auto reader = log::LogReader::open(f.disk, "/log", 1);
  size_t count = 0;
  while (true) {
    auto batch = reader->next();
    REQUIRE(batch);
    if (!*batch) break;
    count += (*batch)->count;
    if (count == 20) REQUIRE(log::repack_segment(f.disk, f.path(0)));
  }
  CHECK(count == 400);
}

}  // namespace cloudemu::test
