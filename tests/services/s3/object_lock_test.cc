// Object lock: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html. The tests' clock shows 2026-11-23T04:00:00Z.
#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "settings/fixture.h"

namespace cloudemu::test {

namespace {

const std::string kProtected = "403 AccessDenied: Access Denied because object protected by object lock.";
const std::string kNone = "404 NoSuchObjectLockConfiguration: The specified object does not have a ObjectLock configuration";
const Headers kBypass = {{"x-amz-bypass-governance-retention", "true"}};

/// A bucket "vault" with object lock, and in it "a".
struct Vault {
  Vault() {
    s3.put("/vault", "", {{"x-amz-bucket-object-lock-enabled", "true"}});
    version = s3.put("/vault/a", "x").header("x-amz-version-id");
  }
  std::string retain(std::string_view mode, std::string_view until, Headers headers = {}) {
    s3.call("PUT", "/vault/a?retention", std::move(headers),
            concat("<Retention><Mode>", mode, "</Mode><RetainUntilDate>", until, "</RetainUntilDate></Retention>"));
    return error_of(s3.last);
  }
  std::string hold(std::string_view status) {
    s3.put("/vault/a?legal-hold", concat("<LegalHold><Status>", status, "</Status></LegalHold>"));
    return error_of(s3.last);
  }
  std::string remove(Headers headers = {}) { return error_of(s3.remove("/vault/a?versionId=" + version, std::move(headers))); }

  S3 s3;
  std::string version;
};

std::string configuration(std::string_view period, std::string_view mode = "GOVERNANCE", std::string_view enabled = "Enabled") {
  return concat("<ObjectLockConfiguration><ObjectLockEnabled>", enabled, "</ObjectLockEnabled><Rule><DefaultRetention><Mode>", mode,
                "</Mode>", period, "</DefaultRetention></Rule></ObjectLockConfiguration>");
}

}  // namespace

TEST_CASE("Object lock: a bucket made with it keeps versions, and can never stop", "[s3][lock]") {
  Vault f;
  CHECK(element(f.s3.get("/vault?versioning"), "Status") == "Enabled");
  CHECK(element(f.s3.get("/vault?object-lock"), "ObjectLockEnabled") == "Enabled");
  CHECK(f.s3.refusal("PUT", "/vault?versioning", {}, "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>") ==
        "409 InvalidBucketState: An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.");
}

TEST_CASE("Object lock: its configuration, and what AWS does not take", "[s3][settings][lock]") {
  Settings f;
  CHECK(f.absent("object-lock").starts_with("404 ObjectLockConfigurationNotFoundError"));
  const std::string days = configuration("<Days>3</Days>");
  CHECK(f.refused("object-lock", days) ==
        "409 InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
  f.s3.set_versioning("photos", "Enabled");
  CHECK(f.put("object-lock", days) == 200);
  CHECK(f.document("object-lock").find("<Mode>GOVERNANCE</Mode><Days>3</Days>") != std::string::npos);
  CHECK(f.refused("object-lock", configuration("<Days>1</Days><Years>1</Years>")) == kMalformed);
  CHECK(f.refused("object-lock", configuration("")) == kMalformed);
  CHECK(f.refused("object-lock", configuration("<Days>1</Days>", "governance")) == kMalformed);
  CHECK(f.refused("object-lock", configuration("<Days>1</Days>", "GOVERNANCE", "Disabled")) == kMalformed);
  for (std::string period : {"<Days>0</Days>", "<Years>-1</Years>", "<Days>36501</Days>", "<Years>101</Years>"}) {
    CHECK(f.refused("object-lock", configuration(period)).starts_with("400 InvalidArgument: Default retention period "));
    CHECK(element(f.s3.last, "ArgumentName") == (period.starts_with("<Days>") ? "Days" : "Years"));
    CHECK(element(f.s3.last, "ArgumentValue") == "-");
  }
  CHECK(f.put("object-lock", configuration("<Days>36500</Days>")) == 200);
  CHECK(f.put("object-lock", configuration("<Years>100</Years>")) == 200);
}

TEST_CASE("Object lock: a retention keeps a version until its time, GOVERNANCE gives way to who may", "[s3][lock]") {
  Vault f;
  CHECK(f.s3.refusal("GET", "/vault/a?retention") == kNone);
  CHECK(f.retain("GOVERNANCE", "2026-12-01T00:00:00Z") == "200");
  CHECK(element(f.s3.get("/vault/a?retention"), "RetainUntilDate") == "2026-12-01T00:00:00.000Z");
  CHECK(f.s3.head("/vault/a").header("x-amz-object-lock-mode") == "GOVERNANCE");
  CHECK(f.s3.head("/vault/a").header("x-amz-object-lock-retain-until-date") == "2026-12-01T00:00:00.000Z");
  CHECK(f.remove() == kProtected);
  CHECK(f.retain("GOVERNANCE", "2026-12-02T00:00:00Z") == "200");
  CHECK(f.retain("GOVERNANCE", "2026-12-01T00:00:00Z") == kProtected);
  CHECK(f.retain("COMPLIANCE", "2026-12-03T00:00:00Z") == kProtected);
  CHECK(f.retain("GOVERNANCE", "2026-12-01T00:00:00Z", kBypass) == "200");
  // A marker hides it; the version stays.
  CHECK(f.s3.remove("/vault/a").header("x-amz-delete-marker") == "true");
  CHECK(f.remove() == kProtected);
  f.s3.world.advance(8 * kDayMs);
  CHECK(f.remove() == "204");
}

TEST_CASE("Object lock: COMPLIANCE gives way to nobody, and only grows", "[s3][lock]") {
  Vault f;
  CHECK(f.retain("COMPLIANCE", "2026-12-01T00:00:00Z") == "200");
  CHECK(f.remove(kBypass) == kProtected);
  CHECK(f.retain("GOVERNANCE", "2026-12-09T00:00:00Z", kBypass) == kProtected);
  CHECK(f.retain("COMPLIANCE", "2026-11-30T00:00:00Z", kBypass) == kProtected);
  CHECK(error_of(f.s3.call("PUT", "/vault/a?retention", kBypass, "<Retention/>")) == kProtected);
  CHECK(f.retain("COMPLIANCE", "2026-12-02T00:00:00Z") == "200");
}

TEST_CASE("Object lock: a legal hold keeps a version until it is lifted", "[s3][lock]") {
  Vault f;
  CHECK(f.s3.refusal("GET", "/vault/a?legal-hold") == kNone);
  CHECK(f.hold("ON") == "200");
  CHECK(f.remove(kBypass) == kProtected);
  CHECK(f.s3.head("/vault/a").header("x-amz-object-lock-legal-hold") == "ON");
  CHECK(f.hold("on") == kMalformed);
  CHECK(f.hold("OFF") == "200");
  CHECK(element(f.s3.get("/vault/a?legal-hold"), "Status") == "OFF");
  CHECK(f.remove() == "204");
}

TEST_CASE("Object lock: DeleteObjects refuses what is locked, key by key", "[s3][lock]") {
  Vault f;
  std::string other = f.s3.put("/vault/b", "x").header("x-amz-version-id");
  f.hold("ON");
  std::string document = "<Delete><Object><Key>a</Key><VersionId>" + f.version + "</VersionId></Object><Object><Key>b</Key><VersionId>" +
                         other + "</VersionId></Object></Delete>";
  Reply reply = f.s3.post("/vault?delete", document, {{"Content-MD5", base64(md5(document))}});
  CHECK(element(reply, "Error/Key") == "a");
  CHECK(element(reply, "Error/Code") == "AccessDenied");
  CHECK(elements(reply, "Deleted/Key") == "b");
  CHECK(f.s3.get("/vault/a").status == 200);
}

TEST_CASE("Object lock: writes may ask for a lock, and get the bucket's default otherwise", "[s3][lock]") {
  Vault f;
  const Headers lock = {{"x-amz-object-lock-mode", "COMPLIANCE"},
                        {"x-amz-object-lock-retain-until-date", "2027-01-01T00:00:00Z"},
                        {"x-amz-object-lock-legal-hold", "ON"},
                        {"Content-MD5", base64(md5("x"))}};
  auto refused = [&](std::string header, std::string value) {
    Headers headers = lock;
    for (auto& [name, text] : headers) {
      if (name == header) text = value;
    }
    if (value.empty()) std::erase_if(headers, [&](const auto& entry) { return entry.first == header; });
    return f.s3.refusal("PUT", "/vault/b", headers, "x");
  };
  CHECK(refused("x-amz-object-lock-mode", "BAD") == "400 InvalidArgument: Unknown wormMode directive.");
  CHECK(refused("x-amz-object-lock-mode", "") ==
        "400 InvalidArgument: x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied");
  CHECK(refused("x-amz-object-lock-retain-until-date", "2026-11-23T04:00:00Z") ==
        "400 InvalidArgument: The retain until date must be in the future!");
  CHECK(element(f.s3.last, "ArgumentValue") == "Sun Nov 22 20:00:00 PST 2026");
  CHECK(refused("x-amz-object-lock-retain-until-date", "soon").starts_with("400 InvalidArgument"));
  CHECK(refused("x-amz-object-lock-legal-hold", "MAYBE").starts_with("400 InvalidArgument"));
  CHECK(refused("Content-MD5", "").starts_with("400 InvalidRequest: Content-MD5 OR x-amz-checksum-"));
  f.s3.put("/vault?object-lock", configuration("<Days>2</Days>"));
  f.s3.put("/vault/c", "x", {lock[3]});
  CHECK(f.s3.head("/vault/c").header("x-amz-object-lock-retain-until-date") == "2026-11-25T04:00:00.000Z");
  f.s3.put("/vault/d", "", {{"x-amz-copy-source", "/vault/a"}});
  CHECK(f.s3.head("/vault/d").header("x-amz-object-lock-mode") == "GOVERNANCE");
  std::string upload = f.s3.begin_upload("/vault/e", {lock[0], lock[1]});
  std::string etag = f.s3.upload_part("/vault/e", upload, 1, "x", {lock[3]});
  CHECK(f.s3.post("/vault/e?uploadId=" + upload, parts_document({etag})).status == 200);
  CHECK(f.s3.head("/vault/e").header("x-amz-object-lock-mode") == "COMPLIANCE");
}

TEST_CASE("Object lock: what will be locked comes with a digest, by whatever it is locked, and so does each part",
          "[s3][lock][checksums]") {
  Vault f;
  auto needs = [](std::string_view what) {
    return concat("400 InvalidRequest: Content-MD5 OR x-amz-checksum- HTTP header is required for Put ", what,
                  " requests with Object Lock parameters");
  };
  const std::pair<std::string, std::string> with_md5{"Content-MD5", base64(md5("x"))};
  auto part = [](const std::string& upload) { return "/vault/film?partNumber=1&uploadId=" + upload; };
  // A bucket with object lock and no default asks for none, of an upload without a lock neither.
  CHECK(f.s3.put("/vault/b", "x").status == 200);
  CHECK(f.s3.put(part(f.s3.begin_upload("/vault/film")), "x").status == 200);
  std::string held = f.s3.begin_upload("/vault/film", {{"x-amz-object-lock-legal-hold", "ON"}});
  CHECK(f.s3.refusal("PUT", part(held), {}, "x") == needs("Part"));
  CHECK(f.s3.put(part(held), "x", {with_md5}).status == 200);

  f.s3.put("/vault?object-lock", configuration("<Days>2</Days>"));
  CHECK(f.s3.refusal("PUT", "/vault/b", {}, "x") == needs("Object"));
  CHECK(f.s3.put("/vault/b", "x", {with_md5}).status == 200);
  CHECK(f.s3.put("/vault/b", "x", {{"x-amz-checksum-crc32", base64(digest(DigestKind::crc32, "x"))}}).status == 200);
  CHECK(f.s3.put("/vault/copy", "", {{"x-amz-copy-source", "/vault/a"}}).status == 200);
  std::string upload = f.s3.begin_upload("/vault/film");
  CHECK(f.s3.refusal("PUT", part(upload), {}, "x") == needs("Part"));
  CHECK(f.s3.put(part(upload), "x", {with_md5}).status == 200);
  const Headers trailing = {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                            {"x-amz-decoded-content-length", "1"},
                            {"x-amz-trailer", "x-amz-checksum-crc32"}};
  const std::string chunks = concat("1\r\nx\r\n0\r\nx-amz-checksum-crc32:", base64(digest(DigestKind::crc32, "x")), "\r\n\r\n");
  CHECK(f.s3.put("/vault/b", chunks, trailing).status == 200);
  CHECK(f.s3.put(part(upload), chunks, trailing).status == 200);
}

TEST_CASE("Object lock: lifecycle rules wait for it", "[s3][lock][lifecycle]") {
  Vault f;
  f.retain("GOVERNANCE", "2026-12-10T12:00:00Z");
  f.s3.put("/vault/a", "newer");
  f.s3.put("/vault?lifecycle",
           "<LifecycleConfiguration><Rule><ID>a</ID><Filter/><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>1"
           "</NoncurrentDays></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>");
  f.s3.world.advance(17 * kDayMs);
  CHECK(elements(f.s3.get("/vault?versions"), "Version/Key") == "a a");
  f.s3.world.advance(1 * kDayMs);
  CHECK(elements(f.s3.get("/vault?versions"), "Version/Key") == "a");
}

}  // namespace cloudemu::test
