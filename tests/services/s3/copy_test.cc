#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

struct Fixture {
  Fixture() {
    s3.bucket("photos");
    s3.bucket("album");
    s3.put(
        "/photos/cat", "meow",
        {{"Content-Type", "text/plain"}, {"x-amz-meta-mood", "sleepy"}, {"x-amz-tagging", "k=v"}, {"x-amz-storage-class", "STANDARD_IA"}});
  }
  Reply copy(std::string source, std::string target = "/album/copy", Headers more = {}) {
    more.emplace_back("x-amz-copy-source", std::move(source));
    return s3.put(std::move(target), {}, std::move(more));
  }
  std::string refused(std::string source, std::string target = "/album/copy", Headers more = {}) {
    more.emplace_back("x-amz-copy-source", std::move(source));
    return s3.refusal("PUT", std::move(target), std::move(more));
  }
  S3 s3;
};

constexpr auto kNoChange =
    "400 InvalidRequest: This copy request is illegal because it is trying to copy an object to itself without changing the "
    "object's metadata, storage class, website redirect location or encryption attributes.";

}  // namespace

TEST_CASE("CopyObject: body, headers, metadata, tags and checksum come along; the storage class does not", "[s3][copy]") {
  Fixture f;
  Reply reply = f.copy("/photos/cat");
  CHECK(reply.status == 200);
  CHECK(element(reply, "ETag") == "\"4a4be40c96ac6314e91d93f38043a634\"");
  CHECK(element(reply, "LastModified") == "2026-11-23T04:00:00.000Z");
  CHECK(element(reply, "ChecksumType") == "FULL_OBJECT");
  CHECK(element(reply, "ChecksumCRC64NVME") == base64(digest(DigestKind::crc64nvme, "meow")));
  CHECK(reply.header("x-amz-server-side-encryption") == "AES256");
  Reply copy = f.s3.get("/album/copy");
  CHECK(copy.body == "meow");
  CHECK(copy.header("Content-Type") == "text/plain");
  CHECK(copy.header("x-amz-meta-mood") == "sleepy");
  CHECK(copy.header("x-amz-tagging-count") == "1");
  CHECK_FALSE(copy.has_header("x-amz-storage-class"));
}

TEST_CASE("CopyObject, UploadPartCopy: a body is an upload by mistake", "[s3][copy]") {
  Fixture f;
  std::string upload = f.s3.begin_upload("/album/dog");
  for (std::string target : {std::string("/album/copy"), "/album/dog?partNumber=1&uploadId=" + upload}) {
    CHECK(f.s3.refusal("PUT", target, {{"x-amz-copy-source", "/photos/cat"}}, "woof") ==
          "400 InvalidRequest: The request included a body. Requests of this type must not include a non-empty body.");
    Headers chunked = {{"x-amz-copy-source", "/photos/cat"}, {"x-amz-decoded-content-length", "0"}};
    CHECK(f.s3.put(target, "0\r\n\r\n", chunked).status == 200);
  }
}

TEST_CASE("CopyObject: REPLACE takes the request's metadata, all of it", "[s3][copy]") {
  Fixture f;
  f.copy("/photos/cat", "/album/copy", {{"x-amz-metadata-directive", "REPLACE"}, {"x-amz-meta-new", "1"}});
  Reply copy = f.s3.get("/album/copy");
  CHECK_FALSE(copy.has_header("x-amz-meta-mood"));
  CHECK(copy.header("x-amz-meta-new") == "1");
  CHECK(copy.header("Content-Type") == "binary/octet-stream");
  CHECK(copy.header("x-amz-tagging-count") == "1");
  f.copy("/photos/cat", "/album/copy", {{"x-amz-meta-ignored", "1"}});
  CHECK_FALSE(f.s3.get("/album/copy").has_header("x-amz-meta-ignored"));
}

TEST_CASE("CopyObject: tags by their own directive", "[s3][copy][tagging]") {
  Fixture f;
  f.copy("/photos/cat", "/album/copy", {{"x-amz-tagging-directive", "REPLACE"}, {"x-amz-tagging", "a=1&b=2"}});
  CHECK(elements(f.s3.get("/album/copy?tagging"), "TagSet/Tag/Key") == "a b");
  f.copy("/photos/cat", "/album/copy", {{"x-amz-tagging-directive", "REPLACE"}});
  CHECK(elements(f.s3.get("/album/copy?tagging"), "TagSet/Tag/Key") == "");
  CHECK(f.refused("/photos/cat", "/album/copy", {{"x-amz-tagging-directive", "MAYBE"}}) ==
        "400 InvalidArgument: Unknown tagging directive.");
  CHECK(f.refused("/photos/cat", "/album/copy", {{"x-amz-metadata-directive", "copy"}}) ==
        "400 InvalidArgument: Unknown metadata directive.");
}

TEST_CASE("CopyObject: onto itself only to change something", "[s3][copy]") {
  Fixture f;
  CHECK(f.refused("/photos/cat", "/photos/cat") == kNoChange);
  CHECK(f.refused("/photos/cat", "/photos/cat", {{"x-amz-meta-a", "1"}}) == kNoChange);
  CHECK(f.copy("/photos/cat", "/photos/cat", {{"x-amz-metadata-directive", "REPLACE"}}).status == 200);
  CHECK(f.copy("/photos/cat", "/photos/cat", {{"x-amz-storage-class", "STANDARD"}}).status == 200);
  CHECK(f.copy("/photos/cat", "/photos/cat", {{"x-amz-server-side-encryption", "AES256"}}).status == 200);
  CHECK(f.copy("/photos/cat", "/photos/cat", {{"x-amz-website-redirect-location", "/dog"}}).status == 200);
  CHECK(f.copy("/photos/cat", "/photos/cat", {{"x-amz-checksum-algorithm", "SHA256"}}).status == 200);
}

TEST_CASE("CopyObject: the source, in all its spellings", "[s3][copy]") {
  Fixture f;
  f.s3.put("/photos/a%20b%2Bc%3Fd", "odd");
  for (std::string source :
       {"photos/a%20b%2Bc%3Fd", "/photos/a%20b%2Bc%3Fd", "photos%2Fa+b%2Bc%3Fd", "/photos/a b%2Bc?d", "photos/a+b%2bc%3fd"}) {
    INFO(source);
    CHECK(f.copy(source).status == 200);
    CHECK(f.s3.get("/album/copy").body == "odd");
  }
}

TEST_CASE("CopyObject: sources that are none", "[s3][copy]") {
  Fixture f;
  CHECK(f.refused("photos") == "400 InvalidArgument: Invalid copy source object key");
  CHECK(element(f.s3.last, "ArgumentName") == "x-amz-copy-source");
  CHECK(f.refused("photos/") == "400 InvalidArgument: Invalid copy source object key");
  for (std::string source : {"/", "my-buc@k&()t/cat", "2001:0db8::7334/cat", "ph/cat"}) {
    INFO(source);
    CHECK(f.refused(source) == "400 InvalidArgument: Invalid copy source bucket name");
  }
  for (std::string source : {"photos/%FF", "photos/100%", "photos/%4", "photos/%zz", "photos/%%41", "photos/cat?versionId=%"}) {
    INFO(source);
    CHECK(f.refused(source) == "400 InvalidArgument: Invalid copy source encoding");
    CHECK(element(f.s3.last, "ArgumentName") == "x-amz-copy-source");
  }
  CHECK(f.refused("photos/a+b") == "404 NoSuchKey: The specified key does not exist.");
  CHECK(element(f.s3.last, "Key") == "a b");
  CHECK(f.refused("photos/dog") == "404 NoSuchKey: The specified key does not exist.");
  CHECK(element(f.s3.last, "Key") == "dog");
  CHECK(f.refused("nobody/cat") == "404 NoSuchBucket: The specified bucket does not exist");
  CHECK(element(f.s3.last, "BucketName") == "nobody");
  CHECK(f.refused("photos/cat", "/missing/copy") == "404 NoSuchBucket: The specified bucket does not exist");
}

TEST_CASE("CopyObject: a version of the source", "[s3][copy][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  std::string first = f.s3.put("/photos/cat", "one").header("x-amz-version-id");
  f.s3.put("/photos/cat", "two");
  Reply reply = f.copy("photos/cat?versionId=" + first);
  CHECK(reply.header("x-amz-copy-source-version-id") == first);
  CHECK_FALSE(reply.has_header("x-amz-version-id"));
  CHECK(f.s3.get("/album/copy").body == "one");
  CHECK(f.copy("photos/cat?versionId=" + first, "/photos/cat").status == 200);  // restores it: another version is another object
  CHECK(f.s3.get("/photos/cat").body == "one");
  CHECK(f.refused("photos/cat?versionId=" + std::string(32, 'x')) == "404 NoSuchVersion: The specified version does not exist.");
  std::string marker = f.s3.remove("/photos/cat").header("x-amz-version-id");
  CHECK(f.refused("photos/cat") == "404 NoSuchKey: The specified key does not exist.");
  CHECK(f.s3.last.header("x-amz-delete-marker") == "true");
  CHECK(f.s3.last.header("x-amz-version-id") == marker);
  CHECK(f.refused("photos/cat?versionId=nonsense") == "400 InvalidRequest: Invalid Request");
  CHECK(f.refused("photos/cat?versionId=") == "400 InvalidArgument: Version id cannot be the empty string");
  CHECK(element(f.s3.last, "ArgumentName") == "x-amz-copy-source");
  CHECK(f.refused("photos/cat?versionId=" + marker) ==
        "400 InvalidRequest: The source of a copy request may not specifically refer to a delete marker by version id.");
}

TEST_CASE("CopyObject: tells the version of a source that was named by one, or has an id", "[s3][copy][versions]") {
  Fixture f;
  constexpr auto kHeader = "x-amz-copy-source-version-id";
  CHECK_FALSE(f.copy("photos/cat").has_header(kHeader));
  CHECK(f.copy("photos/cat?versionId=null").header(kHeader) == "null");
  f.s3.set_versioning("photos", "Suspended");
  CHECK_FALSE(f.copy("photos/cat").has_header(kHeader));
  CHECK(f.copy("photos/cat?versionId=null").header(kHeader) == "null");
  f.s3.set_versioning("photos", "Enabled");
  std::string version = f.s3.put("/photos/cat", "one").header("x-amz-version-id");
  f.s3.set_versioning("photos", "Suspended");
  CHECK(f.copy("photos/cat").header(kHeader) == version);
}

TEST_CASE("CopyObject: what lies in the archive cannot be copied", "[s3][copy]") {
  Fixture f;
  f.s3.put("/photos/cold", "brr", {{"x-amz-storage-class", "GLACIER"}});
  CHECK(f.refused("photos/cold").starts_with("403 InvalidObjectState"));
}

TEST_CASE("CopyObject: a large body is shared, not copied", "[s3][copy]") {
  Fixture f;
  std::string body(1'000'000, 'x');
  f.s3.put("/photos/large", body);
  auto source = std::get<s3::ObjectPut>(f.s3.world.events()[0]);
  f.copy("photos/large");
  auto copy = std::get<s3::ObjectPut>(f.s3.world.events()[0]);
  CHECK(copy.content == source.content);
  CHECK(copy.etag == source.etag);
  f.s3.remove("/photos/large");
  CHECK(f.s3.get("/album/copy").body == body);
}

TEST_CASE("CopyObject: a multipart object becomes a plain one, with an MD5 for ETag", "[s3][copy][multipart]") {
  Fixture f;
  std::string five(5 << 20, 'a');
  std::string upload = f.s3.begin_upload("/photos/album");
  std::string first = f.s3.upload_part("/photos/album", upload, 1, five);
  std::string second = f.s3.upload_part("/photos/album", upload, 2, "tail");
  f.s3.post("/photos/album?uploadId=" + upload, parts_document({first, second}));
  Reply reply = f.copy("photos/album");
  CHECK(element(reply, "ETag") == concat('"', hex(md5(five + "tail")), '"'));
  CHECK(f.s3.get("/album/copy").body == five + "tail");
  CHECK(f.s3.get("/album/copy", {{"Range", "bytes=5242878-"}}).body == "aatail");
}

TEST_CASE("CopyObject: another checksum on request", "[s3][copy][checksums]") {
  Fixture f;
  Reply reply = f.copy("photos/cat", "/album/copy", {{"x-amz-checksum-algorithm", "SHA256"}});
  CHECK(element(reply, "ChecksumSHA256") == base64(sha256("meow")));
  CHECK(element(reply, "ChecksumCRC64NVME") == "-");
  CHECK(f.s3.get("/album/copy", {{"x-amz-checksum-mode", "ENABLED"}}).header("x-amz-checksum-sha256") == base64(sha256("meow")));
  f.s3.put("/photos/sha", "meow", {{"x-amz-checksum-sha1", base64(digest(DigestKind::sha1, "meow"))}});
  CHECK(element(f.copy("photos/sha"), "ChecksumSHA1") == base64(digest(DigestKind::sha1, "meow")));
}

TEST_CASE("CopyObject: the header has no business on other requests", "[s3][copy]") {
  Fixture f;
  CHECK(f.s3.refusal("GET", "/photos/cat", {{"x-amz-copy-source", "photos/cat"}}) ==
        "400 InvalidArgument: You can only specify a copy source header for copy requests.");
}

TEST_CASE("UploadPartCopy: the whole source, or a range of it", "[s3][copy][multipart]") {
  Fixture f;
  f.s3.put("/photos/ten", "0123456789");
  std::string upload = f.s3.begin_upload("/album/copy");
  auto target = [&](int number) { return concat("/album/copy?partNumber=", number, "&uploadId=", upload); };
  Reply whole = f.copy("photos/ten", target(1));
  CHECK(whole.status == 200);
  CHECK(element(whole, "ETag") == concat('"', hex(md5("0123456789")), '"'));
  CHECK(whole.header("x-amz-server-side-encryption") == "AES256");
  Reply part = f.copy("photos/ten", target(1), {{"x-amz-copy-source-range", "bytes=3-5"}});
  CHECK(element(part, "ETag") == concat('"', hex(md5("345")), '"'));
  CHECK(f.s3.post("/album/copy?uploadId=" + upload, parts_document({element(part, "ETag")})).status == 200);
  CHECK(f.s3.get("/album/copy").body == "345");
}

TEST_CASE("UploadPartCopy: ranges are stricter than elsewhere", "[s3][copy][multipart][limits]") {
  Fixture f;
  f.s3.put("/photos/ten", "0123456789");
  std::string target = "/album/copy?partNumber=1&uploadId=" + f.s3.begin_upload("/album/copy");
  auto refused = [&](std::string range) { return f.refused("photos/ten", target, {{"x-amz-copy-source-range", range}}); };
  for (std::string range : {"bytes=0-", "bytes=-5", "0-2", "bytes=5-2", "bytes=a-b", "bytes=0-1,3-4", "bytes=0"}) {
    INFO(range);
    CHECK(refused(range) ==
          "400 InvalidArgument: The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are "
          "the zero-based offsets of the first and last bytes to copy");
  }
  CHECK(refused("bytes=0-10") == "400 InvalidArgument: Range specified is not valid for source object of size: 10");
  CHECK(refused("bytes=10-11") == "400 InvalidRequest: The specified copy range is invalid for the source object size");
  CHECK(f.copy("photos/ten", target, {{"x-amz-copy-source-range", "bytes=0-9"}}).status == 200);
}

}  // namespace cloudemu::test
