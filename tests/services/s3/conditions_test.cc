#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr auto kFailed = "412 PreconditionFailed: At least one of the pre-conditions you specified did not hold";
constexpr auto kNotBuilt = "501 NotImplemented: A header you provided implies functionality that is not implemented";
constexpr auto kNoSuchKey = "404 NoSuchKey: The specified key does not exist.";
const std::string kEtag = "\"4a4be40c96ac6314e91d93f38043a634\"";
const std::string kOther = "\"00000000000000000000000000000000\"";
// The object was put at 04:00:00.
const std::string kBefore = "Mon, 23 Nov 2026 03:59:59 GMT";
const std::string kSame = "Mon, 23 Nov 2026 04:00:00 GMT";
const std::string kFuture = "Mon, 23 Nov 2026 05:00:00 GMT";

struct Fixture {
  Fixture() {
    s3.bucket("photos");
    s3.put("/photos/cat", "meow");
    s3.world.advance(10'000);
  }
  int get(Headers headers) { return s3.get("/photos/cat", std::move(headers)).status; }
  std::string failed_condition(Headers headers) {
    CHECK(s3.refusal("GET", "/photos/cat", std::move(headers)) == kFailed);
    return element(s3.last, "Condition");
  }
  S3 s3;
};

}  // namespace

TEST_CASE("Reads: If-Match", "[s3][conditions]") {
  Fixture f;
  CHECK(f.get({{"If-Match", kEtag}}) == 200);
  CHECK(f.get({{"If-Match", "4a4be40c96ac6314e91d93f38043a634"}}) == 200);
  CHECK(f.get({{"If-Match", "*"}}) == 200);
  CHECK(f.get({{"If-Match", kOther + ", " + kEtag}}) == 200);
  CHECK(f.failed_condition({{"If-Match", kOther}}) == "If-Match");
  CHECK(f.s3.head("/photos/cat", {{"If-Match", kOther}}).status == 412);
}

TEST_CASE("Reads: what the client has is not sent again", "[s3][conditions]") {
  Fixture f;
  for (Headers headers : {Headers{{"If-None-Match", kEtag}}, Headers{{"If-Modified-Since", kSame}}}) {
    Reply reply = f.s3.get("/photos/cat", headers);
    CHECK(reply.status == 304);
    CHECK(reply.body.empty());
    CHECK(reply.header("ETag") == kEtag);
    CHECK(reply.header("Last-Modified") == kSame);
    CHECK(f.s3.head("/photos/cat", headers).status == 304);
  }
  CHECK(f.get({{"If-None-Match", kOther}}) == 200);
  CHECK(f.get({{"If-Modified-Since", kBefore}}) == 200);
}

TEST_CASE("Reads: dates in the future and dates that are none are ignored", "[s3][conditions]") {
  Fixture f;
  CHECK(f.get({{"If-Modified-Since", kFuture}}) == 200);
  CHECK(f.get({{"If-Modified-Since", "yesterday"}}) == 200);
  CHECK(f.get({{"If-Unmodified-Since", "yesterday"}}) == 200);
}

TEST_CASE("Reads: If-Unmodified-Since", "[s3][conditions]") {
  Fixture f;
  CHECK(f.get({{"If-Unmodified-Since", kSame}}) == 200);
  CHECK(f.failed_condition({{"If-Unmodified-Since", kBefore}}) == "If-Unmodified-Since");
}

TEST_CASE("Reads: ETags decide over dates", "[s3][conditions]") {
  Fixture f;
  CHECK(f.get({{"If-Match", kEtag}, {"If-Unmodified-Since", kBefore}}) == 200);
  CHECK(f.get({{"If-None-Match", kOther}, {"If-Modified-Since", kSame}}) == 200);
  CHECK(f.get({{"If-None-Match", kEtag}, {"If-Modified-Since", kBefore}}) == 304);
}

TEST_CASE("Reads: GetObjectAttributes takes conditions, too", "[s3][conditions][attributes]") {
  Fixture f;
  auto attributes = [&](std::string header, std::string value) {
    return f.s3.get("/photos/cat?attributes", {{"x-amz-object-attributes", "ETag"}, {std::move(header), std::move(value)}});
  };
  CHECK(attributes("If-Match", kEtag).status == 200);
  CHECK(error_of(attributes("If-Match", kOther)) == kFailed);
  CHECK(error_of(attributes("If-Unmodified-Since", kBefore)) == kFailed);
  CHECK(attributes("If-Modified-Since", kSame).status == 304);
  Reply known = attributes("If-None-Match", kEtag);
  CHECK(known.status == 304);
  CHECK(known.header("ETag") == kEtag);
  CHECK(known.body.empty());
}

TEST_CASE("PutObject: If-None-Match writes only what is not there", "[s3][conditions]") {
  Fixture f;
  CHECK(f.s3.refusal("PUT", "/photos/cat", {{"If-None-Match", "*"}}, "purr") == kFailed);
  CHECK(element(f.s3.last, "Condition") == "If-None-Match");
  CHECK(f.s3.put("/photos/dog", "woof", {{"If-None-Match", "*"}}).status == 200);
  CHECK(f.s3.refusal("PUT", "/photos/dog", {{"If-None-Match", kEtag}}, "woof") == kNotBuilt);
  CHECK(element(f.s3.last, "Header") == "If-None-Match");
  CHECK(element(f.s3.last, "additionalMessage") == "We don't accept the provided value of If-None-Match header for this API");
}

TEST_CASE("PutObject: If-Match writes only over what the client knows", "[s3][conditions]") {
  Fixture f;
  CHECK(f.s3.put("/photos/cat", "purr", {{"If-Match", kEtag}}).status == 200);
  CHECK(f.s3.refusal("PUT", "/photos/cat", {{"If-Match", kEtag}}, "hiss") == kFailed);
  CHECK(element(f.s3.last, "Condition") == "If-Match");
  CHECK(f.s3.refusal("PUT", "/photos/dog", {{"If-Match", kEtag}}, "woof") == kNoSuchKey);
  CHECK(f.s3.refusal("PUT", "/photos/cat", {{"If-Match", "*"}}, "hiss") == kNotBuilt);
  CHECK(f.s3.refusal("PUT", "/photos/cat", {{"If-Match", kEtag}, {"If-None-Match", "*"}}, "hiss") == kNotBuilt);
  CHECK(element(f.s3.last, "additionalMessage") == "Multiple conditional request headers present in the request");
}

TEST_CASE("PutObject: a delete marker is nothing to conditions", "[s3][conditions][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  f.s3.remove("/photos/cat");
  CHECK(f.s3.refusal("PUT", "/photos/cat", {{"If-Match", kEtag}}, "purr") == kNoSuchKey);
  CHECK(f.s3.put("/photos/cat", "purr", {{"If-None-Match", "*"}}).status == 200);
}

TEST_CASE("DeleteObject: which version goes is said by its id or by a condition, not by both", "[s3][conditions][versions]") {
  Fixture f;
  for (std::string etag : {kEtag, kOther, std::string("*")}) {
    CHECK(f.s3.refusal("DELETE", "/photos/cat?versionId=null", {{"If-Match", etag}}) == kNotBuilt);
    CHECK(element(f.s3.last, "Header") == "If-Match");
  }
}

TEST_CASE("DeleteObject: If-Match", "[s3][conditions]") {
  Fixture f;
  CHECK(f.s3.refusal("DELETE", "/photos/cat", {{"If-Match", kOther}}) == kFailed);
  CHECK(element(f.s3.last, "Condition") == "If-Match");
  CHECK(f.s3.refusal("DELETE", "/photos/dog", {{"If-Match", kEtag}}) == kNoSuchKey);
  CHECK(f.s3.refusal("DELETE", "/photos/cat", {{"x-amz-if-match-size", "4"}}) == kNotBuilt);
  CHECK(element(f.s3.last, "Header") == "x-amz-if-match-size");
  CHECK(f.s3.remove("/photos/cat", {{"If-Match", kEtag}}).status == 204);
}

TEST_CASE("CompleteMultipartUpload: what a write meanwhile left counts first, and else is a conflict", "[s3][conditions][multipart]") {
  Fixture f;
  std::string overtaken = f.s3.begin_upload("/photos/cat");
  std::string part = f.s3.upload_part("/photos/cat", overtaken, 1, "purr");
  f.s3.put("/photos/cat", "hiss");
  CHECK(f.s3.refusal("POST", "/photos/cat?uploadId=" + overtaken, {{"If-Match", kEtag}}, parts_document({part})) == kFailed);
  CHECK(element(f.s3.last, "Key") == "-");
  f.s3.remove("/photos/cat");
  CHECK(f.s3.refusal("POST", "/photos/cat?uploadId=" + overtaken, {{"If-Match", kEtag}}, parts_document({part})) == kNoSuchKey);
  std::string upload = f.s3.begin_upload("/photos/dog");
  std::string etag = f.s3.upload_part("/photos/dog", upload, 1, "woof");
  f.s3.put("/photos/dog", "bark");
  f.s3.remove("/photos/dog");
  std::string target = "/photos/dog?uploadId=" + upload;
  CHECK(f.s3.refusal("POST", target, {{"If-None-Match", "*"}}, parts_document({etag})) ==
        "409 ConditionalRequestConflict: The conditional request cannot succeed due to a conflicting operation against this "
        "resource.");
  CHECK(element(f.s3.last, "Condition") == "If-None-Match");
  CHECK(element(f.s3.last, "Key") == "dog");
  CHECK(f.s3.post(target, parts_document({etag})).status == 200);
}

TEST_CASE("CompleteMultipartUpload: conditions on what was there before", "[s3][conditions][multipart]") {
  Fixture f;
  std::string upload = f.s3.begin_upload("/photos/cat");
  std::string etag = f.s3.upload_part("/photos/cat", upload, 1, "purr");
  std::string target = "/photos/cat?uploadId=" + upload;
  CHECK(f.s3.refusal("POST", target, {{"If-None-Match", "*"}}, parts_document({etag})) == kFailed);
  CHECK(f.s3.refusal("POST", target, {{"If-Match", kOther}}, parts_document({etag})) == kFailed);
  CHECK(f.s3.post(target, parts_document({etag}), {{"If-Match", kEtag}}).status == 200);
}

TEST_CASE("CopyObject: conditions on the source fail with 412, all four", "[s3][conditions][copy]") {
  Fixture f;
  auto failed = [&](std::string name, std::string value) {
    CHECK(f.s3.refusal("PUT", "/photos/copy", {{"x-amz-copy-source", "photos/cat"}, {"x-amz-copy-source-" + name, value}}) == kFailed);
    return element(f.s3.last, "Condition");
  };
  CHECK(failed("if-match", kOther) == "x-amz-copy-source-If-Match");
  CHECK(failed("if-none-match", kEtag) == "x-amz-copy-source-If-None-Match");
  CHECK(failed("if-modified-since", kSame) == "x-amz-copy-source-If-Modified-Since");
  CHECK(failed("if-unmodified-since", kBefore) == "x-amz-copy-source-If-Unmodified-Since");
  CHECK(f.s3.put("/photos/copy", {}, {{"x-amz-copy-source", "photos/cat"}, {"x-amz-copy-source-if-match", kEtag}}).status == 200);
}

TEST_CASE("CopyObject: conditions on the destination", "[s3][conditions][copy]") {
  Fixture f;
  f.s3.put("/photos/dog", "woof");
  CHECK(f.s3.refusal("PUT", "/photos/dog", {{"x-amz-copy-source", "photos/cat"}, {"If-None-Match", "*"}}) == kFailed);
  CHECK(f.s3.refusal("PUT", "/photos/dog", {{"x-amz-copy-source", "photos/cat"}, {"If-Match", kEtag}}) == kFailed);
  CHECK(f.s3.put("/photos/new", {}, {{"x-amz-copy-source", "photos/cat"}, {"If-None-Match", "*"}}).status == 200);
}

}  // namespace cloudemu::test
