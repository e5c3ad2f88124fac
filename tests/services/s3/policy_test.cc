#include <catch2/catch.hpp>

#include "core/strings.h"
#include "services/s3/actions.h"
#include "services/s3/operations.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

struct Fixture {
  Fixture() {
    s3.bucket("photos");
    s3.remove("/photos?publicAccessBlock");
  }
  /// ' stands for ".
  static std::string json(std::string text) {
    for (char& c : text) c = c == '\'' ? '"' : c;
    return text;
  }
  std::string refused(std::string text) { return s3.refusal("PUT", "/photos?policy", {}, json(std::move(text))); }
  int put(std::string text) { return s3.put("/photos?policy", json(std::move(text))).status; }
  std::string is_public(std::string text) {
    REQUIRE(put(std::move(text)) == 204);
    return element(s3.get("/photos?policyStatus"), "IsPublic");
  }
  S3 s3;
};

std::string statement(std::string_view fields) { return concat("{'Version':'2012-10-17','Statement':[{", fields, "}]}"); }
const std::string kAllow = "'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::photos/*'";

}  // namespace

TEST_CASE("BucketPolicy: kept byte for byte, with the version that it goes by", "[s3][policy]") {
  Fixture f;
  CHECK(f.s3.refusal("GET", "/photos?policy") == "404 NoSuchBucketPolicy: The bucket policy does not exist");
  CHECK(element(f.s3.last, "BucketName") == "photos");
  const std::string bare =
      "{ \"Statement\" :\n[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":[\"s3:*\"],"
      "\"Resource\":[\"arn:aws:s3:::photos\",\"arn:aws:s3:::photos/*\"]}] }";
  Reply put = f.s3.put("/photos?policy", bare);
  const std::string policy = "{\"Version\":\"2008-10-17\"," + bare.substr(1);
  CHECK(put.status == 204);
  CHECK(f.s3.world.events() ==
        std::vector<Event>{s3::BucketSettingPut{.bucket = "photos", .setting = "policy", .id = {}, .value = policy}});
  Reply got = f.s3.get("/photos?policy");
  CHECK(got.body == policy);
  CHECK(got.header("Content-Type") == "application/json");
  REQUIRE(f.s3.put("/photos?policy", policy).status == 204);
  CHECK(f.s3.get("/photos?policy").body == policy);
  CHECK(f.s3.remove("/photos?policy").status == 204);
  CHECK(f.s3.remove("/photos?policy").status == 204);
  CHECK(f.s3.world.events().empty());
  CHECK(f.s3.refusal("GET", "/photos?policy") == "404 NoSuchBucketPolicy: The bucket policy does not exist");
}

TEST_CASE("PutBucketPolicy: what is no policy at all", "[s3][policy]") {
  Fixture f;
  constexpr auto kNotJson = "400 MalformedPolicy: Policies must be valid JSON and the first byte must be '{'";
  CHECK(f.refused("") == kNotJson);
  CHECK(f.refused(" {}") == kNotJson);
  CHECK(f.refused("[]") == kNotJson);
  CHECK(f.refused("{") == "400 MalformedPolicy: This policy contains invalid Json");
  CHECK(f.refused("{}") == "400 MalformedPolicy: Missing required field Statement");
  CHECK(f.refused("{'Version':'2026-01-01','Statement':[]}") == "400 MalformedPolicy: The policy must contain a valid version string");
  CHECK(f.refused("{'Statement':[]}") == "400 MalformedPolicy: Could not parse the policy: Statement is empty!");
  CHECK(f.refused("{'Colour':1,'Statement':[]}") == "400 MalformedPolicy: Unknown field Colour");
  std::string deep = "{'Statement':";
  for (int i = 0; i < 15'000; ++i) deep += '[';
  CHECK(f.refused(deep).starts_with("400 MalformedPolicy"));
}

TEST_CASE("PutBucketPolicy: what a statement must have", "[s3][policy]") {
  Fixture f;
  auto refused = [&](std::string_view fields) { return f.refused(statement(fields)); };
  CHECK(refused("'Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::photos/*'") ==
        "400 MalformedPolicy: Missing required field Effect");
  CHECK(refused("'Effect':'Maybe','Principal':'*','Action':'s3:*','Resource':'*'") == "400 MalformedPolicy: Invalid effect: Maybe");
  CHECK(refused("'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::photos/*'") ==
        "400 MalformedPolicy: Missing required field Principal");
  CHECK(refused("'Effect':'Allow','Principal':'me','Action':'s3:*','Resource':'*'") == "400 MalformedPolicy: Invalid principal in policy");
  CHECK(refused("'Effect':'Allow','Principal':{'AWS':'me'},'Action':'s3:*','Resource':'*'") ==
        "400 MalformedPolicy: Invalid principal in policy");
  CHECK(refused("'Effect':'Allow','Principal':'*','Resource':'arn:aws:s3:::photos/*'") ==
        "400 MalformedPolicy: Missing required field Action");
  CHECK(refused("'Effect':'Allow','Principal':'*','Action':'ec2:Run','Resource':'arn:aws:s3:::photos/*'") ==
        "400 MalformedPolicy: Policy has invalid action");
  CHECK(refused("'Effect':'Allow','Principal':'*','Action':'s3:GetObject'") ==
        "400 MalformedPolicy: Statement is missing required element");
  CHECK(refused("'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*'") == "400 MalformedPolicy: Policy has invalid resource");
  CHECK(refused("'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::other/*'") ==
        "400 MalformedPolicy: Policy has invalid resource");
  CHECK(refused("'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::photos'") ==
        "400 MalformedPolicy: Action does not apply to any resource(s) in statement");
  CHECK(refused("'Effect':'Allow','Principal':'*','Action':'s3:ListBucket','Resource':'arn:aws:s3:::photos/*'")
            .starts_with("400 MalformedPolicy"));
  constexpr auto kNoAction = "400 MalformedPolicy: Policy has invalid action";
  for (std::string action : {"s3:Foo", "s3:ListObjects", "s3:Foo*", "s3:", "S3X:GetObject"}) {
    CAPTURE(action);
    for (std::string_view resource : {"", "/*"}) {
      CHECK(refused(concat("'Effect':'Allow','Principal':'*','Action':['s3:*','", action, "'],'Resource':'arn:aws:s3:::photos", resource,
                           "'")) == kNoAction);
    }
  }
  for (std::string action : {"s3:getobject", "S3:Get?bject*", "s3:GetObjectVersionAnnotation", "*"}) {
    CAPTURE(action);
    CHECK(f.put(statement(concat("'Effect':'Allow','Principal':'*','Action':'", action, "','Resource':'arn:aws:s3:::photos/*'"))) == 204);
  }
  CHECK(refused("'Mood':'good'," + kAllow) == "400 MalformedPolicy: Unknown field Mood");
}

TEST_CASE("PutBucketPolicy: knows the actions that operations need", "[s3][policy]") {
  for (const s3::Operation& operation : s3::operations()) {
    for (std::string_view action : {operation.needs.action, operation.needs.on_version}) {
      CAPTURE(operation.name, action);
      CHECK((action.empty() || action == "ListDirectoryBuckets" || action == "CreateSession" || action == "WriteGetObjectResponse" ||
             s3::is_action(action)));
    }
  }
}

TEST_CASE("PutBucketPolicy: 20 KiB, not one byte more", "[s3][policy][limits]") {
  Fixture f;
  auto padded = [](size_t size) {
    std::string policy = Fixture::json(statement("'Sid':'@'," + kAllow));
    return policy.replace(policy.find('@'), 1, std::string(size - policy.size() + 1, 's'));
  };
  CHECK(f.put(padded(20 * 1024)) == 204);
  CHECK(f.refused(padded(20 * 1024 + 1)) ==
        "400 PolicyTooLarge: Normalized policy document exceeds the maximum allowed size of 20480 bytes.");
}

TEST_CASE("PutBucketPolicy: blanks between its elements do not count", "[s3][policy][limits]") {
  Fixture f;
  CHECK(f.put("{" + std::string(21 * 1024, ' ') + statement(kAllow).substr(1)) == 204);
}

TEST_CASE("PutBucketPolicy: conditions must be such that the actions know", "[s3][policy]") {
  Fixture f;
  auto refused = [&](std::string_view actions, std::string_view condition) {
    return f.refused(statement(concat("'Effect':'Allow','Principal':'*','Action':[", actions,
                                      "],'Resource':['arn:aws:s3:::photos','arn:aws:s3:::photos/*'],'Condition':{", condition, "}")));
  };
  auto put = [&](std::string_view actions, std::string_view condition) {
    return f.put(statement(concat("'Effect':'Allow','Principal':'*','Action':[", actions,
                                  "],'Resource':['arn:aws:s3:::photos','arn:aws:s3:::photos/*'],'Condition':{", condition, "}")));
  };
  for (std::string key : {"s3:foo", "foo", "s3:VersionStatus", "s3:x-acl", "s3:prefix/"}) {
    CAPTURE(key);
    CHECK(refused("'s3:*'", concat("'StringEquals':{'", key, "':'x'}")) == "400 MalformedPolicy: Policy has an invalid condition key");
  }
  for (std::string key : {"aws:Foo", "S3:Prefix", "s3:annotation-prefix", "s3:TlsVersion", "s3:ExistingObjectTag/a:b",
                          "s3:x-amz-storage-class", "saml:aud"}) {
    CAPTURE(key);
    CHECK(put("'s3:*'", concat("'StringEquals':{'", key, "':'x'}")) == 204);
  }
  constexpr auto kMismatch = "400 MalformedPolicy: Conditions do not apply to combination of actions and resources in statement";
  const std::pair<std::string, std::string> unknown[] = {{"'s3:GetObject'", "s3:prefix"},
                                                         {"'s3:ListBucket','s3:GetBucketLocation'", "s3:prefix"},
                                                         {"'s3:GetObject'", "s3:max-keys"},
                                                         {"'s3:GetObject','s3:PutObject'", "s3:x-amz-acl"},
                                                         {"'s3:GetObjectVersion','s3:PutObject'", "s3:x-amz-copy-source"},
                                                         {"'s3:getobject'", "s3:x-amz-server-side-encryption-customer-algorithm"},
                                                         {"'s3:GetObject'", "s3:x-amz-grant-read"},
                                                         {"'s3:PutObject'", "s3:ExistingObjectTag/a"},
                                                         {"'s3:DeleteObject'", "s3:ExistingObjectTag/a"},
                                                         {"'s3:PutObjectAcl','s3:PutObjectTagging'", "s3:RequestObjectTag/a"}};
  for (const auto& [actions, key] : unknown) {
    CAPTURE(actions, key);
    CHECK(refused(actions, concat("'StringEquals':{'", key, "':'x'}")) == kMismatch);
  }
  const std::pair<std::string, std::string> known[] = {{"'s3:ListBucket','s3:ListBucketVersions'", "s3:prefix"},
                                                       {"'s3:Get*'", "s3:prefix"},
                                                       {"'s3:PutObject','s3:PutObjectAcl','s3:PutBucketAcl'", "s3:x-amz-acl"},
                                                       {"'s3:PutObject'", "s3:x-amz-server-side-encryption"},
                                                       {"'s3:GetObject','s3:GetObjectAttributes'", "s3:ExistingObjectTag/a"},
                                                       {"'s3:PutObject','s3:PutObjectTagging'", "s3:RequestObjectTag/a"}};
  for (const auto& [actions, key] : known) {
    CAPTURE(actions, key);
    CHECK(put(actions, concat("'StringEquals':{'", key, "':'x'}")) == 204);
  }
  // This is told before what the resource is not good for.
  CHECK(f.refused(statement("'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::photos','Condition':{"
                            "'StringEquals':{'s3:prefix':'x'}}")) == kMismatch);
  CHECK(refused("'s3:*'", "'NotIpAddress':{'aws:SourceIp':['10.0.0.0/8','xxxxx/32']}") ==
        "400 MalformedPolicy: Invalid IP address in Conditions");
  CHECK(put("'s3:*'", "'IpAddress':{'aws:SourceIp':['10.0.0.0/8','2001:db8::/32','192.0.2.1']}") == 204);
  CHECK(put("'s3:*'", "'DateLessThan':{'aws:CurrentTime':'foo'}") == 204);
}

TEST_CASE("GetBucketPolicyStatus: public is what lets everyone in without narrowing it down", "[s3][policy]") {
  Fixture f;
  CHECK(f.s3.refusal("GET", "/photos?policyStatus") == "404 NoSuchBucketPolicy: The bucket policy does not exist");
  CHECK(f.is_public(statement(kAllow)) == "true");
  CHECK(f.is_public(statement("'Effect':'Allow','Principal':{'AWS':'*'},'Action':'s3:*','Resource':'arn:aws:s3:::photos/*'")) == "true");
  CHECK(f.is_public(statement("'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::photos/*'")) == "false");
  CHECK(f.is_public(statement("'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'s3:*','Resource':'arn:aws:s3:::photos/*'")) ==
        "false");
  CHECK(f.is_public(statement(kAllow + ",'Condition':{'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}}")) == "false");
  CHECK(f.is_public(statement(kAllow + ",'Condition':{'StringLike':{'aws:SourceVpc':'vpc-*'}}")) == "true");
}

}  // namespace cloudemu::test
