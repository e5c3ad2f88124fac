// UpdateObjectEncryption: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "settings/fixture.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kKey = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";

std::string document(std::string_view key, std::string_view more = "") {
  return concat("<ObjectEncryption><SSE-KMS><KMSKeyArn>", key, "</KMSKeyArn>", more, "</SSE-KMS></ObjectEncryption>");
}

struct Fixture : Settings {
  Fixture() { s3.put("/photos/cat", "meow"); }
  std::string refused(std::string text, std::string key = "cat") {
    return s3.refusal("PUT", concat("/photos/", key, "?encryption"), {}, std::move(text));
  }
};

}  // namespace

TEST_CASE("UpdateObjectEncryption: the key is another one, all else stays", "[s3][encryption]") {
  Fixture f;
  Reply before = f.s3.head("/photos/cat");
  f.s3.world.advance(kDayMs);
  CHECK(f.s3.put("/photos/cat?encryption", document(kKey, "<BucketKeyEnabled>true</BucketKeyEnabled>")).status == 200);
  Reply after = f.s3.head("/photos/cat");
  CHECK(after.header("x-amz-server-side-encryption") == "aws:kms");
  CHECK(after.header("x-amz-server-side-encryption-aws-kms-key-id") == kKey);
  CHECK(after.header("x-amz-server-side-encryption-bucket-key-enabled") == "true");
  CHECK(after.header("ETag") == before.header("ETag"));
  CHECK(after.header("Last-Modified") == before.header("Last-Modified"));
  CHECK(f.s3.put("/photos/cat?encryption", document(kKey)).status == 200);
  CHECK_FALSE(f.s3.head("/photos/cat").has_header("x-amz-server-side-encryption-bucket-key-enabled"));
  CHECK(f.s3.put("/photos/cat?encryption", document(kKey)).status == 200);
  CHECK(f.s3.world.events().empty());
}

TEST_CASE("UpdateObjectEncryption: of one version", "[s3][encryption][versions]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  f.s3.put("/photos/cat", "purr");
  CHECK(f.s3.put("/photos/cat?encryption&versionId=null", document(kKey)).status == 200);
  CHECK(f.s3.head("/photos/cat").header("x-amz-server-side-encryption") == "AES256");
  CHECK(f.s3.head("/photos/cat?versionId=null").header("x-amz-server-side-encryption") == "aws:kms");
}

TEST_CASE("UpdateObjectEncryption: what AWS does not take", "[s3][encryption]") {
  Fixture f;
  CHECK(f.refused("") == "400 MissingRequestBodyError: Request Body is empty");
  CHECK(f.refused("<ObjectEncryption></ObjectEncryption>") == kMalformed);
  CHECK(f.refused("<ObjectEncryption><SSE-S3/></ObjectEncryption>") ==
        "400 InvalidRequest: Target encryption type 'SSE-S3' is not supported.");
  CHECK(f.refused("<ObjectEncryption><SSE-X/></ObjectEncryption>").starts_with("400 InvalidRequest: Requests that modify"));
  CHECK(f.refused("<ObjectEncryption><SSE-C/></ObjectEncryption>").starts_with("400 InvalidRequest: The UpdateObjectEncryption"));
  const std::string kRequests = "400 InvalidRequest: Requests modifying object encryption configuration ";
  CHECK(f.refused(document("")) == kRequests + "to SSE-KMS require a target kms key arn.");
  const std::pair<std::string, std::string> malformed[] = {{"alias/mine", "doesn't start with 'arn:'"},
                                                           {"arn:aws", "no AWS partition specified"},
                                                           {"arn:aws:kms", "no service specified"},
                                                           {"arn:aws:kms:us-east-1", "no AWS region partition specified"},
                                                           {"arn:aws:kms:us-east-1:000000000000", "no AWS account specified"},
                                                           {"arn:aws:kms:us-east-1:000000000000:", "no resource specified"}};
  for (const auto& [arn, why] : malformed) {
    CHECK(f.refused(document(arn)) == concat(kRequests, "to SSE-KMS require a valid target kms key arn: Malformed ARN - ", why));
  }
  for (std::string arn : {"arn:aws:kms:us-east-1:000000000000:alias/mine", "arn:aws:kms:us-east-1:000000000000:key/"}) {
    CHECK(
        f.refused(document(arn)) ==
        "400 InvalidRequest: Invalid KMS Key ARN format. You must provide the full KMS Key ARN to make an UpdateObjectEncryption request");
  }
  CHECK(f.refused(document(kKey, "<BucketKeyEnabled>yes</BucketKeyEnabled>")) ==
        "400 InvalidRequest: BucketKeyEnabled must be 'true' or 'false'. Invalid value: yes");
  CHECK(f.s3.refusal("PUT", "/photos/cat?encryption", {{"Authorization", "AWS test:x"}}, document(kKey)) ==
        kRequests + "require AWS Signature Version 4.");
  CHECK(f.refused(document("arn:aws:kms:us-east-1:111111111111:key/a")).starts_with("403 AccessDenied"));
  CHECK(f.refused(document(kKey), "dog").starts_with("404 NoSuchKey"));
  f.s3.put("/photos/double", "x", {{"x-amz-server-side-encryption", "aws:kms:dsse"}});
  CHECK(f.refused(document(kKey), "double").starts_with("400 InvalidRequest"));
}

TEST_CASE("UpdateObjectEncryption: not of what is locked", "[s3][encryption][locks]") {
  Fixture f;
  f.s3.put("/locked", "", {{"x-amz-bucket-object-lock-enabled", "true"}});
  f.s3.put("/locked/cat", "meow");
  f.s3.put("/locked/cat?legal-hold", "<LegalHold><Status>ON</Status></LegalHold>");
  CHECK(f.s3.refusal("PUT", "/locked/cat?encryption", {}, document(kKey)).starts_with("403 AccessDenied"));
  f.s3.put("/locked/cat?legal-hold", "<LegalHold><Status>OFF</Status></LegalHold>");
  CHECK(f.s3.put("/locked/cat?encryption", document(kKey)).status == 200);
}

}  // namespace cloudemu::test
