// Annotations: https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html
#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr size_t kMiB = 1 << 20;

struct Fixture {
  explicit Fixture(Environment environment = {}) : s3(std::move(environment)) {
    s3.bucket("photos");
    s3.put("/photos/cat", "meow");
  }
  static std::string target(std::string_view name, std::string_view key = "cat") {
    return concat("/photos/", key, "?annotation&annotationName=", name);
  }
  std::string refused(std::string_view name, std::string text, Headers headers = {}) {
    return s3.refusal("PUT", target(name), std::move(headers), std::move(text));
  }
  std::string listed(const std::string& more = {}) {
    return elements(s3.get("/photos/cat?annotation" + more), "Annotations/AnnotationEntry/AnnotationName");
  }
  S3 s3;
};

}  // namespace

TEST_CASE("Annotations: put, get, replace, list, delete", "[s3][annotations]") {
  Fixture f;
  Reply put = f.s3.put(f.target("ml.sentiment"), "{\"mood\":\"good\"}");
  REQUIRE(put.status == 200);
  CHECK(element(put, "AnnotationName") == "ml.sentiment");
  CHECK(put.header("ETag") == concat("\"", hex(md5("{\"mood\":\"good\"}")), "\""));
  CHECK(put.header("x-amz-checksum-type") == "FULL_OBJECT");
  CHECK(std::holds_alternative<s3::ObjectAnnotationPut>(f.s3.world.events().at(0)));
  f.s3.put(f.target("b-2_"), "second");
  CHECK(f.s3.put(f.target("ml.sentiment"), "bad").status == 200);
  Reply got = f.s3.get(f.target("ml.sentiment"), {{"x-amz-checksum-mode", "ENABLED"}});
  CHECK(got.body == "bad");
  CHECK(got.header("x-amz-server-side-encryption") == "AES256");
  CHECK(got.header("x-amz-checksum-crc64nvme") == base64(digest(DigestKind::crc64nvme, "bad")));
  CHECK(f.listed() == "b-2_ ml.sentiment");
  CHECK(element(f.s3.last, "AnnotationCount") == "2");
  CHECK(element(f.s3.last, "Annotations/AnnotationEntry/Size") == "6");
  CHECK(f.s3.remove(f.target("b-2_")).status == 204);
  CHECK(f.s3.remove(f.target("b-2_")).status == 204);  // nothing is there, which is no error
  CHECK(f.s3.world.events().empty());
  CHECK(f.s3.refusal("GET", f.target("b-2_")) == "404 NoSuchAnnotation: The specified annotation does not exist.");
  CHECK(element(f.s3.last, "AnnotationName") == "b-2_");
  CHECK(f.s3.head("/photos/cat").header("Last-Modified") == "Mon, 23 Nov 2026 04:00:00 GMT");
  CHECK(f.s3.refusal("PUT", f.target("a", "dog"), {}, "x") == "404 NoSuchKey: The specified key does not exist.");
}

TEST_CASE("Annotations: pages and prefixes", "[s3][annotations]") {
  Fixture f;
  for (std::string name : {"a.1", "a.2", "a.3", "b"}) f.s3.put(f.target(name), "x");
  CHECK(f.listed("&annotation-prefix=a.") == "a.1 a.2 a.3");
  CHECK(f.listed("&annotation-prefix=a.&max-annotation-results=2") == "a.1 a.2");
  CHECK(element(f.s3.last, "MaxAnnotationResults") == "2");
  std::string token = element(f.s3.last, "NextContinuationToken");
  CHECK(f.listed("&annotation-prefix=a.&continuation-token=" + percent_encode(token)) == "a.3");
  CHECK(element(f.s3.last, "NextContinuationToken") == "-");
  CHECK(element(f.s3.last, "MaxAnnotationResults") == "-");
  for (std::string limit : {"0", "-1", "1001"}) {
    CHECK(f.s3.refusal("GET", "/photos/cat?annotation&max-annotation-results=" + limit) ==
          "400 InvalidArgument: Argument max-annotation-results must be an integer between 1 and 1000");
  }
  CHECK(f.listed("&max-annotation-results=1000") == "a.1 a.2 a.3 b");
  CHECK(f.s3.refusal("GET", "/photos/cat?annotation&continuation-token=x").starts_with("400 InvalidArgument"));
  CHECK(f.s3.refusal("GET", "/photos/cat?annotation&annotation-prefix=" + std::string(513, 'a')).starts_with("400 InvalidPrefix"));
}

TEST_CASE("Annotations: names, sizes, texts and numbers at the limit and past it", "[s3][annotations][limits]") {
  Fixture f;
  CHECK(f.s3.put(f.target(std::string(512, 'a')), "x").status == 200);
  CHECK(f.refused(std::string(513, 'a'), "x") == "400 AnnotationNameTooLong: The annotation name exceeds 512 bytes.");
  CHECK(f.refused("", "x") == "400 UserAnnotationNameMustBeSpecified: You must specify a user annotation name.");
  for (std::string name : {"aws", "AWS.x", "s3-x", "S3", "a/b", "a%20b", "%FF"}) {
    CAPTURE(name);
    CHECK(f.refused(name, "x") == "400 InvalidAnnotationName: The annotation name you provided is invalid.");
  }
  CHECK(f.s3.put(f.target("%C3%A4"), "x").status == 200);
  CHECK(f.s3.put(f.target("large"), std::string(kMiB, 'a')).status == 200);
  CHECK(f.s3.get(f.target("large")).body == std::string(kMiB, 'a'));
  CHECK(f.refused("large", std::string(kMiB + 1, 'a')).starts_with("400 EntityTooLarge"));
  CHECK(f.refused("empty", "").starts_with("400 InvalidRequest"));
  CHECK(f.refused("binary", "\xFF") == "415 UnsupportedMediaType: The annotation payload is not valid UTF-8 encoded text.");
  CHECK(f.refused("binary", std::string(kMiB - 1, 'a') + "\xC3").starts_with("415 UnsupportedMediaType"));
  CHECK(f.refused("digest", "x", {{"Content-MD5", base64(md5("y"))}}).starts_with("400 BadDigest"));
  for (int i = 0; i < 997; ++i) f.s3.put(f.target(concat("n", i)), "x");
  CHECK(f.refused("one-more", "x") ==
        "400 AnnotationLimitExceeded: The request would exceed the maximum number of annotations allowed per object.");
  CHECK(f.s3.put(f.target("n0"), "y").status == 200);  // replaces
}

TEST_CASE("Annotations: of an object that is still what the client thinks", "[s3][annotations][conditions]") {
  Fixture f;
  Headers same = {{"x-amz-object-if-match", concat("\"", hex(md5("meow")), "\"")}}, other = {{"x-amz-object-if-match", "\"x\""}};
  CHECK(f.s3.put(f.target("a"), "x", same).status == 200);
  CHECK(f.refused("a", "y", other).starts_with("412 PreconditionFailed"));
  CHECK(f.s3.refusal("DELETE", f.target("a"), other).starts_with("412 PreconditionFailed"));
  CHECK(f.s3.remove(f.target("a"), same).status == 204);
}

TEST_CASE("Annotations: belong to one version and go with it", "[s3][annotations][versions]") {
  Fixture f;
  f.s3.put(f.target("a"), "of the first");
  f.s3.put("/photos/cat", "meow");  // in the place of the first
  CHECK(f.listed().empty());
  f.s3.put(f.target("a"), "of null");
  f.s3.set_versioning("photos", "Enabled");
  std::string second = f.s3.put("/photos/cat", "purr").header("x-amz-version-id");
  CHECK(f.listed().empty());
  CHECK(f.s3.put(f.target("b"), std::string(100'000, 'b')).header("x-amz-object-version-id") == second);
  CHECK(f.s3.get(f.target("a") + "&versionId=null").body == "of null");
  f.s3.remove("/photos/cat");
  CHECK(f.s3.refusal("GET", f.target("b")).starts_with("404 NoSuchKey"));
  CHECK(f.s3.get(f.target("b") + "&versionId=" + second).status == 200);
  f.s3.remove("/photos/cat?versionId=" + second);
  CHECK(f.s3.refusal("GET", f.target("b") + "&versionId=" + second).starts_with("404 NoSuchVersion"));
  // The law at the end of every test: what is left in the state is what the log says, and every blob is counted.
}

TEST_CASE("Annotations: a copy takes them along, unless it is told not to", "[s3][annotations][copy]") {
  Fixture f;
  f.s3.put(f.target("a"), "small");
  f.s3.put(f.target("b"), std::string(20'000, 'b'));
  REQUIRE(f.s3.put("/photos/dog", "", {{"x-amz-copy-source", "/photos/cat"}}).status == 200);
  CHECK(f.s3.world.events().size() == 3);
  CHECK(f.s3.get(f.target("b", "dog")).body == std::string(20'000, 'b'));
  f.s3.remove("/photos/cat");
  CHECK(f.s3.get(f.target("a", "dog")).body == "small");
  Headers exclude = {{"x-amz-copy-source", "/photos/dog"}, {"x-amz-object-annotation-directive", "EXCLUDE"}};
  CHECK(f.s3.put("/photos/bare", "", exclude).status == 200);
  CHECK(f.s3.refusal("GET", f.target("a", "bare")).starts_with("404 NoSuchAnnotation"));
  Headers onto_itself = {{"x-amz-copy-source", "/photos/dog"}, {"x-amz-metadata-directive", "REPLACE"}};
  CHECK(f.s3.put("/photos/dog", "", onto_itself).status == 200);
  CHECK(f.s3.get(f.target("a", "dog")).body == "small");
  exclude.back().second = "FORGET";
  CHECK(f.s3.refusal("PUT", "/photos/bare", exclude).starts_with("400 InvalidArgument"));
}

TEST_CASE("Annotations: none where the customer brings the key, none taken from what is locked", "[s3][annotations][locks]") {
  Fixture f;
  std::string key(32, 'k');
  f.s3.put("/photos/secret", "x",
           {{"x-amz-server-side-encryption-customer-algorithm", "AES256"},
            {"x-amz-server-side-encryption-customer-key", base64(key)},
            {"x-amz-server-side-encryption-customer-key-md5", base64(md5(key))}});
  CHECK(f.s3.refusal("PUT", f.target("a", "secret"), {}, "x").starts_with("400 InvalidRequest"));
  f.s3.put("/locked", "", {{"x-amz-bucket-object-lock-enabled", "true"}});
  std::string version = f.s3.put("/locked/cat", "meow",
                                 {{"x-amz-object-lock-mode", "GOVERNANCE"},
                                  {"x-amz-object-lock-retain-until-date", "2027-01-01T00:00:00Z"},
                                  {"Content-MD5", base64(md5("meow"))}})
                            .header("x-amz-version-id");
  CHECK(f.s3.put("/locked/cat?annotation&annotationName=a", "x").status == 200);
  CHECK(f.s3.refusal("DELETE", "/locked/cat?annotation&annotationName=a").starts_with("403 AccessDenied"));
  CHECK(f.s3.remove("/locked/cat?annotation&annotationName=a", {{"x-amz-bypass-governance-retention", "true"}}).status == 204);
}

}  // namespace cloudemu::test
