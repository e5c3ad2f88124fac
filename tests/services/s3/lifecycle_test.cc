// What time does to the objects of a bucket with lifecycle rules: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
// The tests' clock shows 2026-11-23T04:00:00Z.
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "services/due.h"
#include "settings/fixture.h"

namespace cloudemu::test {

namespace {

constexpr TimeMs kHourMs = 3'600'000;

/// A bucket "photos" whose rules a test sets.
struct Lifecycles : Settings {
  std::string rules(std::string_view inside) {
    s3.put("/photos?lifecycle", concat("<LifecycleConfiguration>", inside, "</LifecycleConfiguration>"));
    return error_of(s3.last);
  }
  /// Refused, and nothing changed.
  std::string refused_rules(std::string_view inside) {
    return refused("lifecycle", concat("<LifecycleConfiguration>", inside, "</LifecycleConfiguration>"));
  }
  std::string keys() { return elements(s3.get("/photos"), "Contents/Key"); }
  std::string versions() {
    Reply all = s3.get("/photos?versions");
    return concat(elements(all, "Version/Key"), "|", elements(all, "DeleteMarker/Key"));
  }
  void days(int64_t count) { s3.world.advance(count * kDayMs); }
  std::string large() const { return std::string(130 << 10, 'x'); }
  std::string storage_class(const std::string& key) {
    std::string shown = s3.head("/photos/" + key).header("x-amz-storage-class");
    return shown.empty() ? "STANDARD" : shown;
  }
};

std::string rule(std::string_view id, std::string_view inside, std::string_view filter = "<Filter/>") {
  return concat("<Rule><ID>", id, "</ID>", filter, "<Status>Enabled</Status>", inside, "</Rule>");
}
std::string expire(int days) { return concat("<Expiration><Days>", days, "</Days></Expiration>"); }
std::string under(std::string_view prefix) { return concat("<Filter><Prefix>", prefix, "</Prefix></Filter>"); }
std::string move(std::string_view action, std::string_view field, int days, std::string_view storage_class) {
  return concat("<", action, "><", field, ">", days, "</", field, "><StorageClass>", storage_class, "</StorageClass></", action, ">");
}

}  // namespace

TEST_CASE("Lifecycle: both forms of the document are kept, shown and removed", "[s3][settings][lifecycle]") {
  Lifecycles f;
  REQUIRE(f.rules("<Rule><ID>a</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule>")
              .starts_with("200"));
  CHECK(element(f.s3.get("/photos?lifecycle"), "Rule/Prefix") == "logs/");
  CHECK(f.remove("lifecycle") == 204);
  CHECK(f.absent("lifecycle") == "404 NoSuchLifecycleConfiguration: The lifecycle configuration does not exist");
  check_document(f, "lifecycle", "LifecycleConfiguration",
                 "<Rule><ID>a</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration>"
                 "</Rule><Rule><ID>b</ID><Filter><And><Prefix>x</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>"
                 "<ObjectSizeGreaterThan>0</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>"
                 "<Status>Disabled</Status><Transition><Days>0</Days><StorageClass>GLACIER</StorageClass></Transition>"
                 "<NoncurrentVersionTransition><NoncurrentDays>0</NoncurrentDays><StorageClass>GLACIER</StorageClass>"
                 "</NoncurrentVersionTransition><NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays>"
                 "<NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>"
                 "<Rule><ID>c</ID><Filter></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload>"
                 "<DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>");
  CHECK(f.remove("lifecycle") == 204);
  CHECK(f.remove("lifecycle") == 204);
  CHECK(f.absent("lifecycle").starts_with("404 NoSuchLifecycleConfiguration"));
}

TEST_CASE("Lifecycle: the least size of what moves comes and goes in a header, ids are made up, dates get milliseconds",
          "[s3][settings][lifecycle]") {
  Lifecycles f;
  constexpr std::string_view kHeader = "x-amz-transition-default-minimum-object-size";
  std::string document =
      "<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Expiration><Date>2030-01-01</Date></Expiration></Rule>"
      "</LifecycleConfiguration>";
  CHECK(f.s3.put("/photos?lifecycle", document).header(kHeader) == "all_storage_classes_128K");
  Reply shown = f.s3.get("/photos?lifecycle");
  CHECK(shown.header(kHeader) == "all_storage_classes_128K");
  CHECK(element(shown, "Rule/ID").size() == 48);
  CHECK(element(shown, "Rule/Expiration/Date") == "2030-01-01T00:00:00.000Z");
  CHECK(f.s3.put("/photos?lifecycle", document, {{std::string(kHeader), "varies_by_storage_class"}}).header(kHeader) ==
        "varies_by_storage_class");
  CHECK(f.s3.get("/photos?lifecycle").header(kHeader) == "varies_by_storage_class");
  CHECK(f.s3.get("/photos?lifecycle").body.find("Minimum") == std::string::npos);
  CHECK(f.s3.refusal("PUT", "/photos?lifecycle", {{std::string(kHeader), "value"}}, document) ==
        "400 InvalidRequest: Invalid TransitionDefaultMinimumObjectSize found: value");
}

TEST_CASE("Lifecycle: what came to a class for infrequent access stays there for thirty days", "[s3][settings][lifecycle][limits]") {
  Lifecycles f;
  for (auto [action, field] : {std::pair{"Transition", "Days"}, std::pair{"NoncurrentVersionTransition", "NoncurrentDays"}}) {
    CAPTURE(action);
    auto both = [&, action = action, field = field](std::string_view first, int days, std::string_view then, int more) {
      return rule("a", move(action, field, days, first) + move(action, field, more, then), under("logs/"));
    };
    CHECK(f.refused_rules(both("STANDARD_IA", 30, "GLACIER", 59)) ==
          concat("400 InvalidArgument: '", field, "' in the '", action, "' action for StorageClass 'GLACIER' for filter '(prefix=logs/)' ",
                 "must be 30 days more than 'filter '(prefix=logs/)'' in the '", action, "' action for StorageClass 'STANDARD_IA'"));
    CHECK(f.refused_rules(both("GLACIER_IR", 89, "ONEZONE_IA", 60)).starts_with("400 InvalidArgument: "));
    CHECK(f.refused_rules(both("STANDARD_IA", 30, "ONEZONE_IA", 31)).starts_with("400 InvalidArgument: "));
    CHECK(f.rules(both("STANDARD_IA", 30, "GLACIER", 60)) == "200");
    CHECK(f.rules(both("STANDARD_IA", 30, "INTELLIGENT_TIERING", 31)) == "200");
    CHECK(f.rules(both("GLACIER", 0, "DEEP_ARCHIVE", 1)) == "200");
  }
}

TEST_CASE("Lifecycle: what AWS does not take", "[s3][settings][lifecycle]") {
  Lifecycles f;
  const std::string kInvalid = "400 InvalidArgument: ", kRequest = "400 InvalidRequest: ";
  CHECK(f.refused_rules("") == kMalformed);
  CHECK(f.refused_rules(rule("a", expire(0))) == kInvalid + "'Days' for Expiration action must be a positive integer");
  CHECK(f.refused_rules(rule("a", "<Expiration><Days>x</Days></Expiration>")) == kMalformed);
  CHECK(f.refused_rules(rule("a", "<Expiration></Expiration>")) == kMalformed);
  CHECK(f.refused_rules(rule("a", "<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>")) ==
        kMalformed);
  CHECK(f.refused_rules(rule("a", "")) == kRequest + "At least one action needs to be specified in a rule");
  CHECK(f.refused_rules(rule("a", expire(1)) + rule("a", expire(2))) ==
        kInvalid + "Rule ID must be unique. Found same ID for more than one rule");
  CHECK(f.rules(rule(std::string(255, 'i'), expire(1))).starts_with("200"));
  CHECK(f.refused_rules(rule(std::string(256, 'i'), expire(1))) == kInvalid + "ID length should not exceed allowed limit of 255");
  for (const auto& around : {std::pair("<Filter><Prefix>", "</Prefix></Filter>"), std::pair("<Prefix>", "</Prefix>"),
                             std::pair("<Filter><And><ObjectSizeLessThan>9</ObjectSizeLessThan><Prefix>", "</Prefix></And></Filter>")}) {
    auto prefixed = [&](size_t size) {
      return concat("<Rule>", around.first, std::string(size, 'p'), around.second, "<Status>Enabled</Status>", expire(1), "</Rule>");
    };
    CHECK(f.rules(prefixed(1024)).starts_with("200"));
    CHECK(f.refused_rules(prefixed(1025)) == kRequest + "The maximum size of a prefix is 1024");
  }
  CHECK(f.refused_rules("<Rule><Status>Enabled</Status>" + expire(1) + "</Rule>") == kMalformed);
  CHECK(f.refused_rules("<Rule><Prefix/><Filter/><Status>Enabled</Status>" + expire(1) + "</Rule>") == kMalformed);
  CHECK(f.refused_rules("<Rule><Prefix/><Status>enabled</Status>" + expire(1) + "</Rule>") == kMalformed);
  CHECK(f.refused_rules(rule("a", "<Expiration><Date>2030-01-01T01:00:00Z</Date></Expiration>")) ==
        kInvalid + "'Date' must be at midnight GMT");
  CHECK(element(f.s3.last, "ArgumentName") == "Date");
  CHECK(element(f.s3.last, "ArgumentValue") == "2030-01-01T01:00:00Z");
  CHECK(f.refused_rules(rule("a", "<Expiration><Date>20300101</Date></Expiration>")) == kMalformed);
  CHECK(f.refused_rules(rule("a", move("Transition", "Days", 29, "STANDARD_IA"))) ==
        kInvalid + "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'");
  CHECK(f.refused_rules(rule("a", move("Transition", "Days", 1, "STANDARD"))) == kMalformed);
  CHECK(f.refused_rules(rule("a", move("Transition", "Days", 5, "GLACIER") + expire(5), under("p"))) ==
        kInvalid + "'Days' in the Expiration action for filter '(prefix=p)' must be greater than 'Days' in the Transition action");
  CHECK(f.refused_rules(rule("a",
                             "<AbortIncompleteMultipartUpload><DaysAfterInitiation>0</DaysAfterInitiation>"
                             "</AbortIncompleteMultipartUpload>")) ==
        kInvalid + "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer");
  const std::string give_up =
      "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
  for (std::string size : {"<ObjectSizeGreaterThan>1</ObjectSizeGreaterThan>", "<ObjectSizeLessThan>9</ObjectSizeLessThan>",
                           "<And><Prefix>a</Prefix><ObjectSizeLessThan>9</ObjectSizeLessThan></And>"}) {
    CHECK(f.refused_rules(rule("a", give_up, "<Filter>" + size + "</Filter>")) ==
          kRequest + "AbortIncompleteMultipartUpload cannot be specified with Object Size.");
  }
  CHECK(f.refused_rules(rule("a", expire(1),
                             "<Filter><And><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></And>"
                             "</Filter>")) == kRequest + "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
  std::string tag = "<Tag><Key>k</Key><Value>v</Value></Tag>";
  CHECK(f.refused_rules(rule("a", expire(1), "<Filter><And>" + tag + "</And></Filter>")) == kMalformed);
  CHECK(f.refused_rules(rule("a", expire(1), "<Filter><Prefix>p</Prefix>" + tag + "</Filter>")) == kMalformed);
  CHECK(f.refused_rules(rule("a", expire(1), "<Filter><And>" + tag + tag + "</And></Filter>")) ==
        kRequest + "Duplicate Tag Keys are not allowed.");
  CHECK(f.refused_rules(rule("a", "<NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>")) ==
        kInvalid + "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer");
}

TEST_CASE("Lifecycle: objects expire at the midnight after so many days, whether made before the rule or after", "[s3][lifecycle]") {
  Lifecycles f;
  f.s3.put("/photos/old/before", "x");
  f.rules(rule("tmp", expire(1), under("old/")));
  f.s3.put("/photos/old/after", "x");
  f.s3.put("/photos/kept", "x");
  f.s3.world.advance(44 * kHourMs - 1);  // the second midnight is 44 hours away
  CHECK(f.keys() == "kept old/after old/before");
  f.s3.world.advance(1);
  auto happened = f.s3.world.events();
  CHECK(f.keys() == "kept");
  REQUIRE(happened.size() >= 2);
  auto* gone = std::get_if<s3::VersionDeleted>(&happened.front());
  REQUIRE(gone);
  CHECK(gone->rule == "tmp");
  f.days(1000);
  CHECK(f.s3.world.events().empty());
  CHECK(f.keys() == "kept");
}

TEST_CASE("Lifecycle: rules by prefix and rules by filter do not mix, and prefixes do not overlap", "[s3][settings][lifecycle]") {
  Lifecycles f;
  const std::string request = "400 InvalidRequest: ", a = "<Prefix>a</Prefix>", ab = "<Prefix>ab</Prefix>", b = "<Prefix>b</Prefix>";
  CHECK(f.refused_rules(rule("1", expire(1), a) + rule("2", expire(1), under("b"))) ==
        request + "Filter element can only be used in Lifecycle V2.");
  CHECK(f.refused_rules(rule("1", expire(1), under("b")) + rule("2", expire(1), a)) ==
        request + "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.");
  CHECK(f.refused_rules(rule("1", expire(1), a) + rule("2", expire(2), ab)) ==
        request + "Found overlapping prefixes 'ab' and 'a' for same action type 'Expiration'");
  CHECK(f.refused_rules(rule("1", expire(1), "<Prefix/>") + rule("2", expire(2), a)).starts_with("400 InvalidRequest: Found overlapping"));
  CHECK(f.rules(rule("1", expire(1), a) + rule("2", move("Transition", "Days", 1, "GLACIER"), ab)).starts_with("200"));
  CHECK(f.rules(rule("1", expire(1), a) + rule("2", expire(1), b)).starts_with("200"));
  CHECK(f.rules(rule("1", expire(1), under("a")) + rule("2", expire(1), under("ab"))).starts_with("200"));
}

TEST_CASE("Lifecycle: replies say when an object will expire", "[s3][lifecycle]") {
  Lifecycles f;
  f.rules(rule("in 3", expire(3), under("a")) + rule("in 9", expire(9)));
  const std::string in3 = "expiry-date=\"Fri, 27 Nov 2026 00:00:00 GMT\", rule-id=\"in%203\"";
  CHECK(f.s3.put("/photos/a", "x").header("x-amz-expiration") == in3);
  CHECK(f.s3.get("/photos/a").header("x-amz-expiration") == in3);
  CHECK(f.s3.head("/photos/a").header("x-amz-expiration") == in3);
  CHECK(f.s3.put("/photos/b", "x").header("x-amz-expiration") == "expiry-date=\"Thu, 03 Dec 2026 00:00:00 GMT\", rule-id=\"in%209\"");
  CHECK(f.s3.put("/photos/ab", "", {{"x-amz-copy-source", "/photos/b"}}).header("x-amz-expiration") == in3);
  f.remove("lifecycle");
  CHECK_FALSE(f.s3.head("/photos/a").has_header("x-amz-expiration"));
}

TEST_CASE("Lifecycle: rules choose by tags and sizes, and a tag that comes later counts", "[s3][lifecycle]") {
  Lifecycles f;
  f.rules(rule("tagged", expire(1), "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>") +
          rule("sized", expire(1),
               "<Filter><And><Prefix>s</Prefix><ObjectSizeGreaterThan>2</ObjectSizeGreaterThan><ObjectSizeLessThan>5</ObjectSizeLessThan>"
               "</And></Filter>"));
  f.s3.put("/photos/t1", "x", {{"x-amz-tagging", "k=v&other=w"}});
  f.s3.put("/photos/t2", "x", {{"x-amz-tagging", "k=w"}});
  for (int size : {2, 3, 4, 5}) f.s3.put(concat("/photos/s", size), std::string(static_cast<size_t>(size), 'x'));
  f.days(2);
  CHECK(f.keys() == "s2 s5 t2");
  f.s3.put("/photos/t2?tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>");
  f.days(1);
  CHECK(f.keys() == "s2 s5");
}

TEST_CASE("Lifecycle: rules that are disabled, replaced or removed do nothing", "[s3][lifecycle]") {
  Lifecycles f;
  f.s3.put("/photos/a", "x");
  f.rules("<Rule><ID>a</ID><Filter/><Status>Disabled</Status>" + expire(1) + "</Rule>");
  f.days(3);
  f.rules(rule("a", expire(10)));
  f.days(1);
  f.rules(rule("a", expire(100)));
  f.days(50);
  CHECK(f.keys() == "a");
  f.remove("lifecycle");
  f.days(500);
  CHECK(f.keys() == "a");
  CHECK_FALSE(
      next_due(f.s3.world.state(), Subject::bucket(f.s3.world.state().s3().find_bucket("photos")->id), f.s3.world.engine().moment()));
}

TEST_CASE("Lifecycle: Date expires what is there then, and later what comes after it", "[s3][lifecycle]") {
  Lifecycles f;
  f.s3.put("/photos/a", "x");
  f.rules(rule("a", "<Expiration><Date>2026-12-01T00:00:00Z</Date></Expiration>"));
  f.days(7);
  CHECK(f.keys() == "a");
  f.days(1);
  CHECK(f.keys().empty());
  f.s3.put("/photos/b", "x");
  CHECK(f.keys() == "b");
  f.days(1);
  CHECK(f.keys().empty());
}

TEST_CASE("Lifecycle: with versions, expiry hides behind a marker, older versions go later, and the marker last", "[s3][lifecycle]") {
  Lifecycles f;
  f.s3.set_versioning("photos", "Enabled");
  f.s3.put("/photos/a", "1");
  f.s3.put("/photos/a", "2");
  f.rules(rule("a", expire(10) + "<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>"));
  CHECK(f.versions() == "a a|");
  f.days(5);
  CHECK(f.versions() == "a|");
  f.days(6);
  CHECK(f.versions() == "a|a");
  f.days(4);
  CHECK(f.versions() == "|a");
  f.days(30);  // a rule with days also takes markers that hide nothing, at that age
  CHECK(f.versions() == "|");
}

TEST_CASE("Lifecycle: ExpiredObjectDeleteMarker takes markers that hide nothing, at the end of the day", "[s3][lifecycle]") {
  Lifecycles f;
  f.s3.set_versioning("photos", "Enabled");
  f.s3.put("/photos/a", "1");
  std::string version = f.s3.last.header("x-amz-version-id");
  f.s3.remove("/photos/a");
  f.s3.remove("/photos/never-there");
  f.rules(rule("a", "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"));
  f.days(1);
  CHECK(f.versions() == "a|a");
  f.s3.remove("/photos/a?versionId=" + version);
  f.days(1);
  CHECK(f.versions() == "|");
}

TEST_CASE("Lifecycle: NewerNoncurrentVersions keeps so many, whatever their age", "[s3][lifecycle]") {
  Lifecycles f;
  f.s3.set_versioning("photos", "Enabled");
  f.rules(rule("a",
               "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions>"
               "</NoncurrentVersionExpiration>"));
  for (int i = 0; i < 3; ++i) f.s3.put("/photos/a", std::to_string(i));
  f.days(100);
  CHECK(f.versions() == "a a a|");
  f.s3.put("/photos/a", "3");
  f.s3.put("/photos/a", "4");
  f.days(3);
  CHECK(f.versions() == "a a a|");
  CHECK(f.s3.get("/photos/a").body == "4");
}

TEST_CASE("Lifecycle: objects move down the storage classes, and small ones do not", "[s3][lifecycle]") {
  Lifecycles f;
  f.rules(rule("a", move("Transition", "Days", 30, "STANDARD_IA") + move("Transition", "Days", 60, "GLACIER")));
  f.s3.put("/photos/large", f.large());
  f.s3.put("/photos/small", "x");
  f.s3.put("/photos/cold", f.large(), {{"x-amz-storage-class", "DEEP_ARCHIVE"}});
  f.days(31);
  CHECK(f.storage_class("large") == "STANDARD_IA");
  f.days(30);
  CHECK(f.storage_class("large") == "GLACIER");
  CHECK(f.storage_class("small") == "STANDARD");
  CHECK(f.storage_class("cold") == "DEEP_ARCHIVE");
  CHECK(elements(f.s3.get("/photos"), "Contents/StorageClass") == "DEEP_ARCHIVE GLACIER STANDARD");
  CHECK(f.s3.refusal("GET", "/photos/large").starts_with("403 InvalidObjectState"));
}

TEST_CASE("Lifecycle: noncurrent versions move, too", "[s3][lifecycle]") {
  Lifecycles f;
  f.s3.set_versioning("photos", "Enabled");
  f.s3.put("/photos/a", f.large());
  std::string old = f.s3.last.header("x-amz-version-id");
  f.s3.put("/photos/a", f.large());
  f.rules(rule("a", move("NoncurrentVersionTransition", "NoncurrentDays", 1, "GLACIER")));
  f.days(2);
  CHECK(f.storage_class("a?versionId=" + old) == "GLACIER");
  CHECK(f.storage_class("a") == "STANDARD");
}

TEST_CASE("Lifecycle: unfinished uploads are aborted, and say when", "[s3][lifecycle]") {
  Lifecycles f;
  f.s3.begin_upload("/photos/before");
  f.rules(rule("up", "<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
               under("b")));
  std::string upload = f.s3.begin_upload("/photos/b2");
  CHECK(f.s3.last.header("x-amz-abort-date") == "Thu, 26 Nov 2026 00:00:00 GMT");
  CHECK(f.s3.last.header("x-amz-abort-rule-id") == "up");
  CHECK(f.s3.get("/photos/b2?uploadId=" + upload).header("x-amz-abort-rule-id") == "up");
  f.s3.begin_upload("/photos/other");
  f.days(3);
  CHECK(elements(f.s3.get("/photos?uploads"), "Upload/Key") == "other");
}

TEST_CASE("Lifecycle: an overwrite begins anew, and a large bucket is done in slices", "[s3][lifecycle]") {
  Lifecycles f;
  for (int i = 0; i < 350; ++i) f.s3.put(concat("/photos/", i), "x");
  f.rules(rule("a", expire(2)));
  f.days(2);
  f.s3.put("/photos/7", "y");
  f.days(1);
  CHECK(f.keys() == "7");
  f.days(2);
  CHECK(f.keys().empty());
}

TEST_CASE("Lifecycle: a bucket without rules has nothing written beside its objects", "[s3][lifecycle]") {
  Lifecycles f;
  f.s3.put("/photos/a", "x");
  CHECK(f.s3.world.events().size() == 1);
  f.s3.bucket("ruled");
  f.s3.put("/ruled?lifecycle", "<LifecycleConfiguration>" + rule("a", expire(1)) + "</LifecycleConfiguration>");
  f.s3.put("/photos/a", "x");
  CHECK(f.s3.world.events().size() == 1);
  f.s3.put("/ruled/a", "x");
  CHECK(f.s3.world.events().size() == 2);
}

}  // namespace cloudemu::test
