#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

std::string constraint(std::string_view region) {
  return concat("<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>", region,
                "</LocationConstraint></CreateBucketConfiguration>");
}

constexpr auto kNoSuchBucket = "404 NoSuchBucket: The specified bucket does not exist";

}  // namespace

TEST_CASE("CreateBucket: a new bucket is one event that names owner, region and time", "[s3][buckets]") {
  S3 s3;
  Reply reply = s3.put("/photos");
  CHECK(reply.status == 200);
  CHECK(reply.header("Location") == "/photos");
  CHECK(reply.header("x-amz-bucket-arn") == "arn:aws:s3:::photos");
  CHECK(reply.body.empty());
  s3::BucketCreated expected{.bucket = "photos", .owner = "000000000000", .region = "us-east-1", .created_at = s3.world.clock().now()};
  CHECK(s3.world.events() == std::vector<Event>{expected});
}

TEST_CASE("CreateBucket: in us-east-1 one's own bucket may be created again, and keeps what is in it", "[s3][buckets]") {
  S3 s3;
  s3.bucket("photos");
  s3.put("/photos/cat", "meow");
  CHECK(s3.put("/photos").status == 200);
  CHECK(s3.world.events().empty());
  CHECK(s3.get("/photos/cat").body == "meow");
}

TEST_CASE("CreateBucket: names are taken by whoever was first", "[s3][buckets]") {
  S3 s3;
  s3.bucket("photos");
  CHECK(s3.refusal("PUT", "/photos", {as("111122223333")}) ==
        "409 BucketAlreadyExists: The requested bucket name is not available. The bucket namespace is shared by all users of the "
        "system. Please select a different name and try again.");
  CHECK(element(s3.last, "BucketName") == "photos");
  s3.put("/paris", constraint("eu-west-3"), {as("111122223333", "eu-west-3")});
  CHECK(s3.refusal("PUT", "/paris", {as("111122223333", "eu-west-3")}, constraint("eu-west-3")) ==
        "409 BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.");
  CHECK(element(s3.last, "BucketName") == "paris");
}

TEST_CASE("CreateBucket: the region is the endpoint's, and outside us-east-1 must be said", "[s3][buckets]") {
  S3 s3;
  auto paris = as("000000000000", "eu-west-3");
  CHECK(s3.refusal("PUT", "/photos", {paris}) ==
        "400 IllegalLocationConstraintException: The unspecified location constraint is incompatible for the region specific "
        "endpoint this request was sent to.");
  CHECK(s3.refusal("PUT", "/photos", {paris}, constraint("us-west-2")) ==
        "400 IllegalLocationConstraintException: The us-west-2 location constraint is incompatible for the region specific "
        "endpoint this request was sent to.");
  CHECK(s3.refusal("PUT", "/photos", {}, constraint("us-east-1")) ==
        "400 InvalidLocationConstraint: The specified location-constraint is not valid");
  CHECK(element(s3.last, "LocationConstraint") == "us-east-1");
  CHECK(s3.refusal("PUT", "/photos", {}, constraint("mars-north-1")) ==
        "400 InvalidLocationConstraint: The specified location-constraint is not valid");
  Reply reply = s3.put("/photos", constraint("eu-west-3"), {paris});
  CHECK(reply.status == 200);
  CHECK(reply.header("Location") == "http://photos.s3.localhost:4566/");
  CHECK(s3.put("/old", constraint("EU")).status == 200);
  CHECK(std::get<s3::BucketCreated>(s3.world.events()[0]).region == "eu-west-1");
}

TEST_CASE("CreateBucket: a region that AWS does not have is us-east-1", "[s3][buckets]") {
  S3 s3;
  CHECK(s3.put("/photos", {}, {as("000000000000", "auto")}).status == 200);
  CHECK(std::get<s3::BucketCreated>(s3.world.events()[0]).region == "us-east-1");
  CHECK(s3.put("/photos", {}, {as("000000000000", "US")}).status == 200);
}

TEST_CASE("GetBucketLocation: nothing in us-east-1, else the constraint as it was given", "[s3][buckets]") {
  S3 s3;
  s3.bucket("home");
  s3.put("/old", constraint("EU"));
  s3.put("/paris", constraint("eu-west-3"));
  CHECK(s3.get("/home?location").body ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>");
  CHECK(s3.get("/old?location").body.find(">EU</LocationConstraint>") != std::string::npos);
  CHECK(s3.get("/paris?location").body.find(">eu-west-3</LocationConstraint>") != std::string::npos);
}

TEST_CASE("CreateBucket: names have 3 to 63 characters of their alphabet", "[s3][buckets][limits]") {
  S3 s3;
  for (std::string name : {"abc", "a.b", "a-b", "1a2", "a--b"}) {
    INFO(name);
    CHECK(s3.put("/" + name).status == 200);
  }
  CHECK(s3.put("/" + std::string(63, 'a')).status == 200);
  std::vector<std::string> bad = {"ab",
                                  std::string(64, 'a'),
                                  "Photos",
                                  "my_photos",
                                  "-photos",
                                  "photos-",
                                  ".photos",
                                  "photos.",
                                  "ph..otos",
                                  "ph.-otos",
                                  "ph-.otos",
                                  "192.168.5.4",
                                  "xn--photos",
                                  "photos-s3alias",
                                  "photos--ol-s3",
                                  "a%2Bb",
                                  "sthree-photos",
                                  "photos--x-s3"};
  for (const std::string& name : bad) {
    INFO(name);
    CHECK(s3.refusal("PUT", "/" + name) == "400 InvalidBucketName: The specified bucket is not valid.");
  }
}

TEST_CASE("CreateBucket: documents that are none are refused", "[s3][buckets]") {
  S3 s3;
  constexpr auto kMalformed = "400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";
  CHECK(s3.refusal("PUT", "/photos", {}, "not XML") == kMalformed);
  CHECK(s3.refusal("PUT", "/photos", {}, "<Other/>") == kMalformed);
  CHECK(s3.refusal("PUT", "/photos", {}, "<!DOCTYPE x [<!ENTITY a \"b\">]><CreateBucketConfiguration/>") == kMalformed);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  CHECK(s3.refusal("PUT", "/photos", {}, deep) == kMalformed);
}

TEST_CASE("CreateBucket: tags of the configuration are the bucket's", "[s3][buckets][tagging]") {
  S3 s3;
  auto document = [](std::string_view tags) {
    return concat("<CreateBucketConfiguration><Tags>", tags, "</Tags></CreateBucketConfiguration>");
  };
  CHECK(s3.put("/photos", document("<Tag><Key>team</Key><Value>red</Value></Tag>")).status == 200);
  CHECK(s3.world.events().size() == 2);
  CHECK(element(s3.get("/photos?tagging"), "TagSet/Tag/Value") == "red");
  CHECK(s3.refusal("PUT", "/other", {}, document("<Tag><Key>aws:x</Key><Value>y</Value></Tag>")) ==
        "400 InvalidTag: User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove "
        "\"aws:\" from your tag keys and try again.");
}

TEST_CASE("CreateBucket: what new buckets cannot have is refused, never dropped", "[s3][buckets]") {
  S3 s3;
  constexpr auto kNoAcls =
      "400 InvalidBucketAclWithObjectOwnership: Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
  CHECK(s3.refusal("PUT", "/photos", {{"x-amz-acl", "public-read"}}) == kNoAcls);
  CHECK(s3.refusal("PUT", "/photos", {{"x-amz-grant-read", concat("id=", std::string(64, 'a'))}}) == kNoAcls);
  CHECK(s3.refusal("PUT", "/photos", {{"x-amz-acl", "nonsense"}}) == "400 InvalidArgument: ");
  CHECK(element(s3.last, "ArgumentName") == "x-amz-acl");
  CHECK(s3.refusal("PUT", "/photos", {{"x-amz-object-ownership", "Nobody"}}) ==
        "400 InvalidArgument: Invalid x-amz-object-ownership header: Nobody");
  CHECK(s3.put("/photos", {}, {{"x-amz-acl", "private"}, {"x-amz-object-ownership", "BucketOwnerEnforced"}}).status == 200);
}

TEST_CASE("HeadBucket: tells region, ARN and that the name is no alias", "[s3][buckets]") {
  S3 s3;
  s3.put("/paris", constraint("eu-west-3"));
  Reply reply = s3.head("/paris");
  CHECK(reply.status == 200);
  CHECK(reply.header("x-amz-bucket-region") == "eu-west-3");
  CHECK(reply.header("x-amz-bucket-arn") == "arn:aws:s3:::paris");
  CHECK(reply.header("x-amz-access-point-alias") == "false");
  CHECK(s3.head("/nobody").status == 404);
}

TEST_CASE("Buckets: what is not there is named in the refusal", "[s3][buckets]") {
  S3 s3;
  CHECK(s3.refusal("GET", "/photos") == kNoSuchBucket);
  CHECK(element(s3.last, "BucketName") == "photos");
  CHECK(s3.last.header("x-amz-request-id") == element(s3.last, "RequestId"));
  CHECK(s3.last.header("x-amz-id-2") == element(s3.last, "HostId"));
  CHECK(s3.last.header("x-amz-request-id").size() == 16);
  CHECK(s3.refusal("GET", "/photos/cat") == kNoSuchBucket);
  CHECK(s3.refusal("PUT", "/photos/cat", {}, "meow") == kNoSuchBucket);
  CHECK(s3.refusal("DELETE", "/photos") == kNoSuchBucket);
  CHECK(s3.refusal("GET", "/ab") == "400 InvalidBucketName: The specified bucket is not valid.");
}

TEST_CASE("DeleteBucket: only an empty bucket goes", "[s3][buckets]") {
  S3 s3;
  s3.bucket("photos");
  s3.put("/photos/cat", "meow");
  CHECK(s3.refusal("DELETE", "/photos") == "409 BucketNotEmpty: The bucket you tried to delete is not empty");
  CHECK(element(s3.last, "BucketName") == "photos");
  s3.remove("/photos/cat");
  Reply reply = s3.remove("/photos");
  CHECK(reply.status == 204);
  CHECK(s3.world.events() == std::vector<Event>{s3::BucketDeleted{.bucket = "photos"}});
  CHECK(s3.refusal("DELETE", "/photos") == kNoSuchBucket);
}

TEST_CASE("DeleteBucket: versions and delete markers count, unfinished uploads do not", "[s3][buckets]") {
  S3 s3;
  s3.bucket("photos");
  s3.set_versioning("photos", "Enabled");
  s3.remove("/photos/cat");
  std::string marker = s3.last.header("x-amz-version-id");
  CHECK(s3.refusal("DELETE", "/photos") ==
        "409 BucketNotEmpty: The bucket you tried to delete is not empty. You must delete all versions in the bucket.");
  s3.remove("/photos/cat?versionId=" + marker);
  std::string upload = s3.begin_upload("/photos/dog");
  s3.upload_part("/photos/dog", upload, 1, "woof");
  CHECK(s3.remove("/photos").status == 204);
  s3.bucket("photos");
  CHECK(element(s3.get("/photos?uploads"), "Upload/Key") == "-");
  CHECK(s3.refusal("GET", "/photos/dog?uploadId=" + upload).starts_with("404 NoSuchUpload"));
}

TEST_CASE("DeleteBucket: a new bucket of that name has nothing of the old one's settings", "[s3][buckets]") {
  S3 s3;
  s3.bucket("photos");
  s3.set_versioning("photos", "Enabled");
  s3.put("/photos?tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>");
  s3.remove("/photos");
  s3.bucket("photos");
  CHECK(element(s3.get("/photos?versioning"), "Status") == "-");
  CHECK(s3.refusal("GET", "/photos?tagging") == "404 NoSuchTagSet: The TagSet does not exist");
}

TEST_CASE("ListBuckets: an account sees its own, sorted by name", "[s3][buckets]") {
  S3 s3;
  for (std::string name : {"beta", "alpha", "gamma"}) s3.bucket(name);
  s3.put("/foreign", {}, {as("111122223333")});
  Reply reply = s3.get("/");
  CHECK(elements(reply, "Buckets/Bucket/Name") == "alpha beta gamma");
  CHECK(element(reply, "Buckets/Bucket/CreationDate") == "2026-11-23T04:00:00.000Z");
  CHECK(element(reply, "Buckets/Bucket/BucketRegion") == "-");
  CHECK(element(reply, "Owner/ID").size() == 64);
  CHECK(element(reply, "Owner/DisplayName") == "-");
  CHECK(elements(s3.get("/", {as("111122223333")}), "Buckets/Bucket/Name") == "foreign");
}

TEST_CASE("ListBuckets: pages, prefixes and regions", "[s3][buckets]") {
  S3 s3;
  for (std::string name : {"aa-1", "aa-2", "aa-3", "bb-1"}) s3.bucket(name);
  s3.put("/aa-paris", constraint("eu-west-3"));
  Reply first = s3.get("/?max-buckets=2&prefix=aa");
  CHECK(elements(first, "Buckets/Bucket/Name") == "aa-1 aa-2");
  CHECK(element(first, "Prefix") == "aa");
  CHECK(element(first, "Buckets/Bucket/BucketArn") == "arn:aws:s3:::aa-1");
  CHECK(element(first, "Buckets/Bucket/BucketRegion") == "us-east-1");
  std::string token = element(first, "ContinuationToken");
  std::string encoded;
  for (char c : token) c == '+' ? encoded += "%2B" : encoded += c;
  Reply second = s3.get("/?max-buckets=2&prefix=aa&continuation-token=" + encoded);
  CHECK(elements(second, "Buckets/Bucket/Name") == "aa-3 aa-paris");
  CHECK(element(second, "ContinuationToken") == "-");
  CHECK(elements(s3.get("/?bucket-region=EU-WEST-3", {as("000000000000", "eu-west-3")}), "Buckets/Bucket/Name") == "aa-paris");
  CHECK(s3.refusal("GET", "/?bucket-region=eu-west-3") ==
        "400 InvalidArgument: Requests with bucket-region specified must be made to the corresponding regional endpoint");
  CHECK(element(s3.get("/"), "Buckets/Bucket/BucketArn") == "arn:aws:s3:::aa-1");
  CHECK(element(s3.get("/"), "Buckets/Bucket/BucketRegion") == "-");
  CHECK(s3.refusal("GET", "/?bucket-region=mars") == "400 InvalidArgument: Argument value mars is not a valid AWS Region");
  CHECK(s3.refusal("GET", "/?continuation-token=xyz") == "400 InvalidArgument: The continuation token provided is incorrect");
}

TEST_CASE("ListBuckets: 1 to 10000 a page", "[s3][buckets][limits]") {
  S3 s3;
  CHECK(s3.get("/?max-buckets=1").status == 200);
  CHECK(s3.get("/?max-buckets=10000").status == 200);
  for (std::string limit : {"0", "10001", "-1"}) {
    CHECK(s3.refusal("GET", "/?max-buckets=" + limit) ==
          "400 InvalidArgument: Argument max-buckets must be an integer between 1 and 10000");
  }
  CHECK(s3.refusal("GET", "/?max-buckets=x") == "400 InvalidArgument: Provided max-buckets not an integer or within integer range");
}

TEST_CASE("Buckets: the expected owner is checked before anything is done", "[s3][buckets]") {
  S3 s3;
  s3.bucket("photos");
  CHECK(s3.get("/photos", {{"x-amz-expected-bucket-owner", "000000000000"}}).status == 200);
  CHECK(s3.refusal("PUT", "/photos/cat", {{"x-amz-expected-bucket-owner", "111122223333"}}, "meow") == "403 AccessDenied: Access Denied");
  CHECK(s3.refusal("GET", "/photos", {{"x-amz-expected-bucket-owner", "me"}}) ==
        "400 InvalidBucketOwnerAWSAccountID: The value of the expected bucket owner parameter must be an AWS Account ID... [me]");
}

TEST_CASE("Buckets: another account is not let in, unless there is a policy", "[s3][buckets]") {
  S3 s3;
  s3.bucket("photos");
  s3.put("/photos/cat", "meow");
  CHECK(s3.refusal("GET", "/photos/cat", {as("111122223333")}) == "403 AccessDenied: Access Denied");
  std::string policy = R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}]})";
  CHECK(s3.remove("/photos?publicAccessBlock").status == 204);
  CHECK(s3.put("/photos?policy", policy).status == 204);
  CHECK(s3.get("/photos/cat", {as("111122223333")}).body == "meow");
}

}  // namespace cloudemu::test
