// The settings that a bucket can have a thousand of, each with an id.
#include <catch2/catch.hpp>

#include "core/encoding.h"
#include "fixture.h"

namespace cloudemu::test {

namespace {

struct Family {
  std::string subresource, root, inside, list_root;
};

// In the order in which AWS writes the elements.
const Family kFamilies[] = {
    {"metrics", "MetricsConfiguration",
     "<Id>all</Id><Filter><And><Prefix>a/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>",
     "ListMetricsConfigurationsResult"},
    {"analytics", "AnalyticsConfiguration",
     "<Id>all</Id><Filter><Prefix>a/</Prefix></Filter><StorageClassAnalysis><DataExport><OutputSchemaVersion>V_1</OutputSchemaVersion>"
     "<Destination><S3BucketDestination><Format>CSV</Format><Bucket>arn:aws:s3:::reports</Bucket><Prefix>p</Prefix>"
     "</S3BucketDestination></Destination></DataExport></StorageClassAnalysis>",
     "ListBucketAnalyticsConfigurationsResult"},
    {"intelligent-tiering", "IntelligentTieringConfiguration",
     "<Id>all</Id><Filter><Tag><Key>k</Key><Value></Value></Tag></Filter><Status>Enabled</Status><Tiering><Days>90</Days>"
     "<AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering><Tiering><Days>180</Days><AccessTier>DEEP_ARCHIVE_ACCESS</AccessTier></Tiering>",
     "ListIntelligentTieringConfigurationsResult"},
    {"inventory", "InventoryConfiguration",
     "<Destination><S3BucketDestination><AccountId>000000000000</AccountId><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format>"
     "<Prefix>p</Prefix><Encryption><SSE-S3></SSE-S3></Encryption></S3BucketDestination></Destination><IsEnabled>false</IsEnabled>"
     "<Filter><Prefix>a/</Prefix></Filter><Id>all</Id><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields>"
     "<Field>Size</Field><Field>ETag</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule>",
     "ListInventoryConfigurationsResult"}};

std::string document(const Family& family, std::string_view id = "all") {
  return concat("<", family.root, ">", replace_all(family.inside, "<Id>all<", concat("<Id>", id, "<")), "</", family.root, ">");
}

}  // namespace

TEST_CASE("Numbered settings: put, get, list, delete by id", "[s3][settings][numbered]") {
  for (const Family& family : kFamilies) {
    CAPTURE(family.subresource);
    Settings f;
    const std::string absent = "404 NoSuchConfiguration: The specified configuration does not exist.";
    check_document(f, family.subresource + "&id=all", family.root, family.inside);
    CHECK(f.absent(family.subresource + "&id=other") == absent);
    CHECK(f.put(family.subresource + "&id=b.2_-", document(family, "b.2_-")) == 200);
    Reply list = f.s3.get("/photos?" + family.subresource);
    CHECK(list.body.substr(list.body.find("?>\n") + 3) == concat("<", family.list_root, XMLNS ">", document(family),
                                                                 document(family, "b.2_-"), "<IsTruncated>false</IsTruncated></",
                                                                 family.list_root, ">"));
    CHECK(f.s3.get("/photos?" + family.subresource + "&id=").body == list.body);
    Reply empty_token = f.s3.get("/photos?" + family.subresource + "&continuation-token=");
    CHECK(element(empty_token, "ContinuationToken").empty());
    CHECK(f.absent(family.subresource + "&continuation-token=x") ==
          "400 MalformedContinuationToken: The continuation-token you provided invalid.");
    CHECK(f.remove(family.subresource + "&id=all") == 204);
    CHECK(f.absent(family.subresource + "&id=all") == absent);
    CHECK(f.s3.refusal("DELETE", "/photos?" + family.subresource + "&id=all") == absent);
    CHECK(elements(f.s3.get("/photos?" + family.subresource), family.root + "/Id") == "b.2_-");
    CHECK(f.s3.remove("/photos").status == 204);  // they go with the bucket
    f.s3.bucket("photos");
    CHECK(elements(f.s3.get("/photos?" + family.subresource), family.root + "/Id").empty());
  }
}

TEST_CASE("Numbered settings: ids", "[s3][settings][numbered][limits]") {
  for (const Family& family : kFamilies) {
    CAPTURE(family.subresource);
    Settings f;
    CHECK(f.put(family.subresource + "&id=" + std::string(64, 'i'), document(family, std::string(64, 'i'))) == 200);
    CHECK(f.refused(family.subresource + "&id=" + std::string(65, 'i'), document(family, std::string(65, 'i'))) ==
          "400 InvalidConfigurationId: The specified configuration id is invalid.");
    CHECK_THAT(f.refused(family.subresource + "&id=a%2Fb", document(family, "a/b")), Catch::StartsWith("400 InvalidConfigurationId"));
    CHECK(f.refused(family.subresource + "&id=a", document(family, "b")) ==
          "400 IdMismatch: Document ID does not match the specified configuration ID.");
    CHECK_THAT(f.refused(family.subresource, document(family)), Catch::StartsWith("400 InvalidArgument"));
  }
}

TEST_CASE("Numbered settings: a thousand of a kind, a hundred a page", "[s3][settings][numbered][limits]") {
  Settings f;
  const Family& family = kFamilies[0];
  auto name = [](int i) { return concat("m", 1000 + i); };
  for (int i = 0; i < 1000; ++i) REQUIRE(f.put("metrics&id=" + name(i), document(family, name(i))) == 200);
  CHECK_THAT(f.refused("metrics&id=more", document(family, "more")), Catch::StartsWith("400 TooManyConfigurations"));
  CHECK(f.put("metrics&id=" + name(7), document(family, name(7))) == 200);  // one that is there may change
  CHECK(f.put("inventory&id=all", document(kFamilies[3])) == 200);
  std::string query = "/photos?metrics";
  int seen = 0, pages = 0;
  for (bool more = true; more; ++pages) {
    Reply page = f.s3.get(query);
    const std::string ids = elements(page, "MetricsConfiguration/Id");
    for (std::string_view id : split(ids, ' ')) CHECK(id == name(seen++));
    more = element(page, "IsTruncated") == "true";
    query = "/photos?metrics&continuation-token=" + percent_encode(element(page, "NextContinuationToken"));
  }
  CHECK(pages == 10);
  CHECK(seen == 1000);
  CHECK(f.s3.refusal("GET", "/photos?metrics&continuation-token=made-up") ==
        "400 MalformedContinuationToken: The continuation-token you provided invalid.");
}

TEST_CASE("Numbered settings: what AWS refuses", "[s3][settings][numbered]") {
  Settings f;
  auto refused = [&](size_t family, std::string_view from, std::string_view to) {
    std::string changed = replace_all(document(kFamilies[family]), from, to);
    REQUIRE(changed != document(kFamilies[family]));
    return f.refused(kFamilies[family].subresource + "&id=all", changed);
  };
  CHECK(refused(0, "<Prefix>a/</Prefix>", "") == kMalformed);  // And of one
  CHECK(refused(0, "<And>", "<Prefix>a</Prefix><And>") == kMalformed);
  CHECK(refused(1, "<Filter><Prefix>a/</Prefix></Filter>", "<Filter/>") == kMalformed);
  CHECK(refused(1, "V_1", "V_2") == kMalformed);
  CHECK(refused(1, "arn:aws:s3:::reports", "reports") == "400 InvalidS3DestinationBucket: Invalid bucket ARN.");
  CHECK(refused(1, "arn:aws:s3:::reports", "arn:aws:s3::000000000000:reports") ==
        "400 InvalidS3DestinationBucket: Bucket ARN should not specify a namespace.");
  CHECK(refused(2, "DEEP_ARCHIVE_ACCESS", "ARCHIVE_ACCESS") == kMalformed);
  CHECK(refused(2, "<Days>90</Days>", "<Days>89</Days>") ==
        "400 InvalidArgument: Days specified in ARCHIVE_ACCESS tier should not be less than 90");
  CHECK_THAT(refused(2, "<Days>180</Days>", "<Days>731</Days>"), Catch::StartsWith("400 InvalidArgument"));
  CHECK(refused(2, "<Days>90</Days>", "<Days>ninety</Days>") == kMalformed);
  CHECK(refused(3, "<Field>ETag</Field>", "<Field>Size</Field>") == kMalformed);
  CHECK(refused(3, "<Field>ETag</Field>", "<Field>Smell</Field>") == kMalformed);
  CHECK(refused(3, "Daily", "Yearly") == kMalformed);
  CHECK(refused(3, "<IsEnabled>false</IsEnabled>", "") == kMalformed);
  CHECK(refused(3, "<SSE-S3></SSE-S3>", "") == kMalformed);
}

}  // namespace cloudemu::test
