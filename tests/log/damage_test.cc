// The promise: a log that was cut or changed at any byte gives the right prefix or a refusal, never another history.
#include <catch2/catch.hpp>

#include "support/log_fixture.h"

namespace cloudemu::test {

namespace {

using Lines = std::vector<std::string>;

const Lines kHistory = {"{\"seq\":1}", "{\"seq\":2,\"x\":\"some text\"}", "{\"seq\":3}", "{\"seq\":4}", "{\"seq\":5,\"y\":[1,2,3]}"};

/// Three frames in one segment.
void write_history(LogFixture& f) {
  REQUIRE(f.open());
  REQUIRE(f.write({kHistory[0]}));
  REQUIRE(f.write({kHistory[1], kHistory[2]}));
  REQUIRE(f.write({kHistory[3], kHistory[4]}));
  f.close();
}

bool is_prefix(const Lines& lines) { return lines.size() <= kHistory.size() && std::equal(lines.begin(), lines.end(), kHistory.begin()); }

}  // namespace

TEST_CASE("Damage: a log cut at any byte opens with the whole frames before the cut", "[log][damage]") {
  LogFixture f;
  write_history(f);
  const std::string whole = f.disk.content(f.path());
  const std::string path = f.path();
  size_t last_count = 0;
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    CAPTURE(cut);
    f.disk.set_content(path, whole.substr(0, cut));
    REQUIRE(f.open());
    auto lines = f.read();
    REQUIRE(lines);
    CHECK(is_prefix(*lines));
    CHECK(lines->size() >= last_count);
    last_count = lines->size();
    CHECK(f.log().last_sequence() == lines->size());
    f.close();
  }
  CHECK(last_count == 3);
}

TEST_CASE("Damage: after a cut the log goes on where the prefix ends, and the torn bytes are kept", "[log][damage]") {
  LogFixture f;
  write_history(f);
  std::string whole = f.disk.content(f.path());
  f.disk.set_content(f.path(), whole.substr(0, whole.size() - 3));
  REQUIRE(f.open());
  CHECK(f.log().warnings().size() == 1);
  REQUIRE(f.write({"{\"seq\":4,\"other\":true}"}));
  f.close();
  REQUIRE(f.open());
  CHECK(f.log().warnings().empty());
  CHECK(*f.read() == Lines{kHistory[0], kHistory[1], kHistory[2], "{\"seq\":4,\"other\":true}"});
  auto names = *f.disk.list("/log");
  REQUIRE(names.size() == 2);
  CHECK_THAT(names[1], Catch::Contains(".torn-"));
}

TEST_CASE("Damage: space that was given to the file but never written is a torn tail", "[log][damage]") {
  LogFixture f;
  write_history(f);
  std::string whole = f.disk.content(f.path());
  f.disk.set_content(f.path(), whole + std::string(4096, '\0'));
  REQUIRE(f.open());
  CHECK(*f.read() == kHistory);
  CHECK(f.log().warnings().size() == 1);
}

TEST_CASE("Damage: any flipped bit gives the right history, a prefix of it, or a refusal", "[log][damage]") {
  LogFixture f;
  write_history(f);
  const std::string whole = f.disk.content(f.path());
  const std::string path = f.path();
  size_t refusals = 0;
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int bit : {0, 3, 7}) {
      CAPTURE(at, bit);
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      f.disk.set_content(path, flipped);
      if (!f.open()) {
        ++refusals;
        CHECK(f.refused->code == Errc::corrupt);
        CHECK_THAT(f.refused->context, Catch::Contains(path));
        continue;
      }
      auto lines = f.read();
      if (lines) CHECK(is_prefix(*lines));
      f.close();
    }
  }
  // Every byte of the log is covered by a checksum.
  CHECK(refusals == whole.size() * 3);
}

TEST_CASE("Damage: sealed segments are covered by checksums, too", "[log][damage]") {
  LogFixture f;
  f.options.segment_bytes_max = 1;
  write_history(f);
  REQUIRE(f.segments().size() == 3);
  const std::string path = f.path(0), whole = f.disk.content(path);
  for (size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    f.disk.set_content(path, flipped);
    // A sealed segment's payload is not read at the start; reading it then must notice.
    if (!f.open()) continue;
    auto lines = f.read();
    if (lines) CHECK(*lines == kHistory);
    f.close();
  }
}

TEST_CASE("Damage: repair keeps what is before the damage and moves the rest aside", "[log][damage]") {
  LogFixture f;
  f.options.segment_bytes_max = 1;
  write_history(f);
  const std::string path = f.path(1);
  std::string bytes = f.disk.content(path);
  bytes[140] = static_cast<char>(bytes[140] ^ 1);  // in the payload of events 2 and 3
  bytes.resize(bytes.size() - 16);                 // no footer that would vouch for it
  f.disk.set_content(path, bytes);
  REQUIRE_FALSE(f.open());
  auto done = log::repair(f.disk, "/log", 1'000'000);
  REQUIRE(done);
  CHECK(done->size() >= 3);
  REQUIRE(f.open());
  CHECK(*f.read() == Lines{kHistory[0]});
  REQUIRE(f.write({"again"}));
  CHECK(f.read()->size() == 2);
  CHECK(log::repair(f.disk, "/log", 1'000'000)->empty());
}

}  // namespace cloudemu::test
