#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "core/strings.h"
#include "support/log_fixture.h"

namespace cloudemu::test {

using Lines = std::vector<std::string>;

TEST_CASE("Log: what was written is read back, in order, after closing and opening", "[log]") {
  LogFixture f;
  REQUIRE(f.open());
  REQUIRE(f.write({"a"}));
  REQUIRE(f.write({"b", "c"}));
  CHECK(f.log().last_sequence() == 3);
  CHECK(f.log().durable() == 3);
  CHECK(f.read() == Lines{"a", "b", "c"});
  log::Chain chain = f.log().chain();
  REQUIRE(f.open());
  CHECK(f.log().last_sequence() == 3);
  CHECK(f.log().chain() == chain);
  REQUIRE(f.write({"d"}));
  CHECK(f.read() == Lines{"a", "b", "c", "d"});
}

TEST_CASE("Log: large calls, whose lines are not copied, stand in their order with small ones", "[log]") {
  LogFixture f;
  REQUIRE(f.open());
  Lines expected;
  for (int round = 0; round < 3; ++round) {
    for (const char* name : {"small", "large", "larger", "last"}) {
      std::string line = concat(name, round, std::string(name[0] == 'l' ? 300'000 : 10, 'x'));
      f.log().append(call_of({line, "with another"}), 1000);
      expected.insert(expected.end(), {line, "with another"});
    }
    if (round == 1) f.log().submit();
  }
  REQUIRE(f.log().flush());
  CHECK(f.read() == expected);
  CHECK(f.log().last_sequence() == expected.size());
}

TEST_CASE("Log: a large call's lines are given away as they are, and what is appended later does not change them", "[log]") {
  log::CallLines call = call_of({std::string(300'000, 'x')});
  log::Lines lines, others;
  lines.append(call_of({"small"}));
  lines.append(call);
  CHECK(lines.pieces()[1].data() == call.text().data());
  call.clear();
  CHECK(call.add([](std::string& out) { out += "next\n"; }));
  lines.append(call);
  others.append(call_of({"before"}));
  others.append(lines);
  CHECK(lines.size() == 0);
  std::string room;
  CHECK(others.joined(room) == concat("before\nsmall\n", std::string(300'000, 'x'), "\nnext\n"));
}

TEST_CASE("Log: room that a call did not need is not kept with its lines", "[log]") {
  log::CallLines call;
  call.use(log::LineRoom(4 << 20));
  std::string line(300'000, 'x');
  CHECK(call.add([&](std::string& out) { out.append(line).append("\n"); }));
  log::Lines lines;
  lines.append(call);
  CHECK(lines.pieces()[0].data() != call.text().data());
  CHECK(lines.pieces()[0] == call.text());
}

TEST_CASE("Log: reading can begin in the middle of a frame", "[log]") {
  LogFixture f;
  REQUIRE(f.open());
  REQUIRE(f.write({"a", "b", "c"}));
  REQUIRE(f.write({"d"}));
  CHECK(f.read(2) == Lines{"b", "c", "d"});
  CHECK(f.read(4) == Lines{"d"});
  CHECK(f.read(5) == Lines{});
}

TEST_CASE("Log: the chain before an event in the middle of a frame is the chain over all before it", "[log]") {
  LogFixture f;
  REQUIRE(f.open());
  REQUIRE(f.write({"a", "b", "c"}));
  auto reader = log::LogReader::open(f.disk, "/log", 3);
  auto batch = reader->next();
  log::Chain chain{};
  log::advance_chain(chain, "a\nb\n");
  CHECK((**batch).chain_before == chain);
}

TEST_CASE("Log: a reader at the end finds later events when they come", "[log]") {
  LogFixture f;
  f.options.segment_bytes_max = 1;  // every batch seals its segment
  REQUIRE(f.open());
  REQUIRE(f.write({"a"}));
  auto reader = log::LogReader::open(f.disk, "/log", 1);
  REQUIRE(reader);
  CHECK((*reader->next())->lines == "a\n");
  CHECK_FALSE(reader->next()->has_value());
  REQUIRE(f.write({"b"}));
  REQUIRE(f.write({"c"}));
  CHECK((*reader->next())->lines == "b\n");
  CHECK((*reader->next())->lines == "c\n");
  CHECK_FALSE(reader->next()->has_value());
}

TEST_CASE("Log: a segment that is full is sealed and another begun", "[log]") {
  LogFixture f;
  f.options.segment_bytes_max = 1000;
  REQUIRE(f.open());
  Lines expected;
  for (int i = 0; i < 40; ++i) {
    expected.push_back("event " + std::to_string(i));
    REQUIRE(f.write({expected.back()}));
  }
  f.close();
  CHECK(f.segments().size() > 3);
  CHECK(f.read() == expected);
  CHECK(f.read(20)->size() == 21);
  REQUIRE(f.open());
  CHECK(f.log().last_sequence() == 40);
}

TEST_CASE("Log: after a restart nothing is written behind a footer", "[log]") {
  LogFixture f;
  f.options.segment_bytes_max = 1;
  REQUIRE(f.open());
  REQUIRE(f.write({"a"}));
  REQUIRE(f.open());
  REQUIRE(f.write({"b"}));
  f.close();
  CHECK(f.segments().size() == 2);
  CHECK(f.read() == Lines{"a", "b"});
}

TEST_CASE("Log: the events of one call share a frame, whatever gathers around it", "[log]") {
  LogFixture f;
  REQUIRE(f.open());
  for (int call = 0; call < 200; ++call) {
    f.log().append(call_of({"first", "second", "third"}), 1000);
    if (call % 7 == 0) f.log().submit();
  }
  REQUIRE(f.log().flush());
  f.close();
  auto file = f.disk.open(f.path(), log::OpenMode::read);
  log::SegmentReader reader(**file);
  uint64_t frames = 0;
  while (true) {
    auto frame = reader.next();
    REQUIRE(frame);
    if (!*frame) break;
    CHECK((*frame)->header.count % 3 == 0);
    ++frames;
  }
  CHECK(frames >= 1);
  CHECK(f.read()->size() == 600);
}

TEST_CASE("Log: a failed sync is final, and what it refused does not come back", "[log]") {
  LogFixture f;
  REQUIRE(f.open());
  REQUIRE(f.write({"a"}));
  size_t before = f.disk.content(f.path()).size();
  SECTION("once the file was cut") {
    f.disk.fail_nth(FaultyFileSystem::kSync, 1, Errc::io);
    CHECK_FALSE(f.write({"b"}));
    CHECK(f.disk.content(f.path()).size() == before);
  }
  SECTION("by a note, if the file cannot be cut") {
    f.disk.fail_sync = true;
    f.disk.fail_nth(FaultyFileSystem::kTruncate, 1, Errc::io, FaultyFileSystem::Lasting::yes);
    CHECK_FALSE(f.write({"b"}));
    f.disk.fail_sync = false;
    CHECK(f.disk.content(f.path()).size() > before);
  }
  CHECK(f.log().failed());
  CHECK(f.log().durable() == 1);
  f.disk.fail_sync = false;
  CHECK_FALSE(f.write({"c"}));
  CHECK(f.log().durable() == 1);
  f.close();
  f.disk.heal();
  REQUIRE(f.open());
  CHECK(*f.read() == Lines{"a"});
  REQUIRE(f.write({"d"}));
  REQUIRE(f.open());
  CHECK(f.log().warnings().empty());
  CHECK(*f.read() == Lines{"a", "d"});
}

TEST_CASE("Log: a half-written frame is taken away again", "[log]") {
  LogFixture f;
  REQUIRE(f.open());
  REQUIRE(f.write({"a"}));
  size_t before = f.disk.content(f.path()).size();
  f.disk.disk_full = true;
  f.disk.fail_append_after = 50;
  auto refused = f.write({"b"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::disk_full);
  CHECK(f.disk.content(f.path()).size() == before);
  REQUIRE(f.open());
  CHECK(f.read() == Lines{"a"});
}

TEST_CASE("Log: when space or descriptors are back it goes on; what was refused is forgotten", "[log]") {
  LogFixture f;
  f.options.probe_ms = 1;
  f.options.segment_bytes_max = GENERATE(1, 1 << 20);
  REQUIRE(f.open());
  REQUIRE(f.write({"a"}));
  auto [call, code] =
      GENERATE(std::pair(FaultyFileSystem::kAppend, Errc::disk_full), std::pair(FaultyFileSystem::kOpen, Errc::no_descriptors),
               std::pair(FaultyFileSystem::kSyncDirectory, Errc::no_descriptors));
  if (call != FaultyFileSystem::kAppend && f.options.segment_bytes_max > 1) return;  // nothing is opened
  f.disk.fail_nth(call, 1, code, FaultyFileSystem::Lasting::yes);
  f.log().append(call_of({"b"}), 1000);
  f.log().append(call_of({"c"}), 1000);
  auto refused = f.log().flush();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == code);
  CHECK(f.log().failed());
  f.log().forget_refused();
  CHECK(f.log().last_sequence() == 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(f.log().failed());
  f.disk.heal();
  for (int i = 0; i < 5000 && f.log().failed(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  REQUIRE_FALSE(f.log().failed());
  REQUIRE(f.write({"d"}));
  REQUIRE(f.open());
  CHECK(f.log().warnings().empty());
  CHECK(*f.read() == Lines{"a", "d"});
}

TEST_CASE("Log: a call is as large as it may be, and not larger", "[log][limits]") {
  auto line = [](size_t bytes) { return [bytes](std::string& out) { out.append(bytes - 1, 'x').append("\n"); }; };
  log::CallLines call;
  CHECK_FALSE(call.add(line(log::kCallRawBytesMax + 1)));
  CHECK(call.count() == 0);
  CHECK(call.text().empty());
  CHECK(call.add(line(log::kCallRawBytesMax)));
  CHECK_FALSE(call.add(line(1)));
  CHECK(call.count() == 1);
  LogFixture f;
  f.options.sync = log::SyncMode::no;
  REQUIRE(f.open());
  for (int i = 0; i < 3; ++i) f.log().append(call, 1000);
  REQUIRE(f.log().flush());
  CHECK(f.log().last_sequence() == 3);
  call.clear();
  for (uint32_t i = 0; i < log::kCallEventsMax; ++i) {
    if (!call.add(line(2))) FAIL("a line too few");
  }
  CHECK_FALSE(call.add(line(2)));
  for (int i = 0; i < 5; ++i) f.log().append(call, 1000);
  REQUIRE(f.log().flush());
  REQUIRE(f.open());
  CHECK(f.log().last_sequence() == 3 + 5 * log::kCallEventsMax);
}

TEST_CASE("Log: sync modes differ in when an event counts as safe", "[log]") {
  LogFixture f;
  f.options.sync = log::SyncMode::no;
  REQUIRE(f.open());
  f.log().append(call_of({"a"}), 1000);
  f.log().submit();
  while (f.log().durable() < 1) std::this_thread::yield();
  CHECK(f.disk.syncs == 0);
  REQUIRE(f.log().flush());
  CHECK(f.disk.syncs == 1);
}

TEST_CASE("Log: with sync=always a writer that has nothing to do takes events before they are submitted", "[log]") {
  LogFixture f;
  f.options.sync = log::SyncMode::always;
  REQUIRE(f.open());
  constexpr int kPatience = 10'000;
  for (int i = 0; i < kPatience && f.log().durable() == 0; ++i) {
    f.log().append(call_of({"a"}), 1000);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(f.log().durable() > 0);
  CHECK(f.disk.syncs > 0);
}

TEST_CASE("Log: recovery names a missing segment", "[log][recovery]") {
  LogFixture f;
  f.options.segment_bytes_max = 1;
  REQUIRE(f.open());
  for (const char* line : {"a", "b", "c"}) REQUIRE(f.write({line}));
  f.close();
  REQUIRE(f.disk.remove(f.path(1)));
  CHECK_FALSE(f.open());
  CHECK(f.refused->code == Errc::corrupt);
  CHECK_THAT(f.refused->context, Catch::Contains("events 2 to 2 are missing"));
  CHECK_THAT(f.refused->context, Catch::Contains("cloudemu-log --data-dir ") && Catch::EndsWith(" repair"));
}

TEST_CASE("Log: recovery notices a segment of another log", "[log][recovery]") {
  LogFixture f, other;
  f.options.segment_bytes_max = other.options.segment_bytes_max = 1;
  REQUIRE(f.open());
  REQUIRE(other.open());
  for (const char* line : {"a", "b", "c"}) REQUIRE(f.write({line}));
  for (const char* line : {"A", "b", "c"}) REQUIRE(other.write({line}));
  f.close();
  other.close();
  f.disk.set_content(f.path(1), other.disk.content(other.path(1)));
  CHECK_FALSE(f.open());
  CHECK_THAT(f.refused->context, Catch::Contains("does not continue the chain"));
}

TEST_CASE("Log: a later format version is refused, not misread", "[log][recovery]") {
  LogFixture f;
  REQUIRE(f.open());
  REQUIRE(f.write({"a"}));
  f.close();
  std::string bytes = f.disk.content(f.path());
  log::FrameHeader header = *log::decode_header(bytes);
  header.version = log::kFormatVersion + 1;
  bytes.replace(0, log::kHeaderBytes, log::encode_header(header));
  f.disk.set_content(f.path(), bytes);
  CHECK_FALSE(f.open());
  CHECK(f.refused->code == Errc::foreign);
}

}  // namespace cloudemu::test
