#include <catch2/catch.hpp>

#include "net/limits.h"
#include "net/request_parser.h"

namespace cloudemu::test {

using Step = net::RequestParser::Step;

namespace {

struct Parsed {
  std::vector<std::string> requests;  // "METHOD target [body]"
  int error = 0;
  std::string reason;
};

/// Feeds bytes in pieces of a given size and notes what comes out.
Parsed parse(std::string_view bytes, size_t piece = SIZE_MAX) {
  net::RequestParser parser;
  http::Request& request = *parser.request();
  Parsed parsed;
  std::string body;
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
    std::string_view input = bytes.substr(at, piece);
    for (bool more = true; more;) {
      switch (parser.next(input)) {
        case Step::need_more: more = false; break;
        case Step::head: body.clear(); break;
        case Step::body: body.append(parser.piece()); break;
        case Step::complete:
          parsed.requests.push_back(std::string(request.method) + " " + std::string(request.target) + (body.empty() ? "" : " " + body));
          break;
        case Step::error:
          parsed.error = parser.error_status();
          parsed.reason = parser.error_reason();
          return parsed;
      }
    }
  }
  return parsed;
}

using Requests = std::vector<std::string>;

}  // namespace

TEST_CASE("RequestParser: pipelined requests come out one by one, however the bytes are cut", "[net][parser]") {
  const std::string bytes =
      "GET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
      "PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n"
      "DELETE /d HTTP/1.1\r\n\r\n";
  const Requests expected = {"GET /a?x=1", "POST /b hello", "PUT /c abcdefg", "DELETE /d"};
  CHECK(parse(bytes).requests == expected);
  for (size_t piece = 1; piece < 40; ++piece) {
    CAPTURE(piece);
    CHECK(parse(bytes, piece).requests == expected);
  }
}

TEST_CASE("RequestParser: the head is taken apart, names in lower case", "[net][parser]") {
  net::RequestParser parser;
  http::Request& request = *parser.request();
  std::string_view input = "GET /bucket/k%20ey?versionId=1&x HTTP/1.1\r\nHOST:  example \r\nX-Amz-Meta-A: v\r\nx-amz-meta-a: w\r\n\r\n";
  REQUIRE(parser.next(input) == Step::head);
  CHECK(request.path == "/bucket/k%20ey");
  CHECK(request.query == "versionId=1&x");
  CHECK(request.header("host") == "example");
  CHECK(request.headers.size() == 3);
  CHECK(request.header("x-amz-meta-a") == "v");
  CHECK_FALSE(request.chunked);
  CHECK(request.content_length.value_or(0) == 0);
}

TEST_CASE("RequestParser: head limits hold, and one byte less is fine", "[net][parser][limits]") {
  auto with_target = [](size_t size) { return parse("GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\n\r\n"); };
  CHECK(with_target(net::kRequestLineBytesMax).requests.size() == 1);
  CHECK(with_target(net::kRequestLineBytesMax + 1).error == 400);
  auto with_header = [](size_t size) { return parse("GET / HTTP/1.1\r\nx: " + std::string(size - 1, 'a') + "\r\n\r\n"); };
  CHECK(with_header(net::kHeaderBytesMax).requests.size() == 1);
  CHECK(with_header(net::kHeaderBytesMax + 1).error == 400);
  auto with_headers = [](size_t count) {
    std::string head = "GET / HTTP/1.1\r\n";
    for (size_t i = 0; i < count; ++i) head += "a: b\r\n";
    return parse(head + "\r\n");
  };
  CHECK(with_headers(net::kHeadersMax).requests.size() == 1);
  CHECK(with_headers(net::kHeadersMax + 1).error == 400);
}

TEST_CASE("RequestParser: what is no HTTP/1.1 is an error", "[net][parser]") {
  CHECK(parse("hello\r\n\r\n").error == 400);
  CHECK(parse("GET / HTTP/9.9\r\n\r\n").error == 505);
  CHECK(parse("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n").error == 400);
  CHECK(parse("GET / HTTP/1.1\r\nContent-Length: \r\n\r\n").error == 400);
  CHECK(parse("GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n").error == 400);
  CHECK(parse("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n").error == 400);
  CHECK(parse("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n").error == 400);
  CHECK(parse("GET / HTTP/1.1\r\nna me: x\r\n\r\n").error == 400);
  CHECK(parse("GET / HTTP/1.1\r\n: x\r\n\r\n").error == 400);
  CHECK(parse("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").error == 400);
  CHECK(parse(std::string("GET / HTTP/1.1\r\nname: a\0b\r\n\r\n", 29)).error == 400);
}

TEST_CASE("RequestParser: a wish to upgrade is ignored", "[net][parser]") {
  CHECK(parse("GET /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nGET /b HTTP/1.1\r\n\r\n").requests ==
        Requests{"GET /a", "GET /b"});
}

TEST_CASE("RequestParser: a target may name the host as well", "[net][parser]") {
  CHECK(parse("GET http://localhost:4566/photos?acl HTTP/1.1\r\n\r\n").requests == std::vector<std::string>{"GET /photos?acl"});
  CHECK(parse("GET HTTP://localhost HTTP/1.1\r\n\r\n").requests == std::vector<std::string>{"GET /"});
  CHECK(parse("GET /http://x/y HTTP/1.1\r\n\r\n").requests == std::vector<std::string>{"GET /http://x/y"});
}

}  // namespace cloudemu::test
