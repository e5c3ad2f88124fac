#include <catch2/catch.hpp>

#include "fixture.h"

namespace cloudemu::test {

namespace {

constexpr auto kAllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
const std::string kSomebody(64, 'a');

std::string ownership(std::string_view of) {
  return concat("<OwnershipControls><Rule><ObjectOwnership>", of, "</ObjectOwnership></Rule></OwnershipControls>");
}

struct Fixture : Settings {
  explicit Fixture(std::string_view of = "BucketOwnerPreferred", Environment environment = {}) : Settings(std::move(environment)) {
    REQUIRE(put("ownershipControls", ownership(of)) == 200);
    REQUIRE(remove("publicAccessBlock") == 204);
    s3.put("/photos/cat", "meow");
    owner = element(s3.get("/photos?acl"), "Owner/ID");
  }
  /// "READ AllUsers, FULL_CONTROL owner"
  std::string acl(const std::string& target) {
    Reply reply = s3.get(target);
    std::string grantees = elements(reply, "AccessControlList/Grant/Grantee/ID");
    std::string groups = elements(reply, "AccessControlList/Grant/Grantee/URI");
    return elements(reply, "AccessControlList/Grant/Permission") + " | " + replace_all(grantees, owner, "owner") + " | " +
           replace_all(groups, "http://acs.amazonaws.com/groups/", "");
  }
  std::string policy(std::string_view grants) const {
    return concat("<AccessControlPolicy" XMLNS "><Owner><ID>", owner, "</ID></Owner><AccessControlList>", grants,
                  "</AccessControlList></AccessControlPolicy>");
  }
  static std::string grant(std::string_view type, std::string_view grantee, std::string_view permission) {
    return concat("<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"", type, "\">", grantee,
                  "</Grantee><Permission>", permission, "</Permission></Grant>");
  }
  std::string owner;
};

}  // namespace

TEST_CASE("OwnershipControls: the owner is enforced, until it is set otherwise or removed", "[s3][settings][ownership]") {
  Settings f;
  const std::string rule = "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>";
  const std::string enforced = "<OwnershipControls" XMLNS ">" + rule + "</OwnershipControls>";
  CHECK(f.document("ownershipControls") == enforced);
  check_document(f, "ownershipControls", "OwnershipControls", "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>");
  CHECK(f.refused("ownershipControls", ownership("Nobody")) == kMalformed);
  CHECK(f.refused("ownershipControls", "<OwnershipControls/>") == kMalformed);
  CHECK(f.refused("ownershipControls", "<OwnershipControls>" + rule + rule + "</OwnershipControls>") == kMalformed);
  CHECK(f.remove("ownershipControls") == 204);
  CHECK(f.absent("ownershipControls") == "404 OwnershipControlsNotFoundError: The bucket ownership controls were not found");
  CHECK(f.remove("ownershipControls") == 204);
  CHECK(f.s3.put("/photos?acl", {}, {{"x-amz-acl", "private"}}).status == 200);  // ACLs have a say now
  CHECK(f.put("ownershipControls", ownership("BucketOwnerEnforced")) == 200);
  CHECK(f.document("ownershipControls") == enforced);
  CHECK(f.s3.refusal("PUT", "/photos?acl", {{"x-amz-acl", "private"}}) ==
        "400 AccessControlListNotSupported: The bucket does not allow ACLs");
}

TEST_CASE("OwnershipControls: a bucket whose ACL grants something to others keeps it", "[s3][settings][ownership][acl]") {
  Fixture f;
  CHECK(f.s3.put("/photos?acl", {}, {{"x-amz-acl", "public-read"}}).status == 200);
  CHECK(f.refused("ownershipControls", ownership("BucketOwnerEnforced")) ==
        "400 InvalidBucketAclWithObjectOwnership: Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
  CHECK(f.put("ownershipControls", ownership("ObjectWriter")) == 200);
  CHECK(f.s3.put("/photos?acl", {}, {{"x-amz-acl", "private"}}).status == 200);
  CHECK(f.put("ownershipControls", ownership("BucketOwnerEnforced")) == 200);
}

TEST_CASE("CreateBucket: with ownership and ACL by header", "[s3][settings][ownership][acl]") {
  S3 s3;
  CHECK(s3.put("/logs", {}, {{"x-amz-object-ownership", "ObjectWriter"}, {"x-amz-acl", "log-delivery-write"}}).status == 200);
  CHECK(s3.world.events().size() == 3);
  CHECK(element(s3.get("/logs?ownershipControls"), "Rule/ObjectOwnership") == "ObjectWriter");
  CHECK(elements(s3.get("/logs?acl"), "AccessControlList/Grant/Permission") == "FULL_CONTROL WRITE READ_ACP");
  CHECK(s3.refusal("PUT", "/open", {{"x-amz-object-ownership", "ObjectWriter"}, {"x-amz-acl", "public-read"}}) ==
        "400 InvalidBucketAclWithBlockPublicAccessError: Bucket cannot have public ACLs set with BlockPublicAccess enabled");
  CHECK(s3.refusal("PUT", "/open", {{"x-amz-acl", "public-read"}}) ==
        "400 InvalidBucketAclWithObjectOwnership: Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
}

TEST_CASE("CreateBucket: with --legacy-acl as AWS made buckets until April 2023", "[s3][settings][ownership][acl]") {
  S3 s3(Environment{.legacy_acl = true});
  CHECK(s3.put("/open", {}, {{"x-amz-acl", "public-read"}}).status == 200);
  CHECK(elements(s3.get("/open?acl"), "AccessControlList/Grant/Permission") == "READ FULL_CONTROL");
  CHECK_THAT(s3.refusal("GET", "/open?ownershipControls"), Catch::StartsWith("404 OwnershipControlsNotFoundError"));
  CHECK_THAT(s3.refusal("GET", "/open?publicAccessBlock"), Catch::StartsWith("404 NoSuchPublicAccessBlockConfiguration"));
  CHECK(s3.refusal("PUT", "/shut", {{"x-amz-acl", "public-read"}, {"x-amz-object-ownership", "BucketOwnerEnforced"}}) ==
        "400 InvalidBucketAclWithObjectOwnership: Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
}

TEST_CASE("Owners have names with --legacy-acl, and else only ids", "[s3][settings][acl]") {
  for (bool legacy : {false, true}) {
    S3 s3(Environment{.legacy_acl = legacy});
    s3.put("/photos", {}, {{"x-amz-object-ownership", "ObjectWriter"}});
    s3.put("/photos/cat", "meow");
    const std::string name = legacy ? "000000000000" : "-";
    CHECK(element(s3.get("/"), "Owner/DisplayName") == name);
    CHECK(element(s3.get("/photos?acl"), "Owner/DisplayName") == name);
    CHECK(element(s3.get("/photos/cat?acl"), "AccessControlList/Grant/Grantee/DisplayName") == name);
    CHECK(element(s3.get("/photos"), "Contents/Owner/DisplayName") == name);
    CHECK(element(s3.get("/photos?versions"), "Version/Owner/DisplayName") == name);
    CHECK(element(s3.get("/photos?list-type=2&fetch-owner=true"), "Contents/Owner/DisplayName") == name);
    // The status of a bucket without a policy is of interest only where ACLs open buckets.
    CHECK(s3.get("/photos?policyStatus").status == (legacy ? 200 : 404));
  }
}

TEST_CASE("ACLs: canned ones, of buckets and of objects", "[s3][settings][acl]") {
  Fixture f;
  const std::string only_owner = "FULL_CONTROL | owner | ";
  const std::pair<std::string, std::string> canned[] = {
      {"public-read", "FULL_CONTROL READ | owner | global/AllUsers"},
      {"public-read-write", "FULL_CONTROL READ WRITE | owner | global/AllUsers global/AllUsers"},
      {"authenticated-read", "FULL_CONTROL READ | owner | global/AuthenticatedUsers"},
      {"bucket-owner-full-control", only_owner},
      {"private", only_owner}};
  for (std::string target : {"/photos?acl", "/photos/cat?acl"}) {
    CHECK(f.acl(target) == only_owner);
    for (const auto& [name, expected] : canned) {
      CAPTURE(target, name);
      CHECK(f.s3.put(target, {}, {{"x-amz-acl", name}}).status == 200);
      CHECK(f.acl(target) == expected);
    }
  }
}

TEST_CASE("ACLs: an object is written with one, and a copy with its own", "[s3][settings][acl]") {
  Fixture f;
  const std::string everybody = "FULL_CONTROL READ | owner | global/AllUsers", only_owner = "FULL_CONTROL | owner | ";
  CHECK(f.s3.put("/photos/dog", "woof", {{"x-amz-acl", "public-read"}}).status == 200);
  CHECK(f.acl("/photos/dog?acl") == everybody);
  CHECK(f.s3.put("/photos/copy", {}, {{"x-amz-copy-source", "/photos/dog"}}).status == 200);
  CHECK(f.acl("/photos/copy?acl") == only_owner);
  std::string upload = f.s3.begin_upload("/photos/film", {{"x-amz-grant-read", concat("uri=\"", kAllUsers, "\"")}});
  std::string part = f.s3.upload_part("/photos/film", upload, 1, "frames");
  CHECK(f.s3.post("/photos/film?uploadId=" + upload, parts_document({part})).status == 200);
  CHECK(f.acl("/photos/film?acl") == "READ |  | global/AllUsers");
  CHECK(f.s3.put("/photos/dog", "woof").status == 200);
  CHECK(f.acl("/photos/dog?acl") == only_owner);
  // Where the owner is enforced again, none has a say.
  CHECK(f.put("ownershipControls", ownership("BucketOwnerEnforced")) == 200);
  CHECK(f.acl("/photos/film?acl") == only_owner);
}

TEST_CASE("PutObjectAcl: a key that was deleted has a marker, which has no ACL", "[s3][settings][acl][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  f.s3.remove("/photos/cat");
  for (std::string method : {"PUT", "GET"}) {
    CHECK(f.s3.refusal(method, "/photos/cat?acl", {{"x-amz-acl", "public-read"}})
              .starts_with(method == "PUT" ? "405 MethodNotAllowed" : "404 NoSuchKey"));
  }
  CHECK(f.s3.refusal("PUT", "/photos/nothing?acl", {{"x-amz-acl", "public-read"}}).starts_with("404 NoSuchKey"));
}

TEST_CASE("PutObjectAcl: of one version, and nothing else of it changes", "[s3][settings][acl][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  std::string old = f.s3.put("/photos/cat", "meow", {{"x-amz-meta-mood", "good"}}).header("x-amz-version-id");
  f.s3.put("/photos/cat", "purr");
  CHECK(f.s3.put("/photos/cat?acl&versionId=" + old, {}, {{"x-amz-acl", "public-read"}}).header("x-amz-version-id") == old);
  CHECK(f.acl("/photos/cat?acl") == "FULL_CONTROL | owner | ");
  CHECK(f.acl("/photos/cat?acl&versionId=" + old) == "FULL_CONTROL READ | owner | global/AllUsers");
  Reply read = f.s3.get("/photos/cat?versionId=" + old);
  CHECK(read.body == "meow");
  CHECK(read.header("x-amz-meta-mood") == "good");
}

TEST_CASE("ACLs: as a document, which comes back as it was", "[s3][settings][acl]") {
  Fixture f;
  std::string document = f.policy(f.grant("CanonicalUser", "<ID>" + kSomebody + "</ID>", "READ_ACP") +
                                  f.grant("Group", concat("<URI>", kAllUsers, "</URI>"), "READ"));
  for (std::string target : {"/photos?acl", "/photos/cat?acl"}) {
    CHECK(f.s3.put(target, document).status == 200);
    std::string body = f.s3.get(target).body;
    CHECK(body.substr(body.find("?>\n") + 3) == document);
  }
  CHECK(f.s3.put("/photos?acl", f.policy("")).status == 200);
  CHECK(f.acl("/photos?acl") == " |  | ");
}

TEST_CASE("ACLs: what AWS refuses", "[s3][settings][acl]") {
  Fixture f;
  constexpr auto kMalformedAcl =
      "400 MalformedACLError: The XML you provided was not well-formed or did not validate against our published schema";
  auto refused = [&](Headers headers, std::string body = {}) {
    return f.s3.refusal("PUT", "/photos?acl", std::move(headers), std::move(body));
  };
  CHECK(refused({}) == "400 MissingSecurityHeader: Your request was missing a required header");
  CHECK(element(f.s3.last, "MissingHeaderName") == "x-amz-acl");
  CHECK(refused({{"x-amz-acl", "private"}}, f.policy("")) == "400 UnexpectedContent: This request does not support content");
  CHECK(refused({{"x-amz-acl", "nonsense"}}) == "400 InvalidArgument: ");
  CHECK(refused({{"x-amz-acl", "private"}, {"x-amz-grant-read", "id=" + kSomebody}}) ==
        "400 InvalidRequest: Specifying both Canned ACLs and Header Grants is not allowed");
  CHECK(refused({{"x-amz-grant-read", "id=\"me\""}}) == "400 InvalidArgument: Invalid id");
  CHECK(refused({{"x-amz-grant-read", "uri=\"http://acs.amazonaws.com/groups/global/Friends\""}}) ==
        "400 InvalidArgument: Invalid group uri");
  CHECK(element(f.s3.last, "ArgumentName") == "uri");
  CHECK(refused({{"x-amz-grant-read", "me"}}) == "400 InvalidArgument: Argument format not recognized");
  CHECK(refused({}, "<AccessControlPolicy/>") == kMalformedAcl);
  CHECK(refused({}, "nonsense") == kMalformedAcl);
  CHECK(refused({}, f.policy(f.grant("CanonicalUser", "<ID>" + kSomebody + "</ID>", "EAT"))) == kMalformedAcl);
  CHECK(refused({}, f.policy(f.grant("Nobody", "<ID>" + kSomebody + "</ID>", "READ"))) == kMalformedAcl);
  CHECK(refused({}, f.policy(f.grant("Group", "<ID>" + kSomebody + "</ID>", "READ"))) == kMalformedAcl);
  CHECK(refused({}, f.policy(f.grant("CanonicalUser", "<ID>me</ID>", "READ"))) == "400 InvalidArgument: Invalid id");
  // The form is looked at before it is said that the bucket takes no ACLs.
  CHECK(f.put("ownershipControls", ownership("BucketOwnerEnforced")) == 200);
  CHECK(refused({{"x-amz-grant-read", "id=\"me\""}}) == "400 InvalidArgument: Invalid id");
  CHECK(refused({{"x-amz-acl", "private"}}) == "400 AccessControlListNotSupported: The bucket does not allow ACLs");
}

TEST_CASE("ACLs: nobody is named by an e-mail address any more, and with --legacy-acl nobody has one", "[s3][settings][acl]") {
  for (bool legacy : {false, true}) {
    Fixture f("BucketOwnerPreferred", Environment{.legacy_acl = legacy});
    f.s3.bucket("logs");
    REQUIRE(f.s3.put("/logs?ownershipControls", ownership("ObjectWriter")).status == 200);
    const std::string expected = legacy ? "400 UnresolvableGrantByEmailAddress: The e-mail address you provided does not match any account "
                                          "on record."
                                        : "405 MethodNotAllowed: The specified method is not allowed against this resource.";
    const Headers by_header = {{"x-amz-grant-read", "emailAddress=\"me@example.com\""}};
    const std::string grant = f.grant("AmazonCustomerByEmail", "<EmailAddress>me@example.com</EmailAddress>", "READ");
    for (std::string target : {"/photos?acl", "/photos/cat?acl", "/photos/dog"}) CHECK(f.s3.refusal("PUT", target, by_header) == expected);
    CHECK(f.refused("acl", f.policy(grant)) == expected);
    CHECK(f.put("logging", concat("<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetGrants>", grant,
                                  "</TargetGrants><TargetPrefix/></LoggingEnabled></BucketLoggingStatus>")) == (legacy ? 200 : 405));
  }
}

TEST_CASE("ACLs: a hundred grants, not one more", "[s3][settings][acl][limits]") {
  Fixture f;
  auto grants = [&](int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += f.grant("CanonicalUser", "<ID>" + kSomebody + "</ID>", "READ");
    return f.policy(all);
  };
  CHECK(f.put("acl", grants(100)) == 200);
  for (std::string target : {"/photos?acl", "/photos/cat?acl"}) {
    CHECK_THAT(f.s3.refusal("PUT", target, {}, std::string(204'801, ' ')), Catch::StartsWith("400 MaxMessageLengthExceeded"));
    CHECK_THAT(f.s3.refusal("PUT", target, {}, std::string(204'800, ' ')), !Catch::StartsWith("400 MaxMessageLengthExceeded"));
  }
  CHECK_THAT(f.refused("acl", grants(101)), Catch::StartsWith("400 MalformedACLError"));
}

}  // namespace cloudemu::test
