#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "fixture.h"

namespace cloudemu::test {

namespace {

constexpr auto kKey = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";

struct Fixture : Settings {
  void by_default(std::string_view algorithm, std::string_view key = {}, std::string_view more = {}) {
    std::string id = key.empty() ? std::string() : concat("<KMSMasterKeyID>", key, "</KMSMasterKeyID>");
    REQUIRE(put("encryption", configuration(concat("<SSEAlgorithm>", algorithm, "</SSEAlgorithm>", id), more)) == 200);
  }
  static std::string configuration(std::string_view by_default, std::string_view more = {}) {
    return concat("<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>", by_default,
                  "</ApplyServerSideEncryptionByDefault>", more, "</Rule></ServerSideEncryptionConfiguration>");
  }
  /// "aws:kms KEY true": what a reply says of encryption.
  static std::string said(const Reply& reply) {
    std::string all = reply.header("x-amz-server-side-encryption");
    for (std::string_view name : {"x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-bucket-key-enabled"}) {
      if (reply.has_header(name)) append(all, ' ', reply.header(name));
    }
    return all;
  }
  std::string put_cat(Headers headers = {}) { return said(s3.put("/photos/cat", "meow", std::move(headers))); }
  std::string cat() { return said(s3.head("/photos/cat")); }
};

const std::pair<std::string, std::string> kKms{"x-amz-server-side-encryption", "aws:kms"};
std::pair<std::string, std::string> with_key(std::string key) { return {"x-amz-server-side-encryption-aws-kms-key-id", std::move(key)}; }
const std::pair<std::string, std::string> kBucketKey{"x-amz-server-side-encryption-bucket-key-enabled", "true"};

}  // namespace

TEST_CASE("PutBucketEncryption: a document comes back as it was, and a bucket without one says AES256", "[s3][settings][encryption]") {
  Fixture f;
  const std::string by_default = f.document("encryption");
  CHECK_THAT(by_default, Catch::Contains("<SSEAlgorithm>AES256</SSEAlgorithm>") && Catch::Contains("<BucketKeyEnabled>false<"));
  CHECK(f.remove("encryption") == 204);
  CHECK(f.s3.world.events().empty());
  check_document(f, "encryption", "ServerSideEncryptionConfiguration",
                 concat("<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>", kKey,
                        "</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled>"
                        "<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes></Rule>"));
  CHECK(f.remove("encryption") == 204);
  CHECK(f.document("encryption") == by_default);
}

TEST_CASE("PutBucketEncryption: what is not said of a bucket key is said to be off", "[s3][settings][encryption]") {
  Fixture f;
  f.by_default("AES256");
  CHECK(element(f.s3.get("/photos?encryption"), "Rule/BucketKeyEnabled") == "false");
}

TEST_CASE("PutBucketEncryption: what AWS refuses", "[s3][settings][encryption]") {
  Fixture f;
  CHECK(f.refused("encryption", "<ServerSideEncryptionConfiguration/>") == kMalformed);
  CHECK(f.refused("encryption", f.configuration("<SSEAlgorithm>ROT13</SSEAlgorithm>")) == kMalformed);
  CHECK(f.refused("encryption", f.configuration("")) == kMalformed);
  CHECK(f.refused("encryption", f.configuration("<SSEAlgorithm>AES256</SSEAlgorithm>", "<BucketKeyEnabled>maybe</BucketKeyEnabled>")) ==
        kMalformed);
  std::string rule = "<Rule><BucketKeyEnabled>true</BucketKeyEnabled></Rule>";
  CHECK(f.refused("encryption", "<ServerSideEncryptionConfiguration>" + rule + rule + "</ServerSideEncryptionConfiguration>") ==
        kMalformed);
  CHECK(f.refused("encryption", f.configuration("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>")) ==
        "400 InvalidArgument: a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse");
  CHECK(element(f.s3.last, "ArgumentName") == "ApplyServerSideEncryptionByDefault");
}

TEST_CASE("Encryption: an object is encrypted as its bucket says, and keeps it", "[s3][settings][encryption]") {
  Fixture f;
  CHECK(f.put_cat() == "AES256");
  f.by_default("aws:kms", kKey, "<BucketKeyEnabled>true</BucketKeyEnabled>");
  CHECK(f.cat() == "AES256");  // it was there before
  const std::string kms = concat("aws:kms ", kKey, " true");
  CHECK(f.put_cat() == kms);
  CHECK(f.cat() == kms);
  CHECK(f.said(f.s3.get("/photos/cat")) == kms);
  CHECK(f.said(f.s3.put("/photos/copy", {}, {{"x-amz-copy-source", "/photos/cat"}})) == kms);
  CHECK(f.put_cat({{"x-amz-server-side-encryption", "AES256"}}) == "AES256");
  CHECK(f.remove("encryption") == 204);
  CHECK(f.said(f.s3.head("/photos/copy")) == kms);
  CHECK(f.said(f.s3.put("/photos/copy2", {}, {{"x-amz-copy-source", "/photos/copy"}})) == "AES256");  // never copied
  CHECK(f.put_cat() == "AES256");
}

TEST_CASE("Encryption: a key is shown by its ARN, however it was named", "[s3][settings][encryption]") {
  Fixture f;
  CHECK(f.put_cat({kKms, with_key("1234abcd-12ab-34cd-56ef-1234567890ab")}) == concat("aws:kms ", kKey));
  CHECK(f.put_cat({kKms, with_key(kKey), kBucketKey}) == concat("aws:kms ", kKey, " true"));
  CHECK(f.put_cat({kKms, with_key("alias/photos")}) == "aws:kms arn:aws:kms:us-east-1:000000000000:alias/photos");
  std::string managed = f.put_cat({kKms});
  CHECK_THAT(managed, Catch::StartsWith("aws:kms arn:aws:kms:us-east-1:000000000000:key/"));
  CHECK(managed.size() == concat("aws:kms ", kKey).size());
  CHECK(f.put_cat({kKms, with_key("alias/aws/s3")}) == managed);
  f.by_default("aws:kms");
  CHECK(f.put_cat() == managed);
  CHECK(f.put_cat({{"x-amz-server-side-encryption", "aws:kms:dsse"}, with_key(kKey), kBucketKey}) == concat("aws:kms:dsse ", kKey));
}

TEST_CASE("Encryption: headers that do not fit together", "[s3][settings][encryption]") {
  Fixture f;
  auto refused = [&](Headers headers) { return f.s3.refusal("PUT", "/photos/cat", std::move(headers), "meow"); };
  constexpr auto kNeedsKms =
      "400 InvalidArgument: Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms";
  CHECK(refused({with_key(kKey)}) == kNeedsKms);
  CHECK(refused({{"x-amz-server-side-encryption", "AES256"}, with_key(kKey)}) == kNeedsKms);
  CHECK(refused({{"x-amz-server-side-encryption", "aws:kms "}}).starts_with("400 InvalidEncryptionAlgorithmError"));
}

TEST_CASE("Encryption: a multipart upload says it in every reply", "[s3][settings][encryption]") {
  Fixture f;
  f.by_default("aws:kms", kKey);
  const std::string kms = concat("aws:kms ", kKey);
  Reply begun = f.s3.post("/photos/film?uploads");
  CHECK(f.said(begun) == kms);
  const std::string upload = element(begun, "UploadId");
  CHECK(f.remove("encryption") == 204);  // what the upload began with holds
  std::string part = f.s3.upload_part("/photos/film", upload, 1, "frames");
  CHECK(f.said(f.s3.last) == kms);
  CHECK(f.said(f.s3.post("/photos/film?uploadId=" + upload, parts_document({part}))) == kms);
  CHECK(f.said(f.s3.head("/photos/film")) == kms);
}

TEST_CASE("Encryption: a copy onto itself is a change where the bucket says how to encrypt", "[s3][settings][encryption][copy]") {
  Fixture f;
  f.put_cat();
  CHECK_THAT(f.s3.refusal("PUT", "/photos/cat", {{"x-amz-copy-source", "/photos/cat"}}), Catch::StartsWith("400 InvalidRequest"));
  f.by_default("aws:kms", kKey);
  CHECK(f.said(f.s3.put("/photos/cat", {}, {{"x-amz-copy-source", "/photos/cat"}})) == concat("aws:kms ", kKey));
}

TEST_CASE("KMS: the ETag is no MD5 of the bytes, looks like one, and differs each time", "[s3][encryption][multipart][copy]") {
  Fixture f;
  const std::string plain = hex(md5("meow"));
  auto is_made_up = [&](std::string etag) {
    etag = replace_all(etag, "\"", "");
    return etag.size() == 32 && unhex(etag) && etag != plain;
  };
  const std::pair<std::string, std::string> digest{"Content-MD5", base64(md5("meow"))};
  for (std::string method : {"aws:kms", "aws:kms:dsse"}) {
    CAPTURE(method);
    const std::pair<std::string, std::string> kms{"x-amz-server-side-encryption", method};
    std::string first = f.s3.put("/photos/cat", "meow", {kms, digest}).header("ETag");
    CHECK(is_made_up(first));
    CHECK(f.s3.head("/photos/cat").header("ETag") == first);
    CHECK(f.s3.get("/photos/cat", {{"If-Match", first}}).status == 200);
    CHECK(f.s3.put("/photos/dog", "meow", {kms}).header("ETag") != first);
    CHECK_THAT(f.s3.refusal("PUT", "/photos/dog", {kms, digest}, "woof"), Catch::StartsWith("400 BadDigest"));
    // A copy does not take it for the MD5: one with a key of S3's own has that.
    CHECK(element(f.s3.put("/photos/copy", {}, {{"x-amz-copy-source", "/photos/cat"}}), "ETag") == concat('"', plain, '"'));
    CHECK(is_made_up(element(f.s3.put("/photos/copy", {}, {{"x-amz-copy-source", "/photos/cat"}, kms}), "ETag")));

    std::string upload = f.s3.begin_upload("/photos/film", {kms});
    std::string part = f.s3.upload_part("/photos/film", upload, 1, "meow", {digest});
    CHECK(is_made_up(part));
    Reply done = f.s3.post("/photos/film?uploadId=" + upload, parts_document({part}));
    CHECK(element(done, "ETag") == concat('"', hex(md5(*unhex(replace_all(part, "\"", "")))), "-1\""));
    std::string copied = f.s3.begin_upload("/photos/film");
    f.s3.put(concat("/photos/film?partNumber=1&uploadId=", copied), {}, {{"x-amz-copy-source", "/photos/cat"}});
    CHECK(element(f.s3.last, "ETag") == concat('"', plain, '"'));
  }
  f.by_default("aws:kms");
  CHECK(is_made_up(f.s3.put("/photos/cat", "meow").header("ETag")));
}

TEST_CASE("KMS: what it encrypts is only for those who sign with Signature Version 4", "[s3][encryption][presigned]") {
  Fixture f;
  constexpr auto kRefused =
      "400 InvalidArgument: Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.";
  const std::string url = "?AWSAccessKeyId=test&Signature=x&Expires=4102444800", upload_url = url + "&partNumber=1&uploadId=";
  const Headers header{{"Authorization", "AWS test:x"}, {"Date", "Mon, 23 Nov 2026 04:00:00 GMT"}};
  for (std::string method : {"aws:kms", "aws:kms:dsse"}) {
    CAPTURE(method);
    const std::pair<std::string, std::string> kms{"x-amz-server-side-encryption", method};
    f.put_cat({kms});
    CHECK(f.s3.refusal("GET", "/photos/cat" + url) == kRefused);
    CHECK(element(f.s3.last, "ArgumentName") == "Authorization");
    CHECK(element(f.s3.last, "ArgumentValue") == "null");
    CHECK(f.s3.head("/photos/cat" + url).status == 400);
    CHECK(f.s3.refusal("GET", "/photos/cat", header) == kRefused);
    CHECK(f.s3.refusal("PUT", "/photos/dog" + url, {{"x-amz-copy-source", "/photos/cat"}}) == kRefused);
    CHECK(f.s3.refusal("PUT", "/photos/dog" + url, {kms}, "woof") == kRefused);
    CHECK(f.s3.refusal("POST", "/photos/dog" + url + "&uploads", {kms}) == kRefused);
    CHECK(f.s3.refusal("PUT", "/photos/dog" + upload_url + f.s3.begin_upload("/photos/dog", {kms}), {}, "woof") == kRefused);
    CHECK(f.s3.get("/photos/cat").status == 200);
  }
  f.put_cat();
  CHECK(f.s3.get("/photos/cat" + url).status == 200);
  CHECK(f.s3.put("/photos/dog" + url, "woof").status == 200);
  f.by_default("aws:kms");
  CHECK(f.s3.refusal("PUT", "/photos/dog" + url, {}, "woof") == kRefused);
  CHECK(f.s3.get("/photos/dog" + url).status == 200);
}

}  // namespace cloudemu::test
