#include <catch2/catch.hpp>

#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr auto kNoSuchKey = "404 NoSuchKey: The specified key does not exist.";
constexpr auto kBadVersion = "400 InvalidArgument: Invalid version id specified";
const std::string kUnknown(32, 'x');

struct Fixture {
  Fixture() { s3.bucket("photos"); }
  std::string put(std::string body) {
    s3.put("/photos/cat", std::move(body));
    return s3.last.header("x-amz-version-id");
  }
  void set(std::string_view status) { s3.set_versioning("photos", status); }
  Reply get(std::string version) { return s3.get("/photos/cat?versionId=" + version); }
  /// "null* v2 ..." in the order of the listing, * for the latest, - for delete markers
  std::string listed() {
    Reply reply = s3.get("/photos?versions");
    return elements(reply, "Version/VersionId") + " | " + elements(reply, "DeleteMarker/VersionId");
  }
  S3 s3;
};

}  // namespace

TEST_CASE("PutBucketVersioning: Enabled or Suspended, never back to nothing", "[s3][versions]") {
  Fixture f;
  CHECK(element(f.s3.get("/photos?versioning"), "Status") == "-");
  f.set("Enabled");
  CHECK(f.s3.world.events() == std::vector<Event>{s3::BucketSettingPut{.bucket = "photos", .setting = "versioning", .value = "Enabled"}});
  CHECK(element(f.s3.get("/photos?versioning"), "Status") == "Enabled");
  f.set("Suspended");
  CHECK(element(f.s3.get("/photos?versioning"), "Status") == "Suspended");
  constexpr auto kMalformed = "400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";
  auto refused = [&](std::string document) { return f.s3.refusal("PUT", "/photos?versioning", {}, document); };
  CHECK(refused("<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>") == kMalformed);
  CHECK(refused("<VersioningConfiguration/>") == "400 IllegalVersioningConfigurationException: The Versioning element must be specified");
  CHECK(refused("") == kMalformed);
  CHECK(refused("<Other><Status>Enabled</Status></Other>") == kMalformed);
}

TEST_CASE("Versions: every put is kept, and has an id of 32 characters", "[s3][versions]") {
  Fixture f;
  f.set("Enabled");
  std::string first = f.put("one"), second = f.put("two");
  CHECK(first.size() == 32);
  CHECK(first != second);
  CHECK(f.s3.get("/photos/cat").body == "two");
  CHECK(f.s3.get("/photos/cat").header("x-amz-version-id") == second);
  CHECK(f.get(first).body == "one");
  CHECK(f.get(first).header("x-amz-version-id") == first);
  CHECK(elements(f.s3.get("/photos?versions"), "Version/VersionId") == second + " " + first);
  CHECK(elements(f.s3.get("/photos?versions"), "Version/IsLatest") == "true false");
}

TEST_CASE("Versions: what was there before is version null", "[s3][versions]") {
  Fixture f;
  f.put("old");
  CHECK(element(f.s3.get("/photos?versions"), "Version/VersionId") == "null");
  f.set("Enabled");
  f.put("new");
  CHECK(f.get("null").body == "old");
  CHECK(f.get("null").header("x-amz-version-id") == "null");
}

TEST_CASE("Versions: ids that are none, and ids that nobody has", "[s3][versions]") {
  Fixture f;
  f.put("old");
  CHECK(f.s3.refusal("GET", "/photos/cat?versionId=" + kUnknown) == kBadVersion);  // the bucket never had versions
  f.set("Enabled");
  CHECK(f.s3.refusal("GET", "/photos/cat?versionId=nonsense") == kBadVersion);
  CHECK(element(f.s3.last, "ArgumentName") == "versionId");
  CHECK(element(f.s3.last, "ArgumentValue") == "nonsense");
  CHECK(f.s3.refusal("GET", "/photos/cat?versionId=") == "400 InvalidArgument: Version id cannot be the empty string");
  CHECK(f.s3.refusal("GET", "/photos/cat?versionId=" + kUnknown) == "404 NoSuchVersion: The specified version does not exist.");
  CHECK(element(f.s3.last, "Key") == "cat");
  CHECK(element(f.s3.last, "VersionId") == kUnknown);
  CHECK(f.s3.remove("/photos/cat?versionId=" + kUnknown).status == 204);
  CHECK(f.s3.world.events().empty());
}

TEST_CASE("PutBucketVersioning: what is said of MFA delete is told again", "[s3][versions]") {
  S3 s3;
  s3.bucket("photos");
  std::string with_mfa = "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>";
  s3.set_versioning("photos", "Enabled");
  CHECK(element(s3.get("/photos?versioning"), "MfaDelete") == "-");
  CHECK(s3.put("/photos?versioning", with_mfa).status == 200);
  CHECK(element(s3.get("/photos?versioning"), "MfaDelete") == "Disabled");
  s3.set_versioning("photos", "Suspended");
  CHECK(element(s3.get("/photos?versioning"), "MfaDelete") == "Disabled");
  CHECK(s3.refusal("PUT", "/photos?versioning", {}, "<VersioningConfiguration><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>") ==
        "400 IllegalVersioningConfigurationException: The Versioning element must be specified");
}

TEST_CASE("DeleteObject: a delete marker hides what is kept", "[s3][versions]") {
  Fixture f;
  f.set("Enabled");
  std::string version = f.put("one");
  Reply reply = f.s3.remove("/photos/cat");
  CHECK(reply.status == 204);
  CHECK(reply.header("x-amz-delete-marker") == "true");
  std::string marker = reply.header("x-amz-version-id");
  CHECK(f.s3.world.events() == std::vector<Event>{s3::DeleteMarkerPut{
                                   .bucket = "photos", .key = "cat", .version = marker, .modified_at = f.s3.world.clock().now()}});

  CHECK(f.s3.refusal("GET", "/photos/cat") == kNoSuchKey);
  CHECK(f.s3.last.header("x-amz-delete-marker") == "true");
  CHECK(f.s3.last.header("x-amz-version-id") == marker);
  CHECK(f.s3.refusal("GET", "/photos/cat?versionId=" + marker) ==
        "405 MethodNotAllowed: The specified method is not allowed against this resource.");
  CHECK(element(f.s3.last, "Method") == "GET");
  CHECK(element(f.s3.last, "ResourceType") == "DeleteMarker");
  CHECK(f.s3.last.header("Allow") == "DELETE");
  CHECK(f.s3.last.header("x-amz-delete-marker") == "true");
  CHECK(f.s3.last.header("Last-Modified") == "Mon, 23 Nov 2026 04:00:00 GMT");
  CHECK(f.s3.head("/photos/cat?versionId=" + marker).status == 405);
  CHECK(f.get(version).body == "one");
  CHECK(element(f.s3.get("/photos"), "Contents/Key") == "-");
}

TEST_CASE("DeleteObject: removing the marker brings the object back", "[s3][versions]") {
  Fixture f;
  f.set("Enabled");
  std::string version = f.put("one");
  std::string marker = f.s3.remove("/photos/cat").header("x-amz-version-id");
  Reply reply = f.s3.remove("/photos/cat?versionId=" + marker);
  CHECK(reply.status == 204);
  CHECK(reply.header("x-amz-delete-marker") == "true");
  CHECK(reply.header("x-amz-version-id") == marker);
  CHECK(f.s3.get("/photos/cat").body == "one");
  CHECK(f.listed() == version + " | ");
}

TEST_CASE("DeleteObject: removing the latest version makes the one before it the latest", "[s3][versions]") {
  Fixture f;
  f.set("Enabled");
  std::string first = f.put("one"), second = f.put("two"), third = f.put("three");
  f.s3.remove("/photos/cat?versionId=" + second);
  CHECK(f.s3.get("/photos/cat").body == "three");
  f.s3.remove("/photos/cat?versionId=" + third);
  CHECK_FALSE(f.s3.last.has_header("x-amz-delete-marker"));
  CHECK(f.s3.get("/photos/cat").body == "one");
  f.s3.remove("/photos/cat?versionId=" + first);
  CHECK(f.s3.refusal("GET", "/photos/cat") == kNoSuchKey);
  CHECK_FALSE(f.s3.last.has_header("x-amz-delete-marker"));
}

TEST_CASE("DeleteObject: markers pile up, also on keys that never were", "[s3][versions]") {
  Fixture f;
  f.set("Enabled");
  f.s3.remove("/photos/cat");
  f.s3.remove("/photos/cat");
  Reply reply = f.s3.get("/photos?versions");
  CHECK(elements(reply, "DeleteMarker/IsLatest") == "true false");
  CHECK(elements(reply, "DeleteMarker/Key") == "cat cat");
}

TEST_CASE("Suspended: puts replace version null only", "[s3][versions]") {
  Fixture f;
  f.put("before");
  f.set("Enabled");
  std::string kept = f.put("kept");
  f.set("Suspended");
  f.s3.put("/photos/cat", "after");
  CHECK_FALSE(f.s3.last.has_header("x-amz-version-id"));
  CHECK(f.get("null").body == "after");
  CHECK(f.get(kept).body == "kept");
  CHECK(f.listed() == "null " + kept + " | ");
  CHECK(f.s3.get("/photos/cat").header("x-amz-version-id") == "null");
}

TEST_CASE("Suspended: a delete leaves a null marker in place of version null", "[s3][versions]") {
  Fixture f;
  f.set("Enabled");
  std::string kept = f.put("kept");
  f.set("Suspended");
  f.put("null one");
  Reply reply = f.s3.remove("/photos/cat");
  CHECK(reply.header("x-amz-delete-marker") == "true");
  CHECK(reply.header("x-amz-version-id") == "null");
  CHECK(f.listed() == kept + " | null");
  f.s3.remove("/photos/cat");
  CHECK(f.listed() == kept + " | null");
  CHECK(f.s3.remove("/photos/cat?versionId=null").header("x-amz-delete-marker") == "true");
  CHECK(f.s3.get("/photos/cat").body == "kept");
}

TEST_CASE("Versions: tags belong to a version", "[s3][versions][tagging]") {
  Fixture f;
  f.set("Enabled");
  std::string first = f.put("one"), second = f.put("two");
  std::string document = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>";
  CHECK(f.s3.put("/photos/cat?tagging&versionId=" + first, document).header("x-amz-version-id") == first);
  CHECK(element(f.s3.get("/photos/cat?tagging"), "TagSet/Tag/Key") == "-");
  CHECK(element(f.s3.get("/photos/cat?tagging&versionId=" + first), "TagSet/Tag/Key") == "k");
  CHECK(f.get(first).header("x-amz-tagging-count") == "1");
  std::string marker = f.s3.remove("/photos/cat").header("x-amz-version-id");
  CHECK(f.s3.refusal("GET", "/photos/cat?tagging&versionId=" + marker) ==
        "405 MethodNotAllowed: The specified method is not allowed against this resource.");
  CHECK(f.s3.refusal("GET", "/photos/cat?tagging") == "405 MethodNotAllowed: The specified method is not allowed against this resource.");
}

TEST_CASE("Versions: a thousand puts of a key keep their order", "[s3][versions]") {
  Fixture f;
  f.set("Enabled");
  std::vector<Event> events;
  for (int i = 0; i < 1000; ++i) {
    std::string version = std::to_string(i);
    version.insert(0, 32 - version.size(), 'v');
    events.push_back(s3::ObjectPut{.bucket = "photos", .key = "cat", .version = version, .etag = "e"});
  }
  f.s3.world.given(events);
  std::string newest = "v" + std::string(28, 'v') + "999";
  CHECK(f.s3.get("/photos/cat").header("x-amz-version-id") == newest);
  f.s3.remove("/photos/cat?versionId=" + newest);
  CHECK(f.s3.get("/photos/cat").header("x-amz-version-id") == "v" + std::string(28, 'v') + "998");
}

}  // namespace cloudemu::test
