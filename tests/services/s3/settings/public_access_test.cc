#include <catch2/catch.hpp>

#include "fixture.h"
#include "services/s3/settings/public_access_block.h"

namespace cloudemu::test {

namespace {

constexpr auto kPublicPolicy =
    R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}]})";
constexpr auto kPrivatePolicy =
    R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}]})";

std::string block(std::string_view only) {
  return concat("<PublicAccessBlockConfiguration><", only, ">true</", only, "></PublicAccessBlockConfiguration>");
}

}  // namespace

TEST_CASE("PublicAccessBlock: everything is blocked, until it is set otherwise or removed", "[s3][settings][public]") {
  Settings f;
  const std::string all =
      "<PublicAccessBlockConfiguration" XMLNS
      "><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy>"
      "<RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>";
  CHECK(f.document("publicAccessBlock") == all);
  check_document(f, "publicAccessBlock", "PublicAccessBlockConfiguration",
                 "<BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
                 "<BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>");
  CHECK(f.remove("publicAccessBlock") == 204);
  const std::string absent = "404 NoSuchPublicAccessBlockConfiguration: The public access block configuration was not found";
  CHECK(f.absent("publicAccessBlock") == absent);
  CHECK(element(f.s3.last, "BucketName") == "photos");
  CHECK(f.remove("publicAccessBlock") == 204);
  CHECK(f.s3.world.events().empty());
  // A bucket that comes after it under the same name begins anew.
  CHECK(f.s3.remove("/photos").status == 204);
  f.s3.bucket("photos");
  CHECK(f.document("publicAccessBlock") == all);
}

TEST_CASE("PublicAccessBlock: what is not said is not blocked, and removing is possible at once", "[s3][settings][public]") {
  Settings f;
  CHECK(f.put("publicAccessBlock", "<PublicAccessBlockConfiguration/>") == 200);
  CHECK(element(f.s3.get("/photos?publicAccessBlock"), "BlockPublicAcls") == "false");
  f.s3.bucket("fresh");
  CHECK(f.s3.remove("/fresh?publicAccessBlock").status == 204);
  CHECK(f.s3.world.events() == std::vector<Event>{s3::BucketSettingDeleted{.bucket = "fresh", .setting = "publicAccessBlock", .id = {}}});
  CHECK(f.s3.get("/fresh?publicAccessBlock").status == 404);
}

TEST_CASE("BlockPublicPolicy: a policy for everybody is refused, others are not", "[s3][settings][public][policy]") {
  Settings f;
  const std::string blocked =
      "403 AccessDenied: User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutBucketPolicy on resource: "
      "\"arn:aws:s3:::photos\" because public policies are blocked by the BlockPublicPolicy block public access setting.";
  CHECK(f.refused("policy", kPublicPolicy) == blocked);
  CHECK(f.put("policy", kPrivatePolicy) == 204);
  CHECK(f.put("publicAccessBlock", block("RestrictPublicBuckets")) == 200);
  CHECK(f.put("policy", kPublicPolicy) == 204);
  CHECK(element(f.s3.get("/photos?policyStatus"), "IsPublic") == "true");
  CHECK(f.put("publicAccessBlock", block("BlockPublicPolicy")) == 200);
  CHECK(f.s3.get("/photos?policy").status == 200);  // it stays
  CHECK(f.refused("policy", kPublicPolicy) == blocked);
}

TEST_CASE("BlockPublicAcls: ACLs for everybody are refused, others are not", "[s3][settings][public][acl]") {
  Settings f;
  CHECK(f.put("ownershipControls", "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>") ==
        200);
  f.s3.put("/photos/cat", "meow");
  const std::pair<std::string, std::string> everybody{"x-amz-acl", "public-read"};
  auto blocked = [](std::string_view operation, std::string_view resource) {
    return concat("403 AccessDenied: User: arn:aws:iam::000000000000:root is not authorized to perform: s3:", operation,
                  " on resource: \"arn:aws:s3:::", resource,
                  "\" because public access control lists (ACLs) are blocked by the BlockPublicAcls block public access setting.");
  };
  CHECK(f.s3.refusal("PUT", "/photos?acl", {everybody}) == blocked("PutBucketAcl", "photos"));
  CHECK(f.s3.refusal("PUT", "/photos/cat?acl", {everybody}) == blocked("PutObjectAcl", "photos/cat"));
  CHECK(f.s3.refusal("PUT", "/photos/dog", {everybody}, "woof") == blocked("PutObject", "photos/dog"));
  CHECK(f.s3.put("/photos?acl", {}, {{"x-amz-acl", "log-delivery-write"}}).status == 200);
  CHECK(f.put("publicAccessBlock", block("IgnorePublicAcls")) == 200);
  CHECK(f.s3.put("/photos?acl", {}, {everybody}).status == 200);
  CHECK(f.s3.put("/photos/dog", "woof", {everybody}).status == 200);
}

TEST_CASE("PublicAccessBlock: what authorisation asks", "[s3][settings][public]") {
  Settings f;
  auto ask = [&] { return s3::public_access_block(*f.s3.world.state().s3().find_bucket("photos")); };
  CHECK((ask().ignore_public_acls && ask().restrict_public_buckets));
  CHECK(f.put("publicAccessBlock", block("IgnorePublicAcls")) == 200);
  CHECK((ask().ignore_public_acls && !ask().restrict_public_buckets));
  CHECK(f.remove("publicAccessBlock") == 204);
  CHECK(ask() == s3::PublicAccessBlock{});
}

}  // namespace cloudemu::test
