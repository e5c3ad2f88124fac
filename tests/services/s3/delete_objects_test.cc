#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr auto kMalformed = "400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";

std::string object(std::string_view key, std::string_view more = "") { return concat("<Object><Key>", key, "</Key>", more, "</Object>"); }

struct Fixture {
  Fixture() { s3.bucket("photos"); }
  Headers md5_of(const std::string& document) { return {{"Content-MD5", base64(md5(document))}}; }
  std::string document(std::string_view content) { return concat("<Delete>", content, "</Delete>"); }
  Reply remove(std::string_view content) {
    std::string text = document(content);
    return s3.post("/photos?delete", text, md5_of(text));
  }
  std::string refused(const std::string& text) { return s3.refusal("POST", "/photos?delete", md5_of(text), text); }
  S3 s3;
};

}  // namespace

TEST_CASE("DeleteObjects: what was there and what was not count as deleted", "[s3][delete_objects]") {
  Fixture f;
  f.s3.put("/photos/a", "1");
  f.s3.put("/photos/b", "2");
  Reply reply = f.remove(object("a") + object("missing"));
  CHECK(reply.status == 200);
  CHECK(elements(reply, "Deleted/Key") == "a missing");
  CHECK(element(reply, "Deleted/VersionId") == "-");
  CHECK(element(reply, "Deleted/DeleteMarker") == "-");
  CHECK(f.s3.world.events() == std::vector<Event>{s3::VersionDeleted{.bucket = "photos", .key = "a", .version = "null"}});
  CHECK(f.s3.get("/photos/b").body == "2");
}

TEST_CASE("DeleteObjects: quiet tells errors only", "[s3][delete_objects]") {
  Fixture f;
  f.s3.put("/photos/a", "1");
  Reply reply = f.remove("<Quiet>true</Quiet>" + object("a") + object("b", "<VersionId>" + std::string(32, 'x') + "</VersionId>"));
  CHECK(element(reply, "Deleted/Key") == "-");
  CHECK(element(reply, "Error/Key") == "b");
  CHECK(element(reply, "Error/Code") == "NoSuchVersion");
  CHECK(element(reply, "Error/VersionId") == std::string(32, 'x'));
  CHECK(element(reply, "Error/Message") == "The specified version does not exist.");
}

TEST_CASE("DeleteObjects: a version that is gone is deleted, one that never was is an error", "[s3][delete_objects][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  std::string version = f.s3.put("/photos/a", "1").header("x-amz-version-id");
  std::string once = object("a", "<VersionId>" + version + "</VersionId>");
  CHECK(element(f.remove(once), "Deleted/Key") == "a");
  CHECK(element(f.remove(once), "Deleted/Key") == "a");
  CHECK(f.s3.world.events().empty());
  Reply reply = f.remove(object("a", "<VersionId>" + std::string(32, 'x') + "</VersionId>"));
  CHECK(element(reply, "Error/Code") == "NoSuchVersion");
  CHECK(element(reply, "Error/Message") == "The specified version does not exist.");
  // Alone, either is a success.
  CHECK(f.s3.remove("/photos/a?versionId=" + std::string(32, 'x')).status == 204);
}

TEST_CASE("DeleteObjects: the same key twice goes once", "[s3][delete_objects]") {
  Fixture f;
  f.s3.put("/photos/a", "1");
  Reply reply = f.remove(object("a") + object("a") + object("a", "<VersionId>null</VersionId>"));
  CHECK(elements(reply, "Deleted/Key") == "a a");
  CHECK(f.s3.world.events().size() == 1);
}

TEST_CASE("DeleteObjects: leaves markers where versions are kept", "[s3][delete_objects][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  std::string version = f.s3.put("/photos/a", "1").header("x-amz-version-id");
  Reply reply = f.remove(object("a") + object("new"));
  CHECK(elements(reply, "Deleted/DeleteMarker") == "true true");
  std::string ids = elements(reply, "Deleted/DeleteMarkerVersionId");
  CHECK(ids.size() == 65);
  std::string marker = ids.substr(0, 32);
  CHECK(elements(f.s3.get("/photos?versions"), "DeleteMarker/Key") == "a new");

  Reply removed = f.remove(object("a", "<VersionId>" + marker + "</VersionId>"));
  CHECK(element(removed, "Deleted/VersionId") == marker);
  CHECK(element(removed, "Deleted/DeleteMarker") == "true");
  CHECK(element(removed, "Deleted/DeleteMarkerVersionId") == marker);
  CHECK(f.s3.get("/photos/a").body == "1");

  Reply gone = f.remove(object("a", "<VersionId>" + version + "</VersionId>"));
  CHECK(element(gone, "Deleted/VersionId") == version);
  CHECK(element(gone, "Deleted/DeleteMarker") == "-");
}

TEST_CASE("DeleteObjects: what is listed twice goes once", "[s3][delete_objects][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  std::string version = f.s3.put("/photos/a", "1").header("x-amz-version-id");
  std::string by_id = object("a", "<VersionId>" + version + "</VersionId>");
  Reply reply = f.remove(object("a") + by_id + object("a") + by_id);
  CHECK(elements(reply, "Deleted/Key") == "a a");
  CHECK(element(reply, "Deleted/VersionId") == version);
  CHECK(f.s3.world.events().size() == 2);
}

TEST_CASE("DeleteObjects: a condition for each key", "[s3][delete_objects][conditions]") {
  Fixture f;
  f.s3.put("/photos/a", "1");
  f.s3.put("/photos/b", "2");
  Reply reply =
      f.remove(object("a", concat("<ETag>", hex(md5("1")), "</ETag>")) + object("b", "<ETag>other</ETag>") + object("c", "<ETag>x</ETag>"));
  CHECK(elements(reply, "Deleted/Key") == "a");
  CHECK(elements(reply, "Error/Key") == "b c");
  CHECK(elements(reply, "Error/Code") == "PreconditionFailed NoSuchKey");
}

TEST_CASE("DeleteObjects: documents that are none", "[s3][delete_objects]") {
  Fixture f;
  CHECK(f.refused("nonsense") == kMalformed);
  CHECK(f.refused("<Other/>") == kMalformed);
  CHECK(f.refused("<Delete/>") == kMalformed);
  CHECK(f.refused("<Delete><Object/></Delete>") == kMalformed);
  CHECK(f.refused("<Delete><Object><Key></Key></Object></Delete>") == "400 UserKeyMustBeSpecified: User key must be specified.");
  CHECK(f.refused("<Delete><Thing/></Delete>") == kMalformed);
  CHECK(f.refused("") == "400 MissingRequestBodyError: Request Body is empty");
}

TEST_CASE("DeleteObjects: what the schema does not know, or knows once, is refused as a whole", "[s3][delete_objects]") {
  Fixture f;
  f.s3.put("/photos/a", "1");
  for (std::string more : {"<Size>1</Size>", "<LastModifiedTime>2026-11-23T04:00:00Z</LastModifiedTime>", "<Colour>red</Colour>",
                           "<Key>b</Key>", "<VersionId>null</VersionId><VersionId>null</VersionId>", "<ETag>x</ETag><ETag>x</ETag>"}) {
    INFO(more);
    CHECK(f.refused(f.document(object("a", more))) == kMalformed);
  }
  CHECK(f.refused(f.document("<Quiet>true</Quiet><Quiet>true</Quiet>" + object("a"))) == kMalformed);
  CHECK(f.s3.get("/photos/a").body == "1");
  CHECK(elements(f.remove(object("a") + "<Quiet>perhaps</Quiet>"), "Deleted/Key") == "a");
}

TEST_CASE("DeleteObjects: the document must come with a digest", "[s3][delete_objects][checksums]") {
  Fixture f;
  std::string document = f.document(object("a"));
  CHECK(f.s3.refusal("POST", "/photos?delete", {}, document) ==
        "400 InvalidRequest: Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  CHECK(f.s3.post("/photos?delete", document, {{"x-amz-checksum-crc32", base64(digest(DigestKind::crc32, document))}}).status == 200);
  CHECK(f.s3.refusal("POST", "/photos?delete", {{"Content-MD5", base64(md5("other"))}}, document).starts_with("400 BadDigest"));
}

TEST_CASE("DeleteObjects: 1000 keys, not one more", "[s3][delete_objects][limits]") {
  Fixture f;
  std::string keys;
  for (int i = 0; i < 1000; ++i) keys += object(std::to_string(i));
  CHECK(f.remove(keys).status == 200);
  CHECK(f.refused(f.document(keys + object("one more"))) == kMalformed);
}

TEST_CASE("DeleteObjects: keys of 1024 bytes, not one more", "[s3][delete_objects][limits]") {
  Fixture f;
  std::string longest(1024, 'k');
  CHECK(element(f.remove(object(longest)), "Deleted/Key") == longest);
  // Nothing else is deleted then.
  f.s3.put("/photos/a", "1");
  CHECK(f.refused(f.document(object("a") + object(longest + "k"))) == "400 KeyTooLongError: Your key is too long");
  CHECK(element(f.s3.last, "Size") == "1025");
  CHECK(f.s3.get("/photos/a").body == "1");
}

TEST_CASE("DeleteObjects: suspended versioning replaces version null by a marker", "[s3][delete_objects][versions]") {
  Fixture f;
  f.s3.put("/photos/a", "1");
  f.s3.set_versioning("photos", "Suspended");
  Reply reply = f.remove(object("a") + object("a"));
  CHECK(elements(reply, "Deleted/DeleteMarkerVersionId") == "null");
  CHECK(elements(f.s3.get("/photos?versions"), "DeleteMarker/VersionId") == "null");
  CHECK(elements(f.s3.get("/photos?versions"), "Version/VersionId") == "");
}

}  // namespace cloudemu::test
