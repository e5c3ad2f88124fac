// Objects whose key the customer brings: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "events/field_json.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

const std::string kKeyA(32, 'a'), kKeyB(32, 'b');
constexpr auto kAlgorithm = "x-amz-server-side-encryption-customer-algorithm";
constexpr auto kKeyHeader = "x-amz-server-side-encryption-customer-key";
constexpr auto kMd5Header = "x-amz-server-side-encryption-customer-key-md5";
constexpr auto kNeedsKey =
    "400 InvalidRequest: The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve "
    "the object.";
constexpr auto kWrongKey =
    "403 AccessDenied: Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.";
constexpr auto kNotApplicable = "400 InvalidRequest: The encryption parameters are not applicable to this object.";

Headers with_key(const std::string& key, std::string_view prefix = "") {
  auto name = [&](std::string_view header) { return concat("x-amz-", prefix, header.substr(6)); };
  return {{name(kAlgorithm), "AES256"}, {name(kKeyHeader), base64(key)}, {name(kMd5Header), base64(md5(key))}};
}
Headers operator+(Headers a, const Headers& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

struct Fixture {
  Fixture() { s3.bucket("photos"); }
  std::string refused(std::string method, std::string target, Headers headers, std::string body = {}) {
    return s3.refusal(std::move(method), std::move(target), std::move(headers), std::move(body));
  }
  S3 s3;
};

void check_said(const Reply& reply, const std::string& key) {
  CHECK(reply.header(kAlgorithm) == "AES256");
  CHECK(reply.header("x-amz-server-side-encryption-customer-key-MD5") == base64(md5(key)));
  CHECK_FALSE(reply.has_header("x-amz-server-side-encryption"));
}

}  // namespace

TEST_CASE("SSE-C: an object is read by those who bring its key", "[s3][encryption][customer-key]") {
  Fixture f;
  Reply put = f.s3.put("/photos/cat", "meow", with_key(kKeyA));
  check_said(put, kKeyA);
  // The key itself is kept nowhere.
  REQUIRE(f.s3.world.events().size() == 1);
  std::string kept = events::to_json(std::get<s3::ObjectPut>(f.s3.world.events().front()));
  CHECK(kept.find(base64(md5(kKeyA))) != std::string::npos);
  CHECK(kept.find(base64(kKeyA)) == std::string::npos);
  CHECK(put.header("ETag") != concat('"', hex(md5("meow")), '"'));
  Reply got = f.s3.get("/photos/cat", with_key(kKeyA));
  CHECK(got.body == "meow");
  check_said(got, kKeyA);
  CHECK(got.header("ETag") == put.header("ETag"));
  CHECK(f.s3.head("/photos/cat", with_key(kKeyA)).status == 200);
  for (std::string method : {"GET", "HEAD"}) {
    CHECK(f.s3.call(method, "/photos/cat").status == 400);
    CHECK(f.s3.call(method, "/photos/cat", with_key(kKeyB)).status == 403);
  }
  CHECK(f.refused("GET", "/photos/cat", {}) == kNeedsKey);
  CHECK(f.refused("GET", "/photos/cat", with_key(kKeyB)) == kWrongKey);
  const std::pair<std::string, std::string> all{"x-amz-object-attributes", "ETag,ObjectSize"};
  CHECK(f.refused("GET", "/photos/cat?attributes", {all}) == kNeedsKey);
  CHECK(element(f.s3.get("/photos/cat?attributes", with_key(kKeyA) + Headers{all}), "ObjectSize") == "4");
  f.s3.put("/photos/dog", "woof");
  CHECK(f.refused("GET", "/photos/dog", with_key(kKeyA)) == kNotApplicable);
  CHECK(f.refused("GET", "/photos/dog?attributes", with_key(kKeyA) + Headers{all}) == kNotApplicable);
}

TEST_CASE("SSE-C: three headers that must fit together", "[s3][encryption][customer-key]") {
  Fixture f;
  auto refused = [&](Headers headers) { return f.refused("PUT", "/photos/cat", std::move(headers), "meow"); };
  constexpr std::string_view kMust =
      "400 InvalidArgument: Requests specifying Server Side Encryption with Customer provided keys must provide ";
  Headers all = with_key(kKeyA);
  CHECK(refused({all[1], all[2]}) == concat(kMust, "a valid encryption algorithm."));
  CHECK(element(f.s3.last, "ArgumentName") == "x-amz-server-side-encryption");
  CHECK(refused({all[0]}) == concat(kMust, "an appropriate secret key."));
  CHECK(refused({all[0], all[1]}) == concat(kMust, "the client calculated MD5 of the secret key."));
  CHECK(refused({{kAlgorithm, "AES192"}, all[1], all[2]}) ==
        "400 InvalidEncryptionAlgorithmError: The Encryption request you specified is not valid. Supported value: AES256.");
  CHECK(refused({all[0], all[1], with_key(kKeyB)[2]}) ==
        "400 InvalidArgument: The calculated MD5 hash of the key did not match the hash that was provided.");
  for (const std::string& key : {std::string(31, 'a'), std::string(33, 'a'), std::string()}) {
    CHECK(refused(with_key(key)) == "400 InvalidArgument: The secret key was invalid for the specified algorithm.");
  }
  CHECK(refused({all[0], {kKeyHeader, "no base64!"}, all[2]}) ==
        "400 InvalidArgument: The secret key was invalid for the specified algorithm.");
  for (std::string method : {"AES256", "aws:kms"}) {
    CHECK(refused(all + Headers{{"x-amz-server-side-encryption", method}}) ==
          "400 InvalidArgument: Server Side Encryption with Customer provided key is incompatible with the encryption method specified");
    CHECK(element(f.s3.last, "ArgumentValue") == method);
  }
}

TEST_CASE("SSE-C: a copy brings the key of its source, and its own", "[s3][encryption][customer-key][copy]") {
  Fixture f;
  f.s3.put("/photos/cat", "meow", with_key(kKeyA));
  const Headers from{{"x-amz-copy-source", "/photos/cat"}};
  CHECK(f.refused("PUT", "/photos/copy", from) == kNeedsKey);
  CHECK(f.refused("PUT", "/photos/copy", from + with_key(kKeyB, "copy-source-")) == kWrongKey);
  Reply plain = f.s3.put("/photos/copy", {}, from + with_key(kKeyA, "copy-source-"));
  CHECK(plain.header("x-amz-server-side-encryption") == "AES256");
  CHECK(element(plain, "ETag") == concat('"', hex(md5("meow")), '"'));
  CHECK(f.s3.get("/photos/copy").body == "meow");
  check_said(f.s3.put("/photos/other", {}, from + with_key(kKeyA, "copy-source-") + with_key(kKeyB)), kKeyB);
  CHECK(f.s3.get("/photos/other", with_key(kKeyB)).body == "meow");
  // Another key is a change, also of what is copied onto itself.
  check_said(f.s3.put("/photos/cat", {}, from + with_key(kKeyA, "copy-source-") + with_key(kKeyB)), kKeyB);
  CHECK(f.refused("PUT", "/photos/copy", Headers{{"x-amz-copy-source", "/photos/copy"}} + with_key(kKeyA, "copy-source-")) ==
        kNotApplicable);
}

TEST_CASE("SSE-C: every part comes with the key of its upload", "[s3][encryption][customer-key][multipart]") {
  Fixture f;
  Reply begun = f.s3.post("/photos/film?uploads", {}, with_key(kKeyA));
  check_said(begun, kKeyA);
  const std::string upload = element(begun, "UploadId");
  std::string part = f.s3.upload_part("/photos/film", upload, 1, "frames", with_key(kKeyA));
  check_said(f.s3.last, kKeyA);
  const std::string target = concat("/photos/film?partNumber=2&uploadId=", upload);
  CHECK(f.refused("PUT", target, {}, "more") ==
        "400 InvalidRequest: The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
        "encryption parameters.");
  CHECK(f.refused("PUT", target, with_key(kKeyB), "more") ==
        "400 InvalidRequest: The provided encryption parameters did not match the ones used originally.");
  f.s3.put("/photos/cat", "meow", with_key(kKeyB));
  const Headers from{{"x-amz-copy-source", "/photos/cat"}};
  CHECK(f.refused("PUT", target, from + with_key(kKeyB, "copy-source-")).starts_with("400 InvalidRequest: The multipart upload initiate"));
  check_said(f.s3.put(concat("/photos/film?partNumber=1&uploadId=", upload), {}, from + with_key(kKeyB, "copy-source-") + with_key(kKeyA)),
             kKeyA);
  part = element(f.s3.last, "ETag");
  CHECK(f.refused("POST", "/photos/film?uploadId=" + upload, with_key(kKeyB), parts_document({part}))
            .starts_with("400 InvalidRequest: The provided encryption parameters did not match"));
  check_said(f.s3.post("/photos/film?uploadId=" + upload, parts_document({part})), kKeyA);
  CHECK(f.s3.get("/photos/film", with_key(kKeyA)).body == "meow");
  CHECK(f.refused("GET", "/photos/film", {}) == kNeedsKey);
  const std::string plain = f.s3.begin_upload("/photos/plain");
  CHECK(f.refused("PUT", concat("/photos/plain?partNumber=1&uploadId=", plain), with_key(kKeyA), "x")
            .starts_with("400 InvalidRequest: The multipart upload initiate did not request encryption."));
}

TEST_CASE("SSE-C: an upload is completed with its key where there is a checksum to be worked out",
          "[s3][encryption][customer-key][multipart]") {
  Fixture f;
  const std::string upload = f.s3.begin_upload(
      "/photos/film", with_key(kKeyA) + Headers{{"x-amz-checksum-algorithm", "CRC32"}, {"x-amz-checksum-type", "FULL_OBJECT"}});
  std::string part = f.s3.upload_part("/photos/film", upload, 1, "frames", with_key(kKeyA));
  CHECK(f.refused("POST", "/photos/film?uploadId=" + upload, {}, parts_document({part}))
            .starts_with("400 InvalidRequest: The multipart upload initiate requested encryption."));
  check_said(f.s3.post("/photos/film?uploadId=" + upload, parts_document({part}), with_key(kKeyA)), kKeyA);
}

TEST_CASE("SSE-C: a bucket may block it", "[s3][encryption][customer-key]") {
  Fixture f;
  f.s3.put("/photos/cat", "meow", with_key(kKeyA));
  f.s3.put("/photos?encryption",
           "<ServerSideEncryptionConfiguration><Rule><BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType>"
           "</BlockedEncryptionTypes></Rule></ServerSideEncryptionConfiguration>");
  CHECK_THAT(f.refused("PUT", "/photos/dog", with_key(kKeyA), "woof"),
             Catch::StartsWith("403 AccessDenied: User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutObject on "
                               "resource: \"arn:aws:s3:::photos/dog\" because this bucket has blocked upload requests"));
  CHECK(f.s3.get("/photos/cat", with_key(kKeyA)).body == "meow");
}

TEST_CASE("Encryption: a context of KMS is checked, and told again once", "[s3][encryption][kms-context]") {
  Fixture f;
  const std::string context = base64(R"({"project":"cats"})");
  const Headers kms{{"x-amz-server-side-encryption", "aws:kms"}, {"x-amz-server-side-encryption-context", context}};
  CHECK(f.s3.put("/photos/cat", "meow", kms).header("x-amz-server-side-encryption-context") == context);
  CHECK_FALSE(f.s3.get("/photos/cat").has_header("x-amz-server-side-encryption-context"));
  CHECK(f.s3.post("/photos/film?uploads", {}, kms).header("x-amz-server-side-encryption-context") == context);
  for (const std::string& bad : {std::string("{"), base64("{"), base64("[1]"), base64(R"({"a":1})")}) {
    CHECK(f.refused("PUT", "/photos/cat", {kms[0], {"x-amz-server-side-encryption-context", bad}}, "meow") ==
          "400 InvalidArgument: The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which "
          "represents a string-string map");
  }
  CHECK(f.refused("PUT", "/photos/cat", {kms[1]}, "meow").starts_with("400 InvalidArgument: Server Side Encryption with AWS KMS"));
}

}  // namespace cloudemu::test
