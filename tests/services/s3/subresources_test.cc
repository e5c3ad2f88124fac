#include <catch2/catch.hpp>

#include "support/s3.h"

namespace cloudemu::test {

namespace {

struct Fixture {
  Fixture() {
    s3.bucket("photos");
    s3.put("/photos/cat", "meow");
  }
  std::string root(std::string subresource) {
    std::string body = s3.get("/photos?" + subresource).body;
    size_t at = body.find('\n');
    return at == std::string::npos ? body : body.substr(at + 1);
  }
  S3 s3;
};

#define XMLNS " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

}  // namespace

TEST_CASE("Sub-resources: what a new bucket answers", "[s3][subresources]") {
  Fixture f;
  CHECK(f.root("versioning") == "<VersioningConfiguration" XMLNS "></VersioningConfiguration>");
  CHECK(f.root("accelerate") == "<AccelerateConfiguration" XMLNS "></AccelerateConfiguration>");
  CHECK(f.root("logging") == "<BucketLoggingStatus" XMLNS "></BucketLoggingStatus>");
  CHECK(f.root("notification") == "<NotificationConfiguration" XMLNS "></NotificationConfiguration>");
  CHECK(f.root("requestPayment") == "<RequestPaymentConfiguration" XMLNS "><Payer>BucketOwner</Payer></RequestPaymentConfiguration>");
  CHECK(f.root("encryption") ==
        "<ServerSideEncryptionConfiguration" XMLNS
        "><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
        "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>");
  CHECK(f.root("ownershipControls") == "<OwnershipControls" XMLNS
                                       "><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>");
  CHECK(f.root("publicAccessBlock") ==
        "<PublicAccessBlockConfiguration" XMLNS
        "><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
        "<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>");
}

TEST_CASE("Sub-resources: what a new bucket does not have", "[s3][subresources]") {
  Fixture f;
  const std::pair<std::string, std::string> absent[] = {
      {"cors", "404 NoSuchCORSConfiguration: The CORS configuration does not exist"},
      {"lifecycle", "404 NoSuchLifecycleConfiguration: The lifecycle configuration does not exist"},
      {"policy", "404 NoSuchBucketPolicy: The bucket policy does not exist"},
      {"policyStatus", "404 NoSuchBucketPolicy: The bucket policy does not exist"},
      {"replication", "404 ReplicationConfigurationNotFoundError: The replication configuration was not found"},
      {"tagging", "404 NoSuchTagSet: The TagSet does not exist"},
      {"website", "404 NoSuchWebsiteConfiguration: The specified bucket does not have a website configuration"},
      {"object-lock", "404 ObjectLockConfigurationNotFoundError: Object Lock configuration does not exist for this bucket"}};
  for (const auto& [subresource, refusal] : absent) {
    CHECK(f.s3.refusal("GET", "/photos?" + subresource) == refusal);
    CHECK(element(f.s3.last, "BucketName") == "photos");
    CHECK(f.s3.refusal("GET", "/nobody?" + subresource) == "404 NoSuchBucket: The specified bucket does not exist");
  }
  for (std::string subresource : {"analytics", "inventory", "metrics", "intelligent-tiering"}) {
    CHECK(f.s3.refusal("GET", "/photos?" + subresource + "&id=x") ==
          "404 NoSuchConfiguration: The specified configuration does not exist.");
    CHECK(element(f.s3.get("/photos?" + subresource), "IsTruncated") == "false");
  }
}

TEST_CASE("ACLs: the owner has everything, and that is all there can be in a new bucket", "[s3][subresources]") {
  Fixture f;
  for (std::string target : {"/photos?acl", "/photos/cat?acl"}) {
    Reply reply = f.s3.get(target);
    CHECK(elements(reply, "AccessControlList/Grant/Permission") == "FULL_CONTROL");
    CHECK(element(reply, "AccessControlList/Grant/Grantee/ID") == element(reply, "Owner/ID"));
    CHECK(reply.body.find("xsi:type=\"CanonicalUser\"") != std::string::npos);
    CHECK(f.s3.refusal("PUT", target, {{"x-amz-acl", "public-read"}}) ==
          "400 AccessControlListNotSupported: The bucket does not allow ACLs");
  }
  CHECK(f.s3.refusal("GET", "/photos/dog?acl") == "404 NoSuchKey: The specified key does not exist.");
}

TEST_CASE("Object lock: a bucket without it says so", "[s3][subresources]") {
  Fixture f;
  for (std::string method : {"GET", "PUT"}) {
    for (std::string subresource : {"retention", "legal-hold"}) {
      CHECK(f.s3.refusal(method, "/photos/cat?" + subresource) == "400 InvalidRequest: Bucket is missing Object Lock Configuration");
    }
  }
}

TEST_CASE("Sub-resources: writes that are not built say so by name, and write nothing", "[s3][subresources][routing]") {
  Fixture f;
  const std::pair<std::string, std::string> unbuilt[] = {{"POST /photos/cat?select&select-type=2", "SelectObjectContent"},
                                                         {"PUT /photos/cat?renameObject", "RenameObject"}};
  for (const auto& [request, name] : unbuilt) {
    INFO(request);
    size_t blank = request.find(' ');
    CHECK(f.s3.refusal(request.substr(0, blank), request.substr(blank + 1), {}, "<x/>") ==
          "501 NotImplemented: CloudEmu does not implement the S3 operation " + name + " yet.");
  }
  CHECK(f.s3.get("/photos/cat").body == "meow");
}

}  // namespace cloudemu::test
