#include <catch2/catch.hpp>

#include "protocol/headers.h"
#include "protocol/http_message.h"

namespace cloudemu::test {

TEST_CASE("Headers are one text, in the order in which they were set", "[protocol][headers]") {
  http::Headers headers = {{"ETag", "\"1\""}, {"Vary", "Origin"}};
  headers.set("Empty", "").set("Vary", "Accept");
  CHECK(headers.text() == "ETag: \"1\"\r\nVary: Origin\r\nEmpty: \r\nVary: Accept\r\n");
  std::vector<std::string> seen;
  headers.for_each([&](std::string_view name, std::string_view value) { seen.push_back(std::string(name).append("=").append(value)); });
  CHECK(seen == std::vector<std::string>{"ETag=\"1\"", "Vary=Origin", "Empty=", "Vary=Accept"});
  http::Headers more = {{"Date", "now"}};
  CHECK(more.append(headers).text() == "Date: now\r\n" + headers.text());
  CHECK(http::Headers().empty());
}

TEST_CASE("Each status that is answered has its phrase", "[protocol][headers]") {
  for (int status : {200, 201, 202, 204, 206, 303, 304, 307, 400, 403, 404, 405, 409, 411, 412, 413, 415, 416, 500, 501, 503}) {
    INFO(status);
    CHECK(http::reason_phrase(status) != "Unknown");
  }
}

TEST_CASE("A header is found by its whole name; the last one counts", "[protocol][headers]") {
  http::Headers headers = {{"x-amz-meta-etag: ", "ETag: no"}, {"ETag", "\"1\""}, {"ETag2", "two"}, {"Vary", "a"}, {"Vary", "b"}};
  CHECK(headers.find("ETag") == "\"1\"");
  CHECK(headers.find("Vary") == "b");
  CHECK(headers.find("Tag") == std::nullopt);
  CHECK(headers.find("etag") == std::nullopt);
  CHECK(headers.find("ETag2") == "two");
  CHECK(http::Headers().find("ETag") == std::nullopt);
}

TEST_CASE("A header takes the place of the one of its name", "[protocol][headers]") {
  http::Headers headers = {{"A", "1"}, {"B", "2"}, {"C", "3"}};
  CHECK(headers.replace("B", "two").text() == "A: 1\r\nC: 3\r\nB: two\r\n");
  CHECK(headers.replace("A", "").text() == "C: 3\r\nB: two\r\nA: \r\n");
  CHECK(headers.replace("D", "4").text() == "C: 3\r\nB: two\r\nA: \r\nD: 4\r\n");
}

TEST_CASE("Nothing in a header begins another line", "[protocol][headers]") {
  http::Headers headers;
  headers.set("Location", "/a\r\nSet-Cookie: evil=1\n\r").set("Odd", std::string_view("a\0b", 3));
  headers.set("x-amz-meta-a\nSet-Cookie", "evil=2");
  CHECK(headers.text() == "Location: /a  Set-Cookie: evil=1  \r\nOdd: a b\r\nx-amz-meta-a Set-Cookie: evil=2\r\n");
}

}  // namespace cloudemu::test
