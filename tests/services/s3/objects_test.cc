#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr auto kNoSuchKey = "404 NoSuchKey: The specified key does not exist.";

S3& with_bucket(S3& s3) {
  s3.bucket("photos");
  return s3;
}

}  // namespace

TEST_CASE("PutObject: the event holds all that later replies say", "[s3][objects]") {
  S3 s3;
  with_bucket(s3);
  Reply reply = s3.put("/photos/cat.txt", "meow", {{"Content-Type", "text/plain"}, {"x-amz-meta-Mood", "sleepy"}});
  CHECK(reply.status == 200);
  CHECK(reply.header("ETag") == "\"4a4be40c96ac6314e91d93f38043a634\"");
  CHECK(reply.header("x-amz-server-side-encryption") == "AES256");
  CHECK(reply.header("x-amz-checksum-type") == "FULL_OBJECT");
  CHECK_FALSE(reply.has_header("x-amz-version-id"));
  s3::ObjectPut expected{.bucket = "photos",
                         .key = "cat.txt",
                         .version = "null",
                         .size = 4,
                         .etag = hex(md5("meow")),
                         .modified_at = s3.world.clock().now(),
                         .checksum = {"CRC64NVME", "FULL_OBJECT", base64(digest(DigestKind::crc64nvme, "meow"))},
                         .attributes = {.headers = {{"content-type", "text/plain"}}, .metadata = {{"mood", "sleepy"}}},
                         .content = {s3::Piece{.size = 4, .bytes = {"meow"}}}};
  CHECK(s3.world.events() == std::vector<Event>{expected});
}

TEST_CASE("GetObject: headers of a plain object", "[s3][objects]") {
  S3 s3;
  with_bucket(s3).put("/photos/cat", "meow");
  Reply reply = s3.get("/photos/cat");
  CHECK(reply.status == 200);
  CHECK(reply.body == "meow");
  CHECK(reply.header("ETag") == "\"4a4be40c96ac6314e91d93f38043a634\"");
  CHECK(reply.header("Last-Modified") == "Mon, 23 Nov 2026 04:00:00 GMT");
  CHECK(reply.header("Content-Type") == "binary/octet-stream");
  CHECK(reply.header("Accept-Ranges") == "bytes");
  CHECK(reply.header("x-amz-server-side-encryption") == "AES256");
  for (std::string absent : {"x-amz-storage-class", "x-amz-tagging-count", "x-amz-version-id", "x-amz-checksum-crc64nvme",
                             "x-amz-checksum-type", "x-amz-mp-parts-count", "Content-Range"}) {
    INFO(absent);
    CHECK_FALSE(reply.has_header(absent));
  }
}

TEST_CASE("HeadObject: says what GetObject says, without the body", "[s3][objects]") {
  S3 s3;
  with_bucket(s3).put("/photos/cat", "meow", {{"Cache-Control", "no-store"}});
  auto told = [](const Reply& reply) {
    Headers kept;
    for (const auto& header : reply.headers) {
      if (!header.first.starts_with("x-amz-id") && !header.first.starts_with("x-amz-request")) kept.push_back(header);
    }
    return kept;
  };
  Reply got = s3.get("/photos/cat"), head = s3.head("/photos/cat");
  CHECK(told(got) == told(head));
  CHECK(head.body.empty());
  CHECK(s3.head("/photos/dog").status == 404);
}

TEST_CASE("GetObject: a key without an object", "[s3][objects]") {
  S3 s3;
  with_bucket(s3);
  CHECK(s3.refusal("GET", "/photos/dog") == kNoSuchKey);
  CHECK(element(s3.last, "Key") == "dog");
}

TEST_CASE("PutObject: overwriting replaces body, headers, metadata and tags", "[s3][objects]") {
  S3 s3;
  with_bucket(s3);
  s3.put("/photos/cat", "meow", {{"x-amz-meta-a", "1"}, {"x-amz-tagging", "k=v"}, {"Content-Type", "text/plain"}});
  s3.put("/photos/cat", "purr purr", {{"x-amz-meta-b", "2"}});
  Reply reply = s3.get("/photos/cat");
  CHECK(reply.body == "purr purr");
  CHECK_FALSE(reply.has_header("x-amz-meta-a"));
  CHECK(reply.header("x-amz-meta-b") == "2");
  CHECK(reply.header("Content-Type") == "binary/octet-stream");
  CHECK_FALSE(reply.has_header("x-amz-tagging-count"));
  CHECK(element(s3.get("/photos"), "Contents/Size") == "9");
}

TEST_CASE("PutObject: headers that describe the body come back as they went", "[s3][objects]") {
  S3 s3;
  with_bucket(s3);
  Headers headers = {{"Cache-Control", "max-age=60"},
                     {"Content-Disposition", "attachment; filename=\"a b.txt\""},
                     {"Content-Language", "de"},
                     {"Content-Encoding", "gzip"},
                     {"Content-Type", "text/plain; charset=x"},
                     {"Expires", "not a date"},
                     {"x-amz-website-redirect-location", "/dog"}};
  s3.put("/photos/cat", "meow", headers);
  Reply reply = s3.get("/photos/cat");
  for (const auto& [name, value] : headers) CHECK(reply.header(name) == value);
}

TEST_CASE("PutObject: aws-chunked is the request's coding, not the object's", "[s3][objects]") {
  S3 s3;
  with_bucket(s3);
  s3.put("/photos/a", "x", {{"Content-Encoding", "aws-chunked"}});
  CHECK_FALSE(s3.get("/photos/a").has_header("Content-Encoding"));
  s3.put("/photos/b", "x", {{"Content-Encoding", "aws-chunked, gzip"}});
  CHECK(s3.get("/photos/b").header("Content-Encoding") == "gzip");
}

TEST_CASE("Metadata: names in lower case, empty values kept, other scripts as RFC 2047", "[s3][objects]") {
  S3 s3;
  with_bucket(s3);
  s3.put("/photos/cat", "meow", {{"x-amz-meta-UPPER", "Value"}, {"x-amz-meta-empty", ""}, {"x-amz-meta-name", "=?UTF-8?B?S8OkdHpjaGVu?="}});
  CHECK(std::get<s3::ObjectPut>(s3.world.events()[0]).attributes.metadata ==
        s3::StringMap{{"upper", "Value"}, {"empty", ""}, {"name", "K\xC3\xA4tzchen"}});
  Reply reply = s3.get("/photos/cat");
  CHECK(reply.header("x-amz-meta-upper") == "Value");
  CHECK(reply.has_header("x-amz-meta-empty"));
  CHECK(reply.header("x-amz-meta-name").starts_with("=?UTF-8?"));
}

TEST_CASE("Metadata: 2048 bytes of names and values, not one more", "[s3][objects][limits]") {
  S3 s3;
  with_bucket(s3);
  CHECK(s3.put("/photos/cat", "meow", {{"x-amz-meta-a", std::string(2047, 'v')}}).status == 200);
  CHECK(s3.refusal("PUT", "/photos/cat", {{"x-amz-meta-a", std::string(2048, 'v')}}, "meow") ==
        "400 MetadataTooLarge: Your metadata headers exceed the maximum allowed metadata size");
  CHECK(element(s3.last, "Size") == "2049");
  CHECK(element(s3.last, "MaxSizeAllowed") == "2048");
}

TEST_CASE("Metadata: what S3 gives a meaning to is counted by itself", "[s3][objects][limits]") {
  S3 s3;
  with_bucket(s3);
  const std::pair<std::string, std::string> own{"x-amz-meta-a", std::string(2047, 'v')};
  const std::pair<std::string, std::string> longest{"x-amz-website-redirect-location", "/" + std::string(2016, 'r')};
  CHECK(s3.put("/photos/cat", "meow", {own, longest, {"Content-Type", "text/plain"}}).status == 200);
  CHECK(s3.refusal("PUT", "/photos/cat", {longest, {"Cache-Control", "x"}}, "meow") ==
        "400 MetadataTooLarge: Your metadata headers exceed the maximum allowed metadata size");
  CHECK(element(s3.last, "Size") == "2062");
  CHECK(s3.refusal("PUT", "/photos/cat", {{longest.first, longest.second + "r"}}, "meow").starts_with("400 MetadataTooLarge"));
}

TEST_CASE("Keys: 1024 bytes, not one more", "[s3][objects][limits]") {
  S3 s3;
  with_bucket(s3);
  CHECK(s3.put("/photos/" + std::string(1024, 'k'), "x").status == 200);
  CHECK(s3.refusal("PUT", "/photos/" + std::string(1025, 'k'), {}, "x") == "400 KeyTooLongError: Your key is too long");
  CHECK(element(s3.last, "Size") == "1025");
  CHECK(element(s3.last, "MaxSizeAllowed") == "1024");
  std::string umlauts;
  for (int i = 0; i < 512; ++i) umlauts += "%C3%A4";
  CHECK(s3.put("/photos/" + umlauts, "x").status == 200);
  CHECK(s3.refusal("PUT", "/photos/" + umlauts + "x", {}, "x") == "400 KeyTooLongError: Your key is too long");
}

TEST_CASE("Keys: are bytes, and no path is made of them", "[s3][objects]") {
  S3 s3;
  with_bucket(s3);
  std::vector<std::pair<std::string, std::string>> keys = {{"/photos//", "/"},
                                                           {"/photos//a//b", "/a//b"},
                                                           {"/photos/a/..", "a/.."},
                                                           {"/photos/a/../b", "a/../b"},
                                                           {"/photos/a%2Fb", "a/b"},
                                                           {"/photos/a%252Fb", "a%2Fb"},
                                                           {"/photos/a+b", "a+b"},
                                                           {"/photos/a%20b", "a b"},
                                                           {"/photos/a%3Fb", "a?b"},
                                                           {"/photos/%F0%9F%90%B1", "\xF0\x9F\x90\xB1"},
                                                           {"/photos/dir/", "dir/"},
                                                           {"/photos/a&b", "a&b"},
                                                           {"/photos/%01%7F", "\x01\x7F"},
                                                           {"/photos/100%", "100%"}};
  for (const auto& [target, key] : keys) {
    INFO(target);
    REQUIRE(s3.put(target, key).status == 200);
    CHECK(std::get<s3::ObjectPut>(s3.world.events()[0]).key == key);
    CHECK(s3.get(target).body == key);
  }
  CHECK(s3.refusal("PUT", "/photos/%FF", {}, "x") == "400 InvalidURI: Couldn't parse the specified URI.");
}

TEST_CASE("PutObject: storage classes", "[s3][objects]") {
  S3 s3;
  with_bucket(s3).put("/photos/cat", "meow", {{"x-amz-storage-class", "STANDARD_IA"}});
  CHECK(s3.get("/photos/cat").header("x-amz-storage-class") == "STANDARD_IA");
  CHECK(element(s3.get("/photos"), "Contents/StorageClass") == "STANDARD_IA");
  s3.put("/photos/cat", "meow", {{"x-amz-storage-class", "STANDARD"}});
  CHECK_FALSE(s3.get("/photos/cat").has_header("x-amz-storage-class"));
  CHECK(s3.refusal("PUT", "/photos/cat", {{"x-amz-storage-class", "GOLD"}}, "meow") ==
        "400 InvalidStorageClass: The storage class you specified is not valid");
  CHECK(element(s3.last, "StorageClassRequested") == "GOLD");
}

TEST_CASE("GetObject: what lies in the archive must be restored first", "[s3][objects]") {
  S3 s3;
  with_bucket(s3).put("/photos/cat", "meow", {{"x-amz-storage-class", "GLACIER"}});
  CHECK(s3.refusal("GET", "/photos/cat") == "403 InvalidObjectState: The operation is not valid for the object's storage class");
  CHECK(element(s3.last, "StorageClass") == "GLACIER");
  CHECK(s3.head("/photos/cat").status == 200);
}

TEST_CASE("PutObject: website redirects go somewhere", "[s3][objects]") {
  S3 s3;
  with_bucket(s3);
  CHECK(s3.refusal("PUT", "/photos/cat", {{"x-amz-website-redirect-location", "dog"}}, "meow") ==
        "400 InvalidRedirectLocation: The website redirect location must have a prefix of 'http://' or 'https://' or '/'.");
}

TEST_CASE("PutObject: headers that ask for what the bucket does not have are refused", "[s3][objects][headers]") {
  S3 s3;
  with_bucket(s3);
  auto refused = [&](Headers headers) { return s3.refusal("PUT", "/photos/cat", std::move(headers), "meow"); };
  constexpr auto kNotBuilt = "501 NotImplemented: A header you provided implies functionality that is not implemented";
  CHECK(refused({{"x-amz-acl", "public-read"}}) == "400 AccessControlListNotSupported: The bucket does not allow ACLs");
  CHECK(refused({{"x-amz-grant-read", concat("id=\"", std::string(64, 'a'), "\"")}}) ==
        "400 AccessControlListNotSupported: The bucket does not allow ACLs");
  CHECK(refused({{"x-amz-acl", "nonsense"}}) == "400 InvalidArgument: ");
  CHECK(refused({{"x-amz-acl", "private"}, {"x-amz-grant-read", "id=\"a\""}}) ==
        "400 InvalidRequest: Specifying both Canned ACLs and Header Grants is not allowed");
  CHECK(refused({{"x-amz-object-lock-legal-hold", "ON"}}) == "400 InvalidRequest: Bucket is missing ObjectLockConfiguration");
  for (std::string header : {"x-amz-rename-source", "x-amz-write-offset-bytes"}) {
    CHECK(refused({{header, "1"}}) == kNotBuilt);
    CHECK(element(s3.last, "Header") == header);
  }
  CHECK(refused({{"x-amz-server-side-encryption", "ROT13"}}) ==
        "400 InvalidEncryptionAlgorithmError: The Encryption request you specified is not valid. Supported value: AES256.");
}

TEST_CASE("PutObject: headers that ask for what the bucket does anyway are taken", "[s3][objects][headers]") {
  S3 s3;
  with_bucket(s3);
  CHECK(s3.put("/photos/cat", "meow", {{"x-amz-server-side-encryption", "AES256"}, {"x-amz-acl", "bucket-owner-full-control"}}).status ==
        200);
  const std::string owner = element(s3.get("/photos"), "Contents/Owner/ID");
  CHECK(s3.put("/photos/cat", "meow", {{"x-amz-grant-full-control", concat("id=\"", owner, "\"")}}).status == 200);
  CHECK(s3.put("/photos/cat", "meow", {{"x-amz-acl", "private"}}).status == 200);
  CHECK(s3.put("/photos/copy", {}, {{"x-amz-copy-source", "/photos/cat"}, {"x-amz-acl", "private"}}).status == 200);
  CHECK(s3.post("/photos/large?uploads", {}, {{"x-amz-acl", "private"}}).status == 200);
}

TEST_CASE("GetObject: encryption headers have no business on reads", "[s3][objects][headers]") {
  S3 s3;
  with_bucket(s3).put("/photos/cat", "meow");
  CHECK(s3.refusal("GET", "/photos/cat", {{"x-amz-server-side-encryption", "AES256"}}) ==
        "400 InvalidArgument: x-amz-server-side-encryption header is not supported for this operation.");
}

TEST_CASE("GetObject: response-* parameters take the place of headers", "[s3][objects]") {
  S3 s3;
  with_bucket(s3).put("/photos/cat", "meow", {{"Content-Type", "text/plain"}});
  std::string overrides =
      "?response-content-type=image/png&response-cache-control=no-cache&response-content-disposition=attachment%3B%20filename%3Dx"
      "&response-content-encoding=br&response-content-language=fr&response-expires=never";
  for (std::string method : {"GET", "HEAD"}) {
    Reply reply = s3.call(method, "/photos/cat" + overrides, {as("000000000000")});
    CHECK(reply.status == 200);
    CHECK(reply.header("Content-Type") == "image/png");
    CHECK(reply.header("Cache-Control") == "no-cache");
    CHECK(reply.header("Content-Disposition") == "attachment; filename=x");
    CHECK(reply.header("Content-Encoding") == "br");
    CHECK(reply.header("Content-Language") == "fr");
    CHECK(reply.header("Expires") == "never");
  }
  CHECK(s3.refusal("GET", "/photos/cat" + overrides) ==
        "400 InvalidRequest: Request specific response headers cannot be used for anonymous GET requests.");
  CHECK(s3.refusal("GET", "/photos/cat?response-content-type=%E4%BD%A0", {as("000000000000")}) ==
        "400 InvalidArgument: Header value cannot be represented using ISO-8859-1.");
  CHECK(s3.get("/photos/cat?response-content-disposition=%C3%A4", {as("000000000000")}).header("Content-Disposition") == "\xE4");
}

TEST_CASE("DeleteObject: 204, whether there was something or not", "[s3][objects]") {
  S3 s3;
  with_bucket(s3).put("/photos/cat", "meow");
  CHECK(s3.remove("/photos/cat").status == 204);
  CHECK(s3.world.events() == std::vector<Event>{s3::VersionDeleted{.bucket = "photos", .key = "cat", .version = "null"}});
  CHECK_FALSE(s3.last.has_header("x-amz-delete-marker"));
  CHECK(s3.remove("/photos/cat").status == 204);
  CHECK(s3.world.events().empty());
  CHECK(s3.refusal("GET", "/photos/cat") == kNoSuchKey);
}

TEST_CASE("PutObject: bodies at the border between event and blob store", "[s3][objects][limits]") {
  S3 s3;
  with_bucket(s3);
  for (size_t size : {size_t{0}, size_t{1}, kInlineBodyBytesMax, kInlineBodyBytesMax + 1, size_t{600'000}}) {
    INFO(size);
    std::string body(size, 'x');
    s3.put("/photos/cat", body);
    const auto& content = std::get<s3::ObjectPut>(s3.world.events()[0]).content;
    CHECK(content.size() == (size > 0 ? 1 : 0));
    if (size > 0) CHECK(content[0].blob.empty() == (size <= kInlineBodyBytesMax));
    Reply reply = s3.get("/photos/cat");
    CHECK(reply.body == body);
    CHECK(reply.header("ETag") == concat('"', hex(md5(body)), '"'));
  }
}

TEST_CASE("PutObject: 5 GiB at most, told before a byte is read", "[s3][objects][limits]") {
  S3 s3;
  with_bucket(s3);
  auto announced = [&](std::string_view size) {
    return s3.refusal("PUT", "/photos/cat",
                      {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                       {"x-amz-decoded-content-length", std::string(size)},
                       {"x-amz-trailer", "x-amz-checksum-crc32"}},
                      "0\r\n\r\n");
  };
  CHECK(announced("5368709121") == "400 EntityTooLarge: Your proposed upload exceeds the maximum allowed size");
  CHECK(element(s3.last, "ProposedSize") == "5368709121");
  CHECK(element(s3.last, "MaxSizeAllowed") == "5368709120");
  CHECK_FALSE(announced("5368709120").starts_with("400 EntityTooLarge"));
}

TEST_CASE("PutObject: a chunk that is too small is named by its size and by the one that followed", "[s3][objects][chunked]") {
  S3 s3;
  with_bucket(s3);
  auto refused = s3.refusal("PUT", "/photos/cat",
                            {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                             {"x-amz-decoded-content-length", "5"},
                             {"x-amz-trailer", "x-amz-checksum-crc32"}},
                            "3\r\nmeo\r\n2\r\nww\r\n0\r\n\r\n");
  CHECK(refused == "403 InvalidChunkSizeError: Only the last chunk is allowed to have a size less than 8192 bytes");
  CHECK(element(s3.last, "Chunk") == "2");
  CHECK(element(s3.last, "BadChunkSize") == "3");
}

TEST_CASE("DeleteObject: object lock's bypass means nothing here", "[s3][objects][headers]") {
  S3 s3;
  with_bucket(s3).put("/photos/cat", "meow");
  CHECK(s3.refusal("DELETE", "/photos/cat", {{"x-amz-bypass-governance-retention", "true"}}) ==
        "400 InvalidArgument: x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.");
}

TEST_CASE("Objects: virtual-host style is the same bucket", "[s3][objects]") {
  S3 s3;
  with_bucket(s3).put("/photos/cat", "meow");
  for (std::string host : {"photos.s3.localhost.localstack.cloud:4566", "photos.s3.us-east-1.amazonaws.com", "photos.localhost",
                           "photos.s3.localhost:4566", "photos.s3.eu-west-1.localhost.localstack.cloud:4566"}) {
    INFO(host);
    CHECK(s3.get("/cat", {{"Host", host}}).body == "meow");
    CHECK(element(s3.get("/", {{"Host", host}}), "Name") == "photos");
  }
  s3.bucket("my.photos");
  s3.put("/my.photos/cat", "purr");
  CHECK(s3.get("/cat", {{"Host", "my.photos.s3.localhost:4566"}}).body == "purr");
}

}  // namespace cloudemu::test
