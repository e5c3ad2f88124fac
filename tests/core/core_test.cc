#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/entropy.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"

namespace cloudemu::test {

TEST_CASE("Digest: the published check values", "[core][digest]") {
  auto of = [](DigestKind kind, std::string_view text) { return hex(digest(kind, text)); };
  CHECK(of(DigestKind::md5, "") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(of(DigestKind::sha1, "abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(of(DigestKind::sha256, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(of(DigestKind::sha512, "abc").substr(0, 16) == "ddaf35a193617aba");
  CHECK(of(DigestKind::crc32, "123456789") == "cbf43926");
  CHECK(of(DigestKind::crc32c, "123456789") == "e3069283");
  CHECK(of(DigestKind::crc64nvme, "123456789") == "ae8b14860a799888");
  CHECK(of(DigestKind::xxhash64, "") == "ef46db3751d8e999");
  CHECK(of(DigestKind::xxhash3, "") == "2d06800538d394c2");
  CHECK(of(DigestKind::xxhash128, "") == "99aa06d3014798d86001c324468d497f");
}

TEST_CASE("Digest: pieces give what the whole gives, of the announced size", "[core][digest]") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i);
  for (auto kind : {DigestKind::md5, DigestKind::sha1, DigestKind::sha256, DigestKind::sha512, DigestKind::crc32, DigestKind::crc32c,
                    DigestKind::crc64nvme, DigestKind::xxhash64, DigestKind::xxhash3, DigestKind::xxhash128}) {
    Digest pieces(kind);
    for (size_t at = 0; at < text.size(); at += 37) pieces.update(std::string_view(text).substr(at, 37));
    std::string result = pieces.finish();
    CHECK(result == digest(kind, text));
    CHECK(result.size() == digest_size(kind));
  }
}

TEST_CASE("Digest: CRCs of two halves combine to the CRC of the whole", "[core][digest]") {
  std::string first = "The quick brown fox ", second = "jumps over the lazy dog";
  for (auto kind : {DigestKind::crc32, DigestKind::crc32c, DigestKind::crc64nvme}) {
    CHECK(combine_crc(kind, digest(kind, first), digest(kind, second), second.size()) == digest(kind, first + second));
    CHECK(combine_crc(kind, digest(kind, first), digest(kind, ""), 0) == digest(kind, first));
  }
}

TEST_CASE("Encoding: base64 is strict", "[core][encoding]") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  for (const char* text : {"", "Zg==", "Zm8=", "Zm9v"}) CHECK(base64(*unbase64(text)) == text);
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm9v=", "====", "Z===", "Zm 9", "Zm9v\n"}) {
    CAPTURE(text);
    CHECK_FALSE(unbase64(text));
  }
}

TEST_CASE("Encoding: percent signs", "[core][encoding]") {
  CHECK(percent_encode("a b/c~é") == "a%20b%2Fc~%C3%A9");
  CHECK(percent_encode("a/b", Slash::keep) == "a/b");
  CHECK(percent_decode("a%20b%2fc+d") == "a b/c+d");
  CHECK(percent_decode("a+b", Plus::is_space) == "a b");
  CHECK(percent_decode("100%") == "100%");
  CHECK(percent_decode("%zz%4") == "%zz%4");
  CHECK(hex(std::string("\0\xff", 2)) == "00ff");
  CHECK(*unhex("00Ff") == std::string("\0\xff", 2));
  CHECK_FALSE(unhex("0"));
  CHECK_FALSE(unhex("0g"));
}

TEST_CASE("Time: formats and back", "[core][time]") {
  constexpr TimeMs kTime = 784111777123;  // Sun, 06 Nov 1994 08:49:37.123
  CHECK(iso8601(kTime) == "1994-11-06T08:49:37.123Z");
  CHECK(iso8601_basic(kTime) == "19941106T084937Z");
  CHECK(http_date(kTime) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(parse_iso8601("1994-11-06T08:49:37.123Z") == kTime);
  CHECK(parse_iso8601("1994-11-06T10:49:37.123+02:00") == kTime);
  CHECK(parse_iso8601("19941106T084937Z") == kTime - 123);
  CHECK(parse_iso8601("1994-11-06") == 784080000000);
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    CHECK(parse_http_date(text) == kTime - 123);
  }
  for (const char* text : {"", "yesterday", "1994-13-06", "1994-11-31", "1994-11-06T25:00:00Z", "1994-11-06T08:49:37X"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso8601(text));
    CHECK_FALSE(parse_http_date(text));
  }
  CHECK(iso8601(0) == "1970-01-01T00:00:00.000Z");
  CHECK(iso8601(-1) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("Strings: UTF-8 is checked to the letter", "[core][strings]") {
  CHECK(is_utf8("aé€😀"));
  CHECK(utf8_length("aé€😀") == 4);
  for (const char* text : {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"}) {
    CHECK_FALSE(is_utf8(text));
  }
  CHECK(split("a,,b", ',').size() == 3);
  CHECK(split("", ',').size() == 1);
  CHECK(split_once("a=b=c", '=').second == "b=c");
  CHECK(trim("\t a b \r\n") == "a b");
  CHECK(parse_integer("12") == 12);
  CHECK_FALSE(parse_integer("12x"));
  CHECK_FALSE(parse_integer(""));
  CHECK_FALSE(parse_integer<int32_t>("99999999999"));
  CHECK(replace_all("a-b-c", "-", "") == "abc");
}

TEST_CASE("JsonWriter: commas and escapes", "[core][json]") {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .field("a", "x\"\\\n\x01")
      .field("b", 5)
      .key("c")
      .begin_array()
      .boolean(true)
      .null()
      .end_array()
      .raw_field("d", "{}")
      .end_object();
  CHECK(out == R"({"a":"x\"\\\n\u0001","b":5,"c":[true,null],"d":{}})");
}

TEST_CASE("Entropy: a seed repeats, alphabets and forms are kept", "[core][entropy]") {
  SeededEntropy a(7), b(7), c(8);
  CHECK(a.uuid() == b.uuid());
  CHECK(a.uuid() != c.uuid());
  std::string uuid = SystemEntropy().uuid();
  CHECK(uuid.size() == 36);
  CHECK(uuid[14] == '4');
  CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
  CHECK(SystemEntropy().text(100, "xy").find_first_not_of("xy") == std::string::npos);
  CHECK(SystemEntropy().bytes(13).size() == 13);
}

TEST_CASE("The beginning of a text ends with a whole character", "[core][limits]") {
  CHECK(utf8_beginning("abc", 3) == "abc");
  CHECK(utf8_beginning("abcd", 3) == "abc");
  CHECK(utf8_beginning("ab\u00fc", 4) == "ab\u00fc");
  CHECK(utf8_beginning("ab\u00fc", 3) == "ab");
  CHECK(utf8_beginning("\u20ac", 2).empty());
  CHECK(utf8_beginning("", 0).empty());
}

TEST_CASE("Letters are made small, whatever stands around them", "[core][strings]") {
  // Each byte at each place of texts of every length, since eight are looked at at once.
  for (size_t size = 1; size <= 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'Z');
        text[at] = static_cast<char>(byte);
        std::string expected(size, 'z');
        expected[at] = to_lower(text[at]);
        if (lower(text) != expected) FAIL("byte " << byte << " at " << at << " of " << size);
      }
    }
  }
  CHECK(lower("").empty());
}

TEST_CASE("A header's text is kept as UTF-8, up to a number of bytes", "[core][encoding]") {
  CHECK(utf8_of_header("caf\xC3\xA9") == "caf\xC3\xA9");
  CHECK(utf8_of_header("caf\xE9") == "caf\xC3\xA9");
  CHECK(utf8_of_header("caf\xC3\xA9", 5) == "caf\xC3\xA9");
  CHECK(utf8_of_header("caf\xC3\xA9", 4) == "caf");
  CHECK(utf8_of_header("caf\xE9", 4) == "caf");
  CHECK(utf8_of_header("caf\xE9", 0).empty());
}

}  // namespace cloudemu::test
