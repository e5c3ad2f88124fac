// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "protocol/aws_chunked.h"
#include "protocol/sigv4.h"

namespace cloudemu::test {

namespace {

struct Decoded {
  bool whole = false;
  std::string payload;
  AwsChunkedDecoder::Flaw flaw{};
  AwsChunkedDecoder::SmallChunk small_chunk{};
  std::vector<std::pair<std::string, std::string>> trailers;
};

Decoded decode(std::string_view body, size_t piece = SIZE_MAX, std::optional<AwsChunkedDecoder::Signing> signing = std::nullopt) {
  AwsChunkedDecoder decoder(std::move(signing));
  Decoded decoded;
  for (size_t at = 0; at < body.size(); at += std::min(piece, body.size() - at)) {
    decoder.feed(body.substr(at, piece), [&](std::string_view payload) { decoded.payload.append(payload); });
  }
  decoded.whole = decoder.finish();
  decoded.flaw = decoder.flaw();
  decoded.small_chunk = decoder.small_chunk();
  decoded.trailers = decoder.trailers();
  return decoded;
}

/// The example of AWS's page: 66,560 bytes of 'a' in chunks of 64 KiB.
AwsChunkedDecoder::Signing example_signing() {
  return {.key = sigv4::signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", {"AKIAIOSFODNN7EXAMPLE", "20130524", "us-east-1", "s3"}),
          .seed_signature = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
          .timestamp = "20130524T000000Z",
          .scope = "20130524/us-east-1/s3/aws4_request"};
}

std::string example_body() {
  return concat("10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n", std::string(65536, 'a'),
                "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n", std::string(1024, 'a'),
                "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n");
}

}  // namespace

TEST_CASE("AwsChunked: framing comes off, however the bytes are cut", "[protocol][chunked]") {
  const std::string first(AwsChunkedDecoder::kChunkBytesMin, 'h');
  const std::string body = concat("2000\r\n", first, "\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n");
  for (size_t piece : {1, 2, 3, 7, 1000, 100'000}) {
    Decoded decoded = decode(body, piece);
    CHECK(decoded.whole);
    CHECK(decoded.payload == first + " world");
    REQUIRE(decoded.trailers.size() == 1);
    CHECK(decoded.trailers[0] == std::pair<std::string, std::string>("x-amz-checksum-crc32", "DUoRhQ=="));
  }
}

TEST_CASE("AwsChunked: the endings that SDKs send", "[protocol][chunked]") {
  for (const char* end :
       {"0\r\n\r\n", "0\r\n", "0\r\n\r\n\r\n", "0\r\nx-amz-checksum-crc32:AAAA\r\n", "0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n\r\n",
        "0\r\nx-amz-checksum-crc32:AAAA\n\r\n\r\n\r\n", "0\r\nx-amz-checksum-crc32:AAAA"}) {
    CAPTURE(end);
    CHECK(decode(concat("2\r\nhi\r\n", end)).whole);
  }
}

TEST_CASE("AwsChunked: AWS's own example verifies, any change to it does not", "[protocol][chunked]") {
  CHECK(decode(example_body(), 1000, example_signing()).whole);
  std::string changed = example_body();
  changed[1000] = 'b';
  Decoded decoded = decode(changed, 1000, example_signing());
  CHECK_FALSE(decoded.whole);
  CHECK(decoded.flaw == AwsChunkedDecoder::Flaw::bad_signature);
  std::string unsigned_chunk = replace_all(example_body(), ";chunk-signature=0055", ";chunk-signature=0056");
  CHECK(decode(unsigned_chunk, 1000, example_signing()).flaw == AwsChunkedDecoder::Flaw::bad_signature);
}

TEST_CASE("AwsChunked: flaws", "[protocol][chunked]") {
  using Flaw = AwsChunkedDecoder::Flaw;
  CHECK(decode("").flaw == Flaw::incomplete);
  CHECK(decode("5\r\nhel").flaw == Flaw::incomplete);
  CHECK(decode("5\r\nhello\r\n").flaw == Flaw::incomplete);
  CHECK(decode("5\r\nhelloX\r\n0\r\n\r\n").flaw == Flaw::malformed);
  CHECK(decode("x\r\n").flaw == Flaw::malformed);
  CHECK(decode("\r\n").flaw == Flaw::malformed);
  CHECK(decode("fffffffffffffffff\r\n").flaw == Flaw::malformed);
  CHECK(decode("-1\r\n").flaw == Flaw::malformed);
  CHECK(decode("0\r\nno colon\r\n\r\n").flaw == Flaw::malformed_trailer);
}

TEST_CASE("AwsChunked: only the last chunk may be small", "[protocol][chunked][limits]") {
  auto with_first = [](size_t size) {
    return decode(concat(size == 8192 ? "2000" : "1fff", "\r\n", std::string(size, 'x'), "\r\n1\r\na\r\n0\r\n\r\n"));
  };
  CHECK(with_first(AwsChunkedDecoder::kChunkBytesMin).flaw == AwsChunkedDecoder::Flaw::none);
  Decoded refused = with_first(AwsChunkedDecoder::kChunkBytesMin - 1);
  CHECK(refused.flaw == AwsChunkedDecoder::Flaw::small_chunk);
  CHECK(refused.small_chunk.bytes == AwsChunkedDecoder::kChunkBytesMin - 1);
  CHECK(refused.small_chunk.next == 2);
}

TEST_CASE("AwsChunked: lines and trailers have limits", "[protocol][chunked][limits]") {
  auto with_line = [](size_t size) { return decode(concat("1;", std::string(size - 2, 'x'), "\r\na\r\n0\r\n\r\n")).whole; };
  CHECK(with_line(AwsChunkedDecoder::kLineBytesMax - 1));
  CHECK_FALSE(with_line(AwsChunkedDecoder::kLineBytesMax + 1));
  auto with_trailers = [](size_t count) {
    std::string body = "0\r\n";
    for (size_t i = 0; i < count; ++i) body += concat("a:", std::string(1022, 'x'), "\r\n");
    return decode(body + "\r\n").whole;
  };
  CHECK(with_trailers(AwsChunkedDecoder::kTrailersBytesMax / 1024));
  CHECK_FALSE(with_trailers(AwsChunkedDecoder::kTrailersBytesMax / 1024 + 1));
}

}  // namespace cloudemu::test
