#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr auto kMalformed = "400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";

std::string tag(std::string_view key, std::string_view value) {
  return concat("<Tag><Key>", key, "</Key><Value>", value, "</Value></Tag>");
}
std::string document(std::string_view tags) { return concat("<Tagging><TagSet>", tags, "</TagSet></Tagging>"); }
std::string many(int count) {
  std::string tags;
  for (int i = 0; i < count; ++i) tags += tag(concat("k", i), "v");
  return document(tags);
}

struct Fixture {
  Fixture() {
    s3.bucket("photos");
    s3.put("/photos/cat", "meow");
  }
  std::string refused(std::string target, std::string text) { return s3.refusal("PUT", target + "?tagging", {}, text); }
  std::string header_refused(std::string tags) { return s3.refusal("PUT", "/photos/cat", {{"x-amz-tagging", tags}}, "meow"); }
  S3 s3;
};

}  // namespace

TEST_CASE("ObjectTagging: none, some, none again", "[s3][tagging]") {
  Fixture f;
  CHECK(f.s3.get("/photos/cat?tagging").body ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet></TagSet></Tagging>");
  CHECK(f.s3.put("/photos/cat?tagging", document(tag("b", "2") + tag("a", ""))).status == 200);
  s3::ObjectTagsPut expected{.bucket = "photos", .key = "cat", .version = "null", .tags = {{"b", "2"}, {"a", ""}}};
  CHECK(f.s3.world.events() == std::vector<Event>{expected});
  CHECK(elements(f.s3.get("/photos/cat?tagging"), "TagSet/Tag/Key") == "b a");
  CHECK(f.s3.get("/photos/cat").header("x-amz-tagging-count") == "2");
  CHECK(f.s3.get("/photos/cat").header("Last-Modified") == "Mon, 23 Nov 2026 04:00:00 GMT");
  CHECK(f.s3.remove("/photos/cat?tagging").status == 204);
  CHECK_FALSE(f.s3.get("/photos/cat").has_header("x-amz-tagging-count"));
  CHECK(f.s3.remove("/photos/cat?tagging").status == 204);
  CHECK(f.s3.world.events().empty());
  CHECK(f.s3.refusal("GET", "/photos/dog?tagging") == "404 NoSuchKey: The specified key does not exist.");
}

TEST_CASE("BucketTagging: none is an error, some come back", "[s3][tagging]") {
  Fixture f;
  CHECK(f.s3.refusal("GET", "/photos?tagging") == "404 NoSuchTagSet: The TagSet does not exist");
  CHECK(element(f.s3.last, "BucketName") == "photos");
  CHECK(f.s3.put("/photos?tagging", document(tag("team", "red"))).status == 204);
  CHECK(
      f.s3.get("/photos?tagging").body ==
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet><Tag><Key>team</Key><Value>red</Value></Tag></TagSet></Tagging>");
  CHECK(f.s3.remove("/photos?tagging").status == 204);
  CHECK(f.s3.refusal("GET", "/photos?tagging") == "404 NoSuchTagSet: The TagSet does not exist");
  CHECK(f.s3.put("/photos?tagging", document(tag("team", "red"))).status == 204);
  CHECK(f.s3.put("/photos?tagging", document("")).status == 204);
  CHECK(f.s3.refusal("GET", "/photos?tagging") == "404 NoSuchTagSet: The TagSet does not exist");
}

TEST_CASE("Tagging: 10 an object, 50 a bucket", "[s3][tagging][limits]") {
  Fixture f;
  CHECK(f.s3.put("/photos/cat?tagging", many(10)).status == 200);
  CHECK(f.refused("/photos/cat", many(11)) == "400 BadRequest: Object tags cannot be greater than 10");
  CHECK(f.s3.put("/photos?tagging", many(50)).status == 204);
  CHECK(f.refused("/photos", many(51)) == "400 BadRequest: Bucket tag count cannot be greater than 50");
}

TEST_CASE("Tagging: keys of 1 to 128 characters, values of 0 to 256", "[s3][tagging][limits]") {
  Fixture f;
  auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  for (std::string_view character : {"k", "\xC3\xA4"}) {  // characters, not bytes
    CHECK(f.s3.put("/photos/cat?tagging", document(tag(repeated(character, 128), repeated(character, 256)))).status == 200);
    CHECK(f.refused("/photos/cat", document(tag(repeated(character, 129), "v"))) ==
          "400 InvalidTag: The TagKey you have provided is invalid");
    CHECK(element(f.s3.last, "TagKey") == repeated(character, 129));
    CHECK(f.refused("/photos/cat", document(tag("k", repeated(character, 257)))) ==
          "400 InvalidTag: The TagValue you have provided is invalid");
    CHECK(element(f.s3.last, "TagValue") == repeated(character, 257));
  }
  CHECK(f.refused("/photos/cat", document(tag("", "v"))) == "400 InvalidTag: The TagKey you have provided is invalid");
}

TEST_CASE("Tagging: characters that tags may have, names that they may not", "[s3][tagging]") {
  Fixture f;
  CHECK(f.s3.put("/photos/cat?tagging", document(tag("a B9 +-=._:/@", "a B9 +-=._:/@"))).status == 200);
  CHECK(f.refused("/photos/cat", document(tag("a*b", "v"))) == "400 InvalidTag: The TagKey you have provided is invalid");
  CHECK(f.refused("/photos/cat", document(tag("k", "a?b"))) == "400 InvalidTag: The TagValue you have provided is invalid");
  CHECK(f.refused("/photos/cat", document(tag("aws:k", "v"))) == "400 InvalidTag: Your TagKey cannot be prefixed with aws:");
  CHECK(f.refused("/photos", document(tag("aws:k", "v"))) == "400 InvalidTag: System tags cannot be added/updated by requester");
  CHECK(f.refused("/photos/cat", document(tag("k", "1") + tag("k", "2"))) ==
        "400 InvalidTag: Cannot provide multiple Tags with the same key");
  CHECK(element(f.s3.last, "TagKey") == "k");
}

TEST_CASE("Tagging: documents that are none", "[s3][tagging]") {
  Fixture f;
  for (std::string target : {"/photos", "/photos/cat"}) {
    for (std::string text : {"", "nonsense", "<Other/>", "<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>",
                             "<Tagging><TagSet><Tag><Value>v</Value></Tag></TagSet></Tagging>",
                             "<Tagging><TagSet><Label><Key>k</Key><Value>v</Value></Label></TagSet></Tagging>"}) {
      INFO(target << ' ' << text);
      CHECK(f.refused(target, text) == kMalformed);
    }
  }
}

TEST_CASE("Tagging: a set that is empty or not there is none", "[s3][tagging]") {
  Fixture f;
  for (std::string text : {"<Tagging/>", "<Tagging><TagSet/></Tagging>"}) {
    CHECK(f.s3.put("/photos/cat?tagging", document(tag("a", "1"))).status == 200);
    CHECK(f.s3.put("/photos/cat?tagging", text).status == 200);
    CHECK_FALSE(f.s3.get("/photos/cat").has_header("x-amz-tagging-count"));
  }
}

TEST_CASE("ObjectTagging: what is deleted has no tags to ask for", "[s3][tagging][versions]") {
  Fixture f;
  CHECK(f.s3.refusal("GET", "/photos/dog?tagging") == "404 NoSuchKey: The specified key does not exist.");
  CHECK(element(f.s3.last, "Key") == "photos/dog");
  CHECK(f.s3.refusal("GET", "/photos/dog?tagging&versionId=null") == "404 NoSuchVersion: The specified version does not exist.");
  CHECK(element(f.s3.last, "Key") == "photos/dog");
  CHECK(f.s3.refusal("PUT", "/photos/dog?tagging", {}, document(tag("a", "1"))).starts_with("404 NoSuchKey"));
  CHECK(element(f.s3.last, "Key") == "dog");
  f.s3.set_versioning("photos", "Enabled");
  f.s3.remove("/photos/cat");
  for (std::string method : {"GET", "PUT", "DELETE"}) {
    CHECK(f.s3.refusal(method, "/photos/cat?tagging", {}, method == "PUT" ? document(tag("a", "1")) : "") ==
          "405 MethodNotAllowed: The specified method is not allowed against this resource.");
    CHECK(element(f.s3.last, "Method") == method);
    CHECK(element(f.s3.last, "ResourceType") == "DeleteMarker");
  }
}

TEST_CASE("x-amz-tagging: empty pairs are left out", "[s3][tagging]") {
  Fixture f;
  for (std::string header : {"a=1&", "&a=1", "&&a=1", "a=1&&"}) {
    CHECK(f.s3.put("/photos/cat", "meow", {{"x-amz-tagging", header}}).status == 200);
    CHECK(f.s3.get("/photos/cat").header("x-amz-tagging-count") == "1");
  }
  CHECK(f.s3.put("/photos/cat", "meow", {{"x-amz-tagging", "&"}}).status == 200);
  CHECK_FALSE(f.s3.get("/photos/cat").has_header("x-amz-tagging-count"));
  for (std::string header : {"=", "=v", "a=1&="}) CHECK(f.header_refused(header).starts_with("400 InvalidArgument: The header"));
  // AWS escapes no apostrophe.
  CHECK(f.s3.last.body.find("The header 'x-amz-tagging' shall") != std::string::npos);
}

TEST_CASE("x-amz-tagging: a query string", "[s3][tagging]") {
  Fixture f;
  f.s3.put("/photos/cat", "meow", {{"x-amz-tagging", "a=1&b=two+words&c&d=%2F%C3%A4"}});
  CHECK(std::get<s3::ObjectPut>(f.s3.world.events()[0]).tags ==
        s3::StringMap{{"a", "1"}, {"b", "two words"}, {"c", ""}, {"d", "/\xC3\xA4"}});
  constexpr auto kBad =
      "400 InvalidArgument: The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag "
      "name duplicates.";
  CHECK(f.header_refused("a=1&a=2") == kBad);
  CHECK(element(f.s3.last, "ArgumentName") == "x-amz-tagging");
  CHECK(element(f.s3.last, "ArgumentValue") == "a=1&a=2");
  for (std::string header : {"a=%ZZ", "a=%A", "%ZZ=b"}) CHECK(f.header_refused(header) == kBad);
  CHECK(f.header_refused("a=%FF") == "400 InvalidTag: The TagValue you have provided is invalid");
  CHECK(element(f.s3.last, "TagKey") == "a");
  CHECK(element(f.s3.last, "TagValue") == "\uFFFD");
  CHECK(f.header_refused("aws:a=1") == "400 InvalidTag: Your TagKey cannot be prefixed with aws:");
  CHECK(f.header_refused("a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1") == "400 BadRequest: Object tags cannot be greater than 10");
}

TEST_CASE("x-amz-tagging: in a presigned URL it is no header", "[s3][tagging][presigned]") {
  Fixture f;
  const std::string url = "/photos/cat?AWSAccessKeyId=test&Signature=x&Expires=4102444800";
  CHECK(f.s3.put(url + "&x-amz-tagging=mood%3Dgood&x-amz-meta-mood=bad", "meow").status == 200);
  CHECK(f.s3.head("/photos/cat").header("x-amz-meta-mood") == "bad");
  CHECK_FALSE(f.s3.head("/photos/cat").has_header("x-amz-tagging-count"));
  CHECK(f.s3.put(url, "meow", {{"x-amz-tagging", "mood=good"}}).status == 200);
  CHECK(f.s3.head("/photos/cat").header("x-amz-tagging-count") == "1");
}

}  // namespace cloudemu::test
