// The promise: a log that was cut or changed at any byte gives the right prefix or a refusal, never another history.
#include <catch2/catch.hpp>
#include <thread>

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

size_t start_of_last_frame(LogFixture& f) {
  auto file = *f.disk.open(f.path(), log::OpenMode::read);
  log::SegmentReader reader(*file);
  size_t start = 0;
  while (auto frame = *reader.next()) start = frame->offset;
  return start;
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
  const size_t last_frame = start_of_last_frame(f);
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int bit : {0, 3, 7}) {
      CAPTURE(at, bit);
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      f.disk.set_content(path, flipped);
      // With good frames behind it, a bad one is damage. Of the last one nobody can tell whether it was ever whole...
      f.options.known_end = {};
      bool opened = f.open();
      CHECK(opened == (at >= last_frame));
      if (opened) CHECK(*f.read() == Lines(kHistory.begin(), kHistory.begin() + 3));
      f.close();
      // ...but those who know of its events.
      f.disk.set_content(path, flipped);
      f.options.known_end = {4, "state.db"};
      CHECK_FALSE(f.open());
      CHECK(f.refused->code == Errc::corrupt);
      CHECK_THAT(f.refused->context, Catch::Contains(path));
      CHECK(f.disk.content(path) == flipped);
    }
  }
}

TEST_CASE("Damage: a last frame of which any pages are missing is a torn tail", "[log][damage]") {
  LogFixture f;
  write_history(f);
  const std::string path = f.path();
  REQUIRE(f.open());
  SeededEntropy random(1);
  REQUIRE(f.write({random.text(30'000, "0123456789abcdef")}));
  f.close();
  const std::string whole = f.disk.content(path);
  const size_t last_frame = start_of_last_frame(f);
  int rounds = 0;
  for (size_t hole : {512, 4096}) {
    for (size_t at = last_frame; at < whole.size(); at += hole) {
      CAPTURE(hole, at);
      std::string torn = whole;
      size_t end = std::min(torn.size(), (at / hole + 1) * hole);
      std::fill(torn.begin() + static_cast<std::ptrdiff_t>(at), torn.begin() + static_cast<std::ptrdiff_t>(end), '\0');
      f.disk.set_content(path, torn);
      REQUIRE(f.open());
      CHECK(*f.read() == kHistory);
      CHECK(f.log().warnings().size() == 1);
      f.close();
      ++rounds;
    }
  }
  CHECK(rounds > 30);
}

TEST_CASE("Damage: a footer that is cut, garbled or torn at the end of the log is a torn tail; all frames are kept", "[log][damage]") {
  LogFixture f;
  f.options.segment_bytes_max = 400;  // three frames
  write_history(f);
  REQUIRE(f.segments().size() == 1);
  const std::string path = f.path(), whole = f.disk.content(path);
  size_t frames = whole.size() - log::encode_footer(**log::read_footer(**f.disk.open(path, log::OpenMode::read))).size();
  for (size_t at = frames; at < whole.size(); ++at) {
    std::string garbled = whole, zeroed = whole;
    garbled[at] = static_cast<char>(garbled[at] ^ 16);
    zeroed.replace(at, std::string::npos, whole.size() - at, '\0');
    // A zero may stand where a zero stood.
    for (const std::string& bytes : {whole.substr(0, at), garbled, zeroed}) {
      CAPTURE(at, bytes.size());
      f.disk.set_content(path, bytes);
      REQUIRE(f.open());
      CHECK(*f.read() == kHistory);
      REQUIRE(f.write({"more"}));
      f.close();
      REQUIRE(f.open());
      CHECK(f.read()->size() == kHistory.size() + 1);
      CHECK(f.log().warnings().empty());
      f.close();
      auto names = f.disk.list("/log").value();
      for (const std::string& name : names) REQUIRE(f.disk.remove("/log/" + name));
    }
  }
}

TEST_CASE("Damage: a garbled footer in the middle of the log costs no event", "[log][damage]") {
  LogFixture f;
  f.options.segment_bytes_max = 1;
  write_history(f);
  std::string bytes = f.disk.content(f.path(1));
  bytes.resize(bytes.size() - 5);
  f.disk.set_content(f.path(1), bytes);
  REQUIRE(f.open());
  CHECK(*f.read() == kHistory);
}

TEST_CASE("Damage: a sealed segment cut at any byte gives its whole frames, or a refusal if more follows", "[log][damage]") {
  LogFixture f;
  f.options.segment_bytes_max = 1;
  write_history(f);
  for (size_t index : {size_t{1}, size_t{2}}) {
    const std::string path = f.path(index), whole = f.disk.content(path);
    size_t frame = (*log::decode_header(whole)).frame_bytes();
    for (size_t cut = 0; cut < whole.size(); ++cut) {
      CAPTURE(index, cut);
      f.disk.set_content(path, whole.substr(0, cut));
      bool opened = f.open();
      CHECK(opened == (index == 2 || cut >= frame));
      if (opened) CHECK(*f.read() == Lines(kHistory.begin(), kHistory.begin() + (cut >= frame ? 5 : 3)));
      f.close();
    }
    f.disk.set_content(path, whole);
  }
}

TEST_CASE("Damage: a bad frame among others that were not on the disk together is a torn tail, with all behind it", "[log][damage]") {
  LogFixture f;
  f.options.sync = log::SyncMode::no;
  REQUIRE(f.open());
  for (const std::string& line : kHistory) {
    f.log().append(call_of({line}), 1000);
    f.log().submit();
    while (f.log().durable() < f.log().last_sequence()) std::this_thread::yield();
  }
  // Read while the writer has synced nothing, as a power cut would leave it.
  const std::string path = f.path(), whole = f.disk.content(path);
  REQUIRE(f.log().flush());
  REQUIRE(f.write({"synced before"}));
  const std::string longer = f.disk.content(path);
  f.close();
  size_t second = log::decode_header(whole)->frame_bytes();
  std::string torn = whole, damaged = longer;
  torn[second + 130] = damaged[second + 130] = '~';
  f.disk.set_content(path, torn);
  REQUIRE(f.open());
  CHECK(*f.read() == Lines{kHistory[0]});
  f.close();
  // The last frame says that all before it was on the disk when it was written.
  f.disk.set_content(path, damaged);
  CHECK_FALSE(f.open());
}

TEST_CASE("Damage: a log that ends before what is known of it is refused, and nothing is changed", "[log][damage]") {
  LogFixture f;
  write_history(f);
  const std::string path = f.path();
  std::string cut = f.disk.content(path).substr(0, start_of_last_frame(f) + 5);
  f.disk.set_content(path, cut);
  f.options.known_end = {5, "/data/state.db"};
  CHECK_FALSE(f.open());
  CHECK_THAT(f.refused->context, Catch::Contains("events 4 to 5, which were acknowledged, are missing"));
  CHECK_THAT(f.refused->context, Catch::Contains("/data/state.db knows event 5") && Catch::Contains("repair"));
  CHECK(f.disk.content(path) == cut);
  CHECK(f.disk.list("/log")->size() == 1);
  f.options.known_end = {3, "/data/state.db"};
  CHECK(f.open());
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
  auto plan = log::plan_repair(f.disk, "/log");
  REQUIRE(plan);
  CHECK(plan->found.size() == 1);
  CHECK(plan->last_sequence == 1);
  CHECK(f.disk.list("/log")->size() == 3);  // so far nothing was done
  auto done = log::carry_out(f.disk, "/log", *plan, 1'000'000);
  REQUIRE(done);
  CHECK(done->size() == 2);
  REQUIRE(f.open());
  CHECK(*f.read() == Lines{kHistory[0]});
  REQUIRE(f.write({"again"}));
  CHECK(f.read()->size() == 2);
  CHECK(log::plan_repair(f.disk, "/log")->found.empty());
}

}  // namespace cloudemu::test
