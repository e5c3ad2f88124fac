// Restores from archives: https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "settings/fixture.h"

namespace cloudemu::test {

namespace {

constexpr TimeMs kHourMs = 3'600'000;

struct Archive : Settings {
  Archive() { s3.put("/photos/a", "x", {{"x-amz-storage-class", "GLACIER"}}); }
  std::string restore(std::string_view inside = "<Days>2</Days>", std::string key = "a") {
    s3.post(concat("/photos/", key, "?restore"), concat("<RestoreRequest>", inside, "</RestoreRequest>"));
    return error_of(s3.last);
  }
  std::string shown() { return s3.head("/photos/a").header("x-amz-restore"); }
};

std::string tier(std::string_view name) {
  return concat("<Days>2</Days><GlacierJobParameters><Tier>", name, "</Tier></GlacierJobParameters>");
}

}  // namespace

TEST_CASE("RestoreObject: it takes its time, then the copy can be read, then it is gone", "[s3][restore]") {
  Archive f;
  const std::string kArchived = "403 InvalidObjectState: The operation is not valid for the object's storage class";
  CHECK(f.s3.refusal("GET", "/photos/a") == kArchived);
  CHECK(f.shown().empty());
  CHECK(f.restore() == "202");
  CHECK(f.shown() == "ongoing-request=\"true\"");
  CHECK(f.restore() == "409 RestoreAlreadyInProgress: Object restore is already in progress");
  CHECK(f.s3.refusal("GET", "/photos/a") == kArchived);
  f.s3.world.advance(5 * kHourMs - 1);
  CHECK(f.shown() == "ongoing-request=\"true\"");
  f.s3.world.advance(1);
  CHECK(f.shown() == "ongoing-request=\"false\", expiry-date=\"Thu, 26 Nov 2026 00:00:00 GMT\"");
  CHECK(f.s3.get("/photos/a").body == "x");
  CHECK(f.s3.head("/photos/a").header("x-amz-storage-class") == "GLACIER");
  CHECK(f.s3.put("/photos/copy", "", {{"x-amz-copy-source", "/photos/a"}}).status == 200);
  CHECK_FALSE(f.s3.head("/photos/copy").has_header("x-amz-restore"));
  f.s3.world.advance(kDayMs);
  CHECK(f.restore("<Days>1</Days>") == "200");  // stays longer, at once
  CHECK(f.shown() == "ongoing-request=\"false\", expiry-date=\"Thu, 26 Nov 2026 00:00:00 GMT\"");
  f.s3.world.advance(3 * kDayMs);
  CHECK(f.shown().empty());
  CHECK(f.s3.refusal("GET", "/photos/a") == kArchived);
}

TEST_CASE("RestoreStatus: listings show it where it is asked for", "[s3][restore][listing]") {
  Archive f;
  f.s3.put("/photos/plain", "x");
  Headers asked = {{"x-amz-optional-object-attributes", "RestoreStatus"}};
  auto shown = [&](const std::string& target, const std::string& entry) {
    Reply reply = f.s3.get(target, asked);
    std::string path = entry + "/RestoreStatus/";
    return concat(elements(reply, path + "IsRestoreInProgress"), "|", elements(reply, path + "RestoreExpiryDate"));
  };
  const std::string kListings[][2] = {{"/photos", "Contents"}, {"/photos?list-type=2", "Contents"}, {"/photos?versions", "Version"}};
  auto check = [&](const std::string& expected) {
    for (const auto& [target, entry] : kListings) CHECK(shown(target, entry) == expected);
  };
  check("|");
  f.restore();
  check("true|");
  CHECK(element(f.s3.get("/photos"), "Contents/RestoreStatus") == "-");
  f.s3.world.advance(5 * kHourMs);
  check("false|2026-11-26T00:00:00.000Z");
  f.s3.set_versioning("photos", "Enabled");
  f.s3.put("/photos/a", "newer");
  CHECK(shown("/photos", "Contents") == "|");
  CHECK(shown("/photos?versions", "Version") == "false|2026-11-26T00:00:00.000Z");
  asked.front().second = "Colour";
  CHECK(f.s3.refusal("GET", "/photos", asked).starts_with("400 InvalidArgument"));
}

TEST_CASE("RestoreObject: tiers take different times", "[s3][restore]") {
  Archive f;
  f.s3.put("/photos/deep", "x", {{"x-amz-storage-class", "DEEP_ARCHIVE"}});
  CHECK(f.restore(tier("Expedited")) == "202");
  CHECK(f.restore(tier("Expedited"), "deep").starts_with("400 InvalidArgument"));
  CHECK(f.restore(tier("Bulk"), "deep") == "202");
  f.s3.world.advance(kHourMs);
  CHECK(f.s3.get("/photos/a").status == 200);
  f.s3.world.advance(46 * kHourMs);
  CHECK(f.s3.get("/photos/deep").status == 403);
  f.s3.world.advance(kHourMs);
  CHECK(f.s3.get("/photos/deep").status == 200);
}

TEST_CASE("RestoreObject: what goes on can be made faster, not slower, and stays as long", "[s3][restore]") {
  Archive f;
  const std::string kGoesOn = "409 RestoreAlreadyInProgress: Object restore is already in progress";
  auto faster = [](std::string_view name) { return concat("<GlacierJobParameters><Tier>", name, "</Tier></GlacierJobParameters>"); };
  CHECK(f.restore(tier("Bulk")) == "202");
  CHECK(f.restore(faster("Bulk")) == kGoesOn);
  f.s3.world.advance(kHourMs);
  CHECK(f.restore(faster("Standard")) == "202");
  CHECK(f.restore(faster("Standard")) == kGoesOn);
  CHECK(f.restore(tier("Bulk")) == kGoesOn);
  CHECK(f.restore(faster("Expedited")) == "202");
  CHECK(f.restore(faster("Expedited")) == kGoesOn);
  CHECK(f.s3.get("/photos/a").status == 403);
  f.s3.world.advance(kHourMs / 12);
  CHECK(f.s3.get("/photos/a").body == "x");
  CHECK(f.shown() == "ongoing-request=\"false\", expiry-date=\"Thu, 26 Nov 2026 00:00:00 GMT\"");  // the two days of the first request
}

TEST_CASE("RestoreObject: what AWS does not take", "[s3][restore]") {
  Archive f;
  f.s3.put("/photos/plain", "x");
  auto refused = [&](const std::string& key, const std::string& inside) {
    return f.s3.refusal("POST", "/photos/" + key + "?restore", {}, "<RestoreRequest>" + inside + "</RestoreRequest>");
  };
  CHECK(refused("plain", "<Days>1</Days>") == "403 InvalidObjectState: Restore is not allowed for the object's current storage class");
  CHECK(element(f.s3.last, "StorageClass") == "STANDARD");
  f.s3.put("/photos/tiered", "x", {{"x-amz-storage-class", "INTELLIGENT_TIERING"}});
  CHECK(
      refused("tiered", "<Days>1</Days>") ==
      "400 InvalidArgument: INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when restoring this object");
  CHECK(refused("tiered", "").starts_with("403 InvalidObjectState"));
  CHECK(refused("a", "") == kMalformed);
  CHECK(refused("a", "<Days>0</Days>").starts_with("400 InvalidArgument"));
  CHECK(refused("a", tier("Fast")) == kMalformed);
  CHECK(refused("nothing", "<Days>1</Days>").starts_with("404 NoSuchKey"));
}

TEST_CASE("RestoreObject: an object that is written anew forgets its restore", "[s3][restore]") {
  Archive f;
  f.restore();
  f.s3.put("/photos/a", "y");
  f.s3.world.advance(100 * kDayMs);
  CHECK(f.shown().empty());
  CHECK(f.s3.get("/photos/a").body == "y");
}

}  // namespace cloudemu::test
