#include <catch2/catch.hpp>

#include "core/strings.h"
#include "events/codec.h"

namespace cloudemu::test {

namespace {

Envelope example() {
  Envelope envelope{.sequence = 12, .wall_time = 1'795'406'400'123, .time = 1'795'406'400'123, .request_id = 0x4F0C2D6A51B7E390};
  envelope.call = CallInfo{.operation = "PutObject",
                           .account = "000000000000",
                           .region = "us-east-1",
                           .access_key = "test",
                           .user_agent = "a \"quoted\" agent",
                           .source = "127.0.0.1"};
  s3::ObjectPut put{.bucket = "photos", .key = "caf\xC3\xA9\n\"x\"", .version = "null", .size = 3, .etag = "abc", .modified_at = 1};
  put.attributes.headers = {{"content-type", "text/plain"}};
  put.attributes.metadata = {{"b", "1"}, {"a", "2"}};
  put.content = {{.size = 3, .bytes = {std::string("\0\xFF\x7F", 3)}}};
  put.parts = {{.number = 1, .size = 2, .content = {{.blob = "ff", .offset = 7, .size = 2}}}, {.number = 2, .size = 1}};
  envelope.event = put;
  return envelope;
}

}  // namespace

TEST_CASE("Codec: a line of the log, to the letter", "[events][codec]") {
  CHECK(
      codec::line(example()) ==
      R"({"seq":12,"time":"2026-11-23T04:00:00.123Z","type":"s3.ObjectPut","v":1,"req":"4F0C2D6A51B7E390",)"
      R"("call":{"op":"PutObject","account":"000000000000","region":"us-east-1","key":"test","agent":"a \"quoted\" agent","source":"127.0.0.1"},)"
      R"("data":{"bucket":"photos","key":"café\n\"x\"","version":"null","size":3,"etag":"abc","modified_at":1,)"
      R"("attributes":{"headers":{"content-type":"text/plain"},"metadata":{"b":"1","a":"2"}},)"
      R"("content":[{"size":3,"bytes":"AP9/"}],)"
      R"("parts":[{"number":1,"size":2,"content":[{"blob":"ff","offset":7,"size":2}]},{"number":2,"size":1}]}})");
}

TEST_CASE("Codec: what is written is read back", "[events][codec]") {
  Envelope written = example();
  auto read = codec::read_line(codec::line(written));
  REQUIRE(read);
  CHECK(read->sequence == written.sequence);
  CHECK(read->wall_time == written.wall_time);
  CHECK(read->time == written.time);
  CHECK(read->request_id == written.request_id);
  CHECK(read->call == written.call);
  CHECK(read->event == written.event);
}

TEST_CASE("Codec: the virtual time is written where it differs", "[events][codec]") {
  Envelope written = example();
  written.time += 5000;
  CHECK_THAT(codec::line(written), Catch::Contains("\"vtime\":\"2026-11-23T04:00:05.123Z\""));
  CHECK(codec::read_line(codec::line(written))->time == written.time);
}

TEST_CASE("Codec: a cause is left out where it is the first event of the call, and found again by reading in order",
          "[events][codec][causes]") {
  Envelope first = example();
  first.call_begins = first.sequence;
  first.cause = 3;
  CHECK_THAT(codec::line(first), Catch::Contains(R"("req":"4F0C2D6A51B7E390","cause":3,"call":{)"));
  Envelope second = example();
  second.call.reset();
  second.sequence = first.sequence + 1;
  second.call_begins = second.cause = first.sequence;
  CHECK(codec::line(second).find("cause") == std::string::npos);
  Envelope third = second;
  third.sequence = second.sequence + 1;
  third.cause = second.sequence;

  codec::LineReader reader(codec::WithCall::no);
  for (const Envelope* each : {&first, &second, &third}) {
    const Envelope& written = *each;
    auto read = reader.read(codec::line(written));
    REQUIRE(read);
    CHECK(read->cause == written.cause);
    CHECK(read->call_begins == written.call_begins);
  }
  // Who begins in the middle of a call cannot know what is left out.
  auto read = codec::LineReader().read(codec::line(second));
  REQUIRE(read);
  CHECK(read->cause == 0);
  CHECK(codec::read_line(R"({"seq":1,"time":"2026-11-23T04:00:00.000Z","type":"s3.BucketDeleted","v":1,"cause":"x","data":{}})")
            .error()
            .code == Errc::corrupt);
}

TEST_CASE("Codec: an event of defaults of every type survives", "[events][codec]") {
  auto check = [&]<class T>(std::type_identity<T>) {
    Envelope written{.sequence = 1, .wall_time = 5, .time = 5};
    written.event = T{};
    auto read = codec::read_line(codec::line(written));
    REQUIRE(read);
    CHECK(std::holds_alternative<T>(read->event));
    CHECK(read->event == written.event);
  };
  [&]<size_t... I>(std::index_sequence<I...>) { (check(std::type_identity<std::variant_alternative_t<I, EventKinds>>()), ...); }
  (std::make_index_sequence<std::variant_size_v<EventKinds>>());
}

TEST_CASE("Codec: type names are unique and carry their service", "[events][codec]") {
  auto names = codec::type_names();
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (std::string_view name : names) CHECK(name.find('.') != std::string_view::npos);
}

TEST_CASE("Codec: unknown types and later versions are refused as such", "[events][codec]") {
  auto code = [](std::string_view line) {
    auto read = codec::read_line(line);
    REQUIRE_FALSE(read);
    return read.error().code;
  };
  CHECK(code(R"({"seq":1,"time":"2026-11-23T04:00:00.000Z","type":"x.New","v":1,"data":{}})") == Errc::foreign);
  CHECK(code(R"({"seq":1,"time":"2026-11-23T04:00:00.000Z","type":"s3.BucketDeleted","v":99,"data":{}})") == Errc::foreign);
  CHECK(code(R"({"seq":1,"time":"2026-11-23T04:00:00.000Z","type":"s3.BucketDeleted","v":1,"data":{"bucket":5}})") == Errc::corrupt);
  CHECK(code(R"({"seq":"x","time":"2026-11-23T04:00:00.000Z","type":"s3.BucketDeleted","v":1,"data":{}})") == Errc::corrupt);
  CHECK(code("") == Errc::corrupt);
  CHECK(code("[]") == Errc::corrupt);
  CHECK(code("{") == Errc::corrupt);
}

TEST_CASE("JsonCursor: raw values keep their exact text", "[events][json]") {
  events::JsonMembers members;
  REQUIRE(members.parse(R"( {"a" : {"x":[1, "}"]} , "b":"q\"" ,"c":-1.5e3,"d":null} )"));
  CHECK(members.find("a") == std::string_view(R"({"x":[1, "}"]})"));
  CHECK(members.find("b") == std::string_view(R"("q\"")"));
  CHECK(members.find("c") == std::string_view("-1.5e3"));
  CHECK(members.find("d") == std::string_view("null"));
  CHECK_FALSE(members.find("e"));
  for (const char* text : {"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"a\":1}x", "{a:1}"}) {
    CAPTURE(text);
    CHECK_FALSE(events::JsonMembers().parse(text));
  }
  std::string value;
  CHECK(events::read_json_string(R"("\u00e9\ud83d\ude00\/\b\t")", value));
  CHECK(value == "é😀/\b\t");
  for (const char* text : {"", "x", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\""}) {
    CHECK_FALSE(events::read_json_string(text, value));
  }
}

}  // namespace cloudemu::test
