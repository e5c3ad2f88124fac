#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"

#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr auto kInvalid = "416 InvalidRange: The requested range is not satisfiable";

struct Fixture {
  Fixture() {
    s3.bucket("photos");
    s3.put("/photos/ten", "0123456789");
    s3.put("/photos/empty");
  }
  std::string get(std::string range) {
    Reply reply = s3.get("/photos/ten", {{"Range", range}});
    return std::to_string(reply.status) + " " + reply.header("Content-Range") + " " + reply.body;
  }
  S3 s3;
};

}  // namespace

TEST_CASE("Range: the ways to say it", "[s3][ranges]") {
  Fixture f;
  CHECK(f.get("bytes=0-0") == "206 bytes 0-0/10 0");
  CHECK(f.get("bytes=2-5") == "206 bytes 2-5/10 2345");
  CHECK(f.get("bytes=7-") == "206 bytes 7-9/10 789");
  CHECK(f.get("bytes=-3") == "206 bytes 7-9/10 789");
  CHECK(f.get("bytes=5-1000") == "206 bytes 5-9/10 56789");
  CHECK(f.get("bytes=-1000") == "206 bytes 0-9/10 0123456789");
  CHECK(f.get("bytes=0-99999999999999999999999") == "206 bytes 0-9/10 0123456789");
}

TEST_CASE("Range: what is none is ignored", "[s3][ranges]") {
  Fixture f;
  for (std::string range :
       {"bytes=5-2", "bytes=-", "bytes=", "bytes=a-b", "bytes=0-1,4-5", "0-4", "lines=0-4", "bytes=--1", "bytes=0--1"}) {
    INFO(range);
    CHECK(f.get(range) == "200  0123456789");
  }
}

TEST_CASE("Range: what begins behind the end cannot be satisfied", "[s3][ranges]") {
  Fixture f;
  for (std::string range : {"bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"}) {
    INFO(range);
    CHECK(f.s3.refusal("GET", "/photos/ten", {{"Range", range}}) == kInvalid);
    CHECK(element(f.s3.last, "RangeRequested") == range);
    CHECK(element(f.s3.last, "ActualObjectSize") == "10");
  }
  CHECK(f.s3.refusal("GET", "/photos/empty", {{"Range", "bytes=0-"}}) == kInvalid);
  CHECK(f.s3.refusal("GET", "/photos/empty", {{"Range", "bytes=-0"}}) == kInvalid);
  CHECK(f.s3.head("/photos/ten", {{"Range", "bytes=10-"}}).status == 416);
}

TEST_CASE("Range: the last bytes of an empty object are the whole of it", "[s3][ranges]") {
  Fixture f;
  for (std::string range : {"bytes=-1", "bytes=-5"}) {
    Reply reply = f.s3.get("/photos/empty", {{"Range", range}});
    CHECK(reply.status == 200);
    CHECK(reply.body.empty());
    CHECK_FALSE(reply.has_header("Content-Range"));
    CHECK(f.s3.head("/photos/empty", {{"Range", range}}).status == 200);
  }
}

TEST_CASE("Range: HEAD takes it, too", "[s3][ranges]") {
  Fixture f;
  Reply reply = f.s3.head("/photos/ten", {{"Range", "bytes=2-5"}});
  CHECK(reply.status == 206);
  CHECK(reply.header("Content-Range") == "bytes 2-5/10");
}

TEST_CASE("Range: the checksum is shown where all is read, or one part, and nothing else", "[s3][ranges][checksums]") {
  Fixture f;
  auto ranged = [&](const std::string& target, const std::string& range, const std::string& header) {
    Headers headers = {{"x-amz-checksum-mode", "ENABLED"}, {"Range", range}};
    Reply got = f.s3.get(target, headers), head = f.s3.head(target, headers);
    CHECK(got.status == 206);
    CHECK(got.header(header) == head.header(header));
    CHECK(got.has_header("x-amz-checksum-type") == got.has_header(header));
    return got.header(header);
  };
  const std::string kPlain = "x-amz-checksum-crc64nvme", kParted = "x-amz-checksum-crc32";
  std::string whole = f.s3.get("/photos/ten", {{"x-amz-checksum-mode", "ENABLED"}}).header(kPlain);
  for (std::string mode : {"", "foo"}) {
    CHECK(f.s3.refusal("GET", "/photos/nobody", {{"x-amz-checksum-mode", mode}}) ==
          "400 InvalidRequest: Value for x-amz-checksum-mode header is invalid.");
  }
  CHECK(f.s3.refusal("GET", "/photos/nobody?partNumber=x").starts_with("400 InvalidArgument: Part number must be an integer"));
  CHECK(ranged("/photos/ten", "bytes=0-", kPlain) == whole);
  CHECK(ranged("/photos/ten", "bytes=0-9", kPlain) == whole);
  CHECK(ranged("/photos/ten", "bytes=0-8", kPlain).empty());

  std::string upload = f.s3.begin_upload("/photos/album", {{"x-amz-checksum-algorithm", "CRC32"}});
  std::string five(5 << 20, 'a'), rest = "rest";
  auto crc32 = [](const std::string& bytes) { return base64(digest(DigestKind::crc32, bytes)); };
  std::string a = f.s3.upload_part("/photos/album", upload, 1, five, {{"x-amz-checksum-crc32", crc32(five)}});
  std::string b = f.s3.upload_part("/photos/album", upload, 2, rest, {{"x-amz-checksum-crc32", crc32(rest)}});
  auto part = [&](int number, const std::string& etag, const std::string& bytes) {
    return concat("<Part><PartNumber>", number, "</PartNumber><ETag>", etag, "</ETag><ChecksumCRC32>", crc32(bytes),
                  "</ChecksumCRC32></Part>");
  };
  REQUIRE(f.s3.post("/photos/album?uploadId=" + upload,
                    "<CompleteMultipartUpload>" + part(1, a, five) + part(2, b, rest) + "</CompleteMultipartUpload>")
              .status == 200);
  CHECK(ranged("/photos/album", "bytes=0-5242879", kParted) == crc32(five));
  CHECK(ranged("/photos/album", "bytes=-4", kParted) == crc32(rest));
  CHECK(ranged("/photos/album", "bytes=-5", kParted).empty());
  CHECK(ranged("/photos/album", "bytes=0-5242880", kParted).empty());
  CHECK(ranged("/photos/album", "bytes=1-", kParted).empty());
  CHECK(ranged("/photos/album", "bytes=0-", kParted).ends_with("-2"));
}

TEST_CASE("Range: of a large object, across pieces", "[s3][ranges]") {
  Fixture f;
  std::string body;
  for (int i = 0; body.size() < 200'000; ++i) body += std::to_string(i) + ' ';
  f.s3.put("/photos/large", body);
  CHECK(f.s3.get("/photos/large", {{"Range", "bytes=100000-100999"}}).body == body.substr(100'000, 1000));
  CHECK(f.s3.get("/photos/large", {{"Range", "bytes=-1"}}).body == body.substr(body.size() - 1));
}

TEST_CASE("partNumber: a plain object is its own first part", "[s3][ranges]") {
  Fixture f;
  Reply reply = f.s3.get("/photos/ten?partNumber=1");
  CHECK(reply.status == 206);
  CHECK(reply.header("Content-Range") == "bytes 0-9/10");
  CHECK_FALSE(reply.has_header("x-amz-mp-parts-count"));
  CHECK(f.s3.get("/photos/empty?partNumber=1").status == 200);
  CHECK(f.s3.refusal("GET", "/photos/ten?partNumber=2") == "416 InvalidPartNumber: The requested partnumber is not satisfiable");
  CHECK(element(f.s3.last, "PartNumberRequested") == "2");
  CHECK(element(f.s3.last, "ActualPartCount") == "1");
}

TEST_CASE("partNumber: 1 to 10000, and not with a range", "[s3][ranges][limits]") {
  Fixture f;
  for (std::string number : {"0", "10001", "-1", "x", ""}) {
    INFO(number);
    CHECK(f.s3.refusal("GET", "/photos/ten?partNumber=" + number) ==
          "400 InvalidArgument: Part number must be an integer between 1 and 10000, inclusive");
    CHECK(element(f.s3.last, "ArgumentValue") == number);
  }
  CHECK(f.s3.refusal("GET", "/photos/ten?partNumber=10000").starts_with("416 InvalidPartNumber"));
  CHECK(f.s3.refusal("GET", "/photos/ten?partNumber=1", {{"Range", "bytes=0-1"}}) ==
        "400 InvalidRequest: Cannot specify both Range header and partNumber query parameter");
}

TEST_CASE("partNumber: parts of a multipart object, by the numbers they were uploaded with", "[s3][ranges][multipart]") {
  Fixture f;
  std::string upload = f.s3.begin_upload("/photos/album");
  std::string five(5 << 20, 'a');
  std::string first = f.s3.upload_part("/photos/album", upload, 1, five);
  std::string second = f.s3.upload_part("/photos/album", upload, 2, "tail");
  REQUIRE(f.s3.post("/photos/album?uploadId=" + upload, parts_document({first, second})).status == 200);
  Reply reply = f.s3.get("/photos/album?partNumber=2");
  CHECK(reply.status == 206);
  CHECK(reply.body == "tail");
  CHECK(reply.header("Content-Range") == "bytes 5242880-5242883/5242884");
  CHECK(reply.header("x-amz-mp-parts-count") == "2");
  CHECK_FALSE(f.s3.get("/photos/album").has_header("x-amz-mp-parts-count"));
  CHECK(f.s3.refusal("GET", "/photos/album?partNumber=3") == "416 InvalidPartNumber: The requested partnumber is not satisfiable");
  CHECK(element(f.s3.last, "ActualPartCount") == "2");
  CHECK(f.s3.get("/photos/album", {{"Range", "bytes=5242878-5242881"}}).body == "aata");
}

TEST_CASE("If-Range: a range of what is still the same, else the whole", "[s3][ranges][conditions]") {
  Fixture f;
  Reply ten = f.s3.head("/photos/ten");
  const std::string etag = ten.header("ETag"), date = ten.header("Last-Modified");
  auto get = [&](std::string if_range, std::string range = "bytes=0-0") {
    return f.s3.get("/photos/ten", {{"Range", std::move(range)}, {"If-Range", std::move(if_range)}}).body;
  };
  CHECK(get(etag) == "0");
  CHECK(get(date) == "0");
  CHECK(get("\"other\"") == "0123456789");
  CHECK(get("W/" + etag) == "0123456789");
  CHECK(get("Mon, 23 Nov 2020 04:00:00 GMT") == "0123456789");
  CHECK(get("Mon, 23 Nov 2099 04:00:00 GMT") == "0123456789");
  CHECK(get("\"other\"", "bytes=10-") == "0123456789");
  CHECK(f.s3.head("/photos/ten", {{"Range", "bytes=0-0"}, {"If-Range", "\"other\""}}).status == 200);
}

}  // namespace cloudemu::test
