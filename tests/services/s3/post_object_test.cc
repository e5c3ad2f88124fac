// Upload by a browser's form.
#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/sigv2.h"
#include "protocol/sigv4.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr auto kDenied = "403 AccessDenied: Invalid according to Policy: ";
constexpr auto kCredential = "test/20261123/us-east-1/s3/aws4_request";

std::string form(const Fields& fields, std::string_view content = "meow", std::string_view file_name = "cat.jpg") {
  std::string body;
  for (const auto& [name, value] : fields)
    append(body, "--xyz\r\nContent-Disposition: form-data; name=\"", name, "\"\r\n\r\n", value, "\r\n");
  append(body, "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"", file_name, "\"\r\nContent-Type: image/jpeg\r\n\r\n",
         content, "\r\n--xyz--\r\n");
  return body;
}

constexpr auto kAnyBucket = R"(["starts-with", "$bucket", ""])";

/// The clock of a World: 2026-11-23T04:00:00Z.
std::string policy(std::string_view conditions, std::string_view bucket = kAnyBucket) {
  return base64(concat("{\"expiration\": \"2026-11-23T05:00:00.000Z\", \"conditions\": [", conditions, ", ", bucket, "]}"));
}

Fields signed_v4(std::string_view text, Fields more, std::string_view secret = "test", std::string credential = kCredential) {
  more.insert(more.begin(), {{"x-amz-algorithm", "AWS4-HMAC-SHA256"},
                             {"x-amz-credential", credential},
                             {"x-amz-date", "20261123T040000Z"},
                             {"policy", std::string(text)}});
  more.emplace_back("x-amz-signature", sigv4::sign(sigv4::signing_key(secret, *sigv4::parse_scope(kCredential)), text));
  return more;
}

Fields signed_v2(std::string_view text, Fields more, std::string_view secret = "test") {
  more.insert(more.begin(), {{"AWSAccessKeyId", "test"}, {"policy", std::string(text)}, {"signature", sigv2::sign(secret, text)}});
  return more;
}

constexpr auto kV4Conditions =
    R"(["starts-with", "$x-amz-algorithm", ""], ["starts-with", "$x-amz-credential", ""], ["starts-with", "$x-amz-date", ""])";

struct Fixture {
  explicit Fixture(AuthMode auth = AuthMode::off)
      : s3([&] {
          Environment environment;
          environment.auth = auth;
          return environment;
        }()) {
    s3.world.given({s3::BucketCreated{.bucket = "photos", .owner = "000000000000", .region = "us-east-1"}});
  }
  Reply post(const Fields& fields, std::string_view content = "meow") {
    return s3.post("/photos", form(fields, content), {{"Content-Type", "multipart/form-data; boundary=xyz"}});
  }
  std::string refused(const Fields& fields, std::string_view content = "meow") {
    return s3.refusal("POST", "/photos", {{"Content-Type", "multipart/form-data; boundary=xyz"}}, form(fields, content));
  }
  /// With a policy that has these conditions, and what they are held against.
  std::string held(std::string_view conditions, const Fields& fields, std::string_view content = "meow") {
    return refused(signed_v2(policy(conditions), fields), content);
  }
  S3 s3;
};

}  // namespace

TEST_CASE("PostObject: the file becomes the object, the fields its headers", "[s3][form]") {
  Fixture f;
  Reply reply = f.post({{"Key", "pets/${filename}"},
                        {"Content-Type", "image/jpeg"},
                        {"Cache-Control", "no-store"},
                        {"x-amz-meta-colour", "grey"},
                        {"acl", "private"},
                        {"x-amz-storage-class", "STANDARD_IA"},
                        {"x-ignore-me", "1"},
                        {"tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"}});
  CHECK(reply.status == 204);
  CHECK(reply.body.empty());
  CHECK(reply.header("ETag") == "\"4a4be40c96ac6314e91d93f38043a634\"");
  CHECK(reply.header("Location") == "http://localhost:4566/photos/pets%2Fcat.jpg");
  Reply object = f.s3.get("/photos/pets/cat.jpg");
  CHECK(object.body == "meow");
  CHECK(object.header("Content-Type") == "image/jpeg");
  CHECK(object.header("Cache-Control") == "no-store");
  CHECK(object.header("x-amz-meta-colour") == "grey");
  CHECK(object.header("x-amz-storage-class") == "STANDARD_IA");
  CHECK(elements(f.s3.get("/photos/pets/cat.jpg?tagging"), "TagSet/Tag/Key") == "a");
}

TEST_CASE("PostObject: a large file goes to a blob, an empty one is an object", "[s3][form]") {
  Fixture f;
  const std::string large(3'000'000, 'x');
  REQUIRE(f.post({{"key", "large"}}, large).status == 204);
  CHECK(std::get<s3::ObjectPut>(f.s3.world.events().at(0)).content.at(0).blob == hex(sha256(large)));
  CHECK(f.s3.get("/photos/large").body == large);
  REQUIRE(f.post({{"key", "empty"}}, "").status == 204);
  CHECK(f.s3.get("/photos/empty").header("Content-Length") == f.s3.head("/photos/empty").header("Content-Length"));
  CHECK(f.s3.get("/photos/empty").header("ETag") == "\"d41d8cd98f00b204e9800998ecf8427e\"");
}

TEST_CASE("PostObject: what the form's maker wants answered", "[s3][form]") {
  Fixture f;
  CHECK(f.post({{"key", "a b"}, {"success_action_status", "200"}}).status == 200);
  CHECK(f.post({{"key", "a"}, {"success_action_status", "302"}}).status == 204);
  Reply created = f.post({{"key", "a b"}, {"success_action_status", "201"}});
  CHECK(created.status == 201);
  CHECK(element(created, "Location") == "http://localhost:4566/photos/a+b");
  CHECK(created.header("Location") == "http://localhost:4566/photos/a+b");
  CHECK(element(created, "Bucket") == "photos");
  CHECK(element(created, "Key") == "a b");
  CHECK(element(created, "ETag") == "\"4a4be40c96ac6314e91d93f38043a634\"");
  auto redirected = [&](std::string url) {
    Reply reply = f.post({{"key", "a b"}, {"success_action_redirect", url}, {"success_action_status", "201"}});
    return concat(reply.status, " ", reply.status == 303 ? reply.header("Location") : "");
  };
  constexpr auto kQuery = "bucket=photos&key=a%20b&etag=%224a4be40c96ac6314e91d93f38043a634%22";
  CHECK(redirected("http://localhost/done") == concat("303 http://localhost/done?", kQuery));
  CHECK(redirected("HTTPS://a.test/done?x=1#top") == concat("303 HTTPS://a.test/done?x=1&", kQuery, "#top"));
  CHECK(redirected("http://a.test/done?x=a b") == concat("303 http://a.test/done?x=a b&", kQuery));
  for (std::string url :
       {"done", "ftp://a.test", "http://", "http:///x", "javascript:alert(1)", "http://a.test/\r\nSet-Cookie: a=1", "http://a b"}) {
    INFO(url);
    CHECK(redirected(url) == "201 ");
  }
}

TEST_CASE("PostObject: versions and checksums", "[s3][form]") {
  Fixture f;
  f.s3.set_versioning("photos", "Enabled");
  Reply reply = f.post({{"key", "cat"}, {"x-amz-checksum-sha256", base64(sha256("meow"))}});
  CHECK(reply.header("x-amz-version-id").size() == 32);
  CHECK(reply.header("x-amz-checksum-sha256") == base64(sha256("meow")));
  CHECK(f.refused({{"key", "cat"}, {"x-amz-checksum-sha256", base64(sha256("woof"))}}) ==
        "400 BadDigest: The SHA256 you specified did not match the calculated checksum.");
  CHECK_THAT(f.refused({{"key", "cat"}, {"x-amz-checksum-crc32", "abc"}}), Catch::StartsWith("400 InvalidRequest: "));
  CHECK_THAT(f.refused({{"key", "cat"}, {"content-md5", base64(md5("woof"))}}), Catch::StartsWith("400 BadDigest: "));
  CHECK(f.post({{"key", "cat"}, {"x-amz-content-sha256", hex(sha256("woof"))}, {"x-amz-trailer", "x-amz-checksum-sha1"}}).status == 204);
}

TEST_CASE("PostObject: what is no form, or lacks something", "[s3][form]") {
  Fixture f;
  CHECK(f.s3.refusal("POST", "/photos", {{"Content-Type", "text/plain"}}, "x") ==
        "412 PreconditionFailed: At least one of the pre-conditions you specified did not hold");
  CHECK(element(f.s3.last, "Condition") == "Bucket POST must be of the enclosure-type multipart/form-data");
  S3 guarded(Environment{.policies = iam::Mode::enforce});  // told before who may write
  guarded.put("/photos", {}, {as("000000000000")});
  CHECK(guarded.refusal("POST", "/photos", {{"Content-Type", "application/json"}}, "{}").starts_with("412 PreconditionFailed"));
  constexpr auto kMalformed = "400 MalformedPOSTRequest: The body of your POST request is not well-formed multipart/form-data.";
  CHECK(f.s3.refusal("POST", "/photos", {{"Content-Type", "multipart/form-data"}}, "x") == kMalformed);
  CHECK(f.s3.refusal("POST", "/photos", {{"Content-Type", "multipart/form-data; boundary=xyz"}}, "x") == kMalformed);
  std::string cut = form({{"key", "cat"}});
  CHECK(f.s3.refusal("POST", "/photos", {{"Content-Type", "multipart/form-data; boundary=xyz"}}, cut.substr(0, cut.size() - 12)) ==
        kMalformed);
  CHECK(f.refused({{"acl", "private"}}) ==
        "400 InvalidArgument: Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.");
  CHECK(element(f.s3.last, "ArgumentName") == "key");
  CHECK(f.refused({{"key", ""}}) == "400 InvalidArgument: User key must have a length greater than 0.");
  CHECK_THAT(f.refused({{"key", std::string(1025, 'k')}}), Catch::StartsWith("400 KeyTooLongError"));
  CHECK(f.post({{"key", std::string(1024, 'k')}}).status == 204);
  CHECK_THAT(f.refused({{"key", "\xff"}}), Catch::StartsWith("400 InvalidURI"));
  CHECK(f.s3.refusal("POST", "/photos", {{"Content-Type", "multipart/form-data; boundary=xyz"}},
                     "--xyz\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\ncat\r\n--xyz--\r\n") ==
        "400 InvalidArgument: POST requires exactly one file upload per request.");
  CHECK(f.refused({{"key", "cat"}, {"x-amz-meta-a", std::string(20'000, 'x')}, {"x-amz-meta-b", std::string(1000, 'x')}}) ==
        "400 MaxPostPreDataLengthExceeded: Your POST request fields preceeding the upload file was too large.");
  CHECK(element(f.s3.last, "MaxPostPreDataLengthBytes") == "20480");
  CHECK(f.s3.refusal("POST", "/nobody", {{"Content-Type", "multipart/form-data; boundary=xyz"}}, form({{"key", "cat"}})) ==
        "404 NoSuchBucket: The specified bucket does not exist");
}

TEST_CASE("PostObject: what would come out of the object as a broken header does not get in", "[s3][form]") {
  Fixture f;
  CHECK_THAT(f.refused({{"key", "cat"}, {"Content-Type", "a\r\nSet-Cookie: a=1"}}), Catch::StartsWith("400 InvalidArgument"));
  CHECK_THAT(f.refused({{"key", "cat"}, {"x-amz-meta-a b", "1"}}), Catch::StartsWith("400 InvalidArgument"));
  CHECK_THAT(f.refused({{"key", "cat"}, {"x-amz-meta-a:b", "1"}}), Catch::StartsWith("400 InvalidArgument"));
  CHECK(f.refused({{"key", "cat"}, {"acl", "public-read"}}) == "400 AccessControlListNotSupported: The bucket does not allow ACLs");
  CHECK_THAT(f.refused({{"key", "cat"}, {"tagging", "a=1"}}), Catch::StartsWith("400 MalformedXML"));
}

TEST_CASE("PostObject: the policy's conditions", "[s3][form][policy]") {
  Fixture f;
  CHECK(f.post(signed_v2(policy(R"({"bucket": "photos"}, ["starts-with", "$key", "pets/"], ["eq", "$Content-Type", "image/jpeg"],
                                  {"acl": "private"}, ["starts-with", "$x-amz-meta-a", ""], ["content-length-range", 4, 4])"),
                         {{"key", "pets/${filename}"}, {"content-type", "image/jpeg"}, {"acl", "private"}, {"x-amz-meta-a", "1"}}))
            .status == 204);
  CHECK(f.held(R"({"bucket": "other"}, {"key": "cat"})", {{"key", "cat"}}) ==
        concat(kDenied, R"(Policy Condition failed: ["eq", "$bucket", "other"])"));
  CHECK(f.held(R"(["starts-with", "$key", "pets/"])", {{"key", "cat"}}) ==
        concat(kDenied, R"(Policy Condition failed: ["starts-with", "$key", "pets/"])"));
  CHECK(f.held(R"({"key": "cat"}, ["eq", "$success_action_redirect", "http://a.test"])", {{"key", "cat"}}) ==
        concat(kDenied, R"(Policy Condition failed: ["eq", "$success_action_redirect", "http://a.test"])"));
  CHECK(f.held(R"({"key": "cat"}, ["eq", "acl", "private"])", {{"key", "cat"}, {"acl", "private"}}) ==
        concat(kDenied, R"(Policy Condition failed: ["eq", "acl", "private"])"));
  CHECK(f.held(R"({"key": "cat"})", {{"key", "cat"}, {"x-amz-meta-a", "1"}}) == concat(kDenied, "Extra input fields: x-amz-meta-a"));
  CHECK(f.held(R"({"key": "cat"})", {{"key", "cat"}, {"StorageClass", "x"}}) == concat(kDenied, "Extra input fields: StorageClass"));
  // The bucket stands in the URL, and wants a condition all the same.
  CHECK(f.refused(signed_v2(policy(R"({"key": "cat"})", R"({"x-ignore-a": ""})"), {{"key", "cat"}, {"x-ignore-a", ""}})) ==
        concat(kDenied, "Extra input fields: bucket"));
  CHECK(f.held(R"({"key": "cat"}, ["starts-with", "$Content-Type", "image/"])", {{"key", "cat"}, {"Content-Type", "image/a, text/html"}}) ==
        concat(kDenied, R"(Policy Condition failed: ["starts-with", "$Content-Type", "image/"])"));
  CHECK(f.held(R"({"key": "cat"}, ["content-length-range", "test", "10"])", {{"key", "cat"}}) ==
        concat(kDenied, R"(Policy Condition failed: ["content-length-range", "test", "10"])"));
}

TEST_CASE("PostObject: the size that the policy allows, at its limits and one past them", "[s3][form][policy][limits]") {
  Fixture f;
  constexpr auto kRange = R"({"key": "cat"}, ["content-length-range", 2, 4])";
  CHECK(f.post(signed_v2(policy(kRange), {{"key", "cat"}}), "ab").status == 204);
  CHECK(f.post(signed_v2(policy(kRange), {{"key", "cat"}}), "abcd").status == 204);
  CHECK(f.held(kRange, {{"key", "cat"}}, "abcde") == "400 EntityTooLarge: Your proposed upload exceeds the maximum allowed size");
  CHECK(element(f.s3.last, "ProposedSize") == "5");
  CHECK(element(f.s3.last, "MaxSizeAllowed") == "4");
  CHECK(f.held(kRange, {{"key", "cat"}}, "a") == "400 EntityTooSmall: Your proposed upload is smaller than the minimum allowed size");
  CHECK(element(f.s3.last, "MinSizeAllowed") == "2");
}

TEST_CASE("PostObject: a policy expires by the virtual clock", "[s3][form][policy]") {
  Fixture f;
  Fields fields = signed_v4(policy(concat(R"({"key": "cat"}, )", kV4Conditions)), {{"key", "cat"}});
  CHECK(f.post(fields).status == 204);
  f.s3.world.advance(3'600'000 - 1);
  CHECK(f.post(fields).status == 204);
  f.s3.world.advance(1);
  CHECK(f.refused(fields) == concat(kDenied, "Policy expired."));
}

TEST_CASE("PostObject: a form made after the clock was set lives as long as it says", "[s3][form][policy][clock]") {
  Fixture f;
  auto advance = [&](std::string_view by) {
    std::string body = concat("{\"advance\":\"", by, "\"}");
    CHECK(f.s3.world.send({.method = "POST", .target = "/_cloudemu/clock", .body = std::move(body)}).status == 200);
  };
  Fields fields = signed_v4(policy(concat(R"({"key": "cat"}, )", kV4Conditions)), {{"key", "cat"}});
  advance("59m");
  CHECK(f.post(fields).status == 204);
  advance("1d");
  CHECK(f.refused(fields) == concat(kDenied, "Policy expired."));
  f.s3.world.advance(60'000);
  std::string text = policy(concat(R"({"key": "cat"}, )", kV4Conditions));
  Fields later = signed_v4(text, {{"key", "cat"}});
  for (auto& [name, value] : later)
    if (name == "x-amz-date") value = "20261123T040100Z";
  CHECK(f.post(later).status == 204);
  advance("58m");
  CHECK(f.post(later).status == 204);
  advance("1m");
  CHECK(f.refused(later) == concat(kDenied, "Policy expired."));
}

TEST_CASE("PostObject: policies that are none", "[s3][form][policy]") {
  Fixture f;
  auto refused = [&](std::string_view document) { return f.refused(signed_v2(base64(document), {{"key", "cat"}})); };
  const std::string invalid = "400 InvalidPolicyDocument: Invalid Policy: ";
  CHECK(f.refused(signed_v2("!", {{"key", "cat"}})) == invalid + "Invalid JSON.");
  CHECK(refused("") == invalid + "Invalid JSON.");
  CHECK(refused("[]") == invalid + "Invalid JSON.");
  CHECK(refused("{\"conditions\": []}") == invalid + "Policy missing expiration.");
  CHECK(refused("{\"Statement\": [], \"conditions\": []}") == invalid + "Unexpected: 'statement'");
  CHECK(refused("{\"expiration\": \"2027-01-01T00:00:00+02:00\", \"conditions\": []}") ==
        invalid + "Invalid 'expiration' value: '2027-01-01T00:00:00+02:00'");
  CHECK(refused("{\"expiration\": \"2027-01-01T00:00:00Z\"}") == invalid + "Policy missing conditions.");
  CHECK(refused("{\"expiration\": \"soon\", \"conditions\": []}") == invalid + "Invalid 'expiration' value: 'soon'");
  CHECK(refused("{\"expiration\": \"2027-01-01 00:00:00.5+00:00\", \"conditions\": []}") ==
        invalid + "Invalid 'expiration' value: '2027-01-01 00:00:00.5+00:00'");
  auto condition = [&](std::string_view text) {
    return refused(concat("{\"expiration\": \"2027-01-01T00:00:00Z\", \"conditions\": [", text, "]}"));
  };
  CHECK(condition(R"({"acl": "private", "key": "cat"})") ==
        invalid + "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.");
  CHECK(condition(R"(["like", "$key", "a"])") == invalid + "Invalid Condition: unknown operation 'like'.");
  CHECK(condition(R"(["eq", "$key"])") == invalid + "Invalid Condition: wrong number of arguments.");
  CHECK(condition("[]") == invalid + "Invalid Condition: missing operation identifier.");
  CHECK(condition(R"(["content-length-range", 0, 512.0])") == invalid + "Invalid JSON.");
  CHECK(condition(R"({"success_action_redirect": null})") == invalid + "Invalid JSON.");
  CHECK_THAT(condition("1"), Catch::StartsWith(invalid));
}

TEST_CASE("PostObject: signatures over the policy are checked", "[s3][form][auth]") {
  Fixture f(AuthMode::verify);
  const std::string v4 = policy(concat(R"({"key": "cat"}, )", kV4Conditions)), v2 = policy(R"({"key": "cat"})");
  CHECK(f.post(signed_v4(v4, {{"key", "cat"}})).status == 204);
  CHECK(f.post(signed_v2(v2, {{"key", "cat"}})).status == 204);
  constexpr auto kMismatch =
      "403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and "
      "signing method.";
  CHECK(f.refused(signed_v4(v4, {{"key", "cat"}}, "wrong")) == kMismatch);
  CHECK(element(f.s3.last, "StringToSign") == v4);
  CHECK(f.refused(signed_v2(v2, {{"key", "cat"}}, "wrong")) == kMismatch);
  Fields forged = signed_v4(v4, {{"key", "cat"}});
  forged[3].second = policy(R"(["starts-with", "$key", ""])");
  CHECK(f.refused(forged) == kMismatch);
  Fields unknown = signed_v2(v2, {{"key", "cat"}});
  unknown[0].second = "nobody";
  CHECK_THAT(f.refused(unknown), Catch::StartsWith("403 InvalidAccessKeyId"));
  CHECK(f.refused({{"key", "cat"}}) == "403 AccessDenied: Access Denied");
  CHECK(f.refused({{"key", "cat"}}, std::string(3'000'000, 'x')) == "403 AccessDenied: Access Denied");
  Fields with_token = signed_v2(v2, {{"key", "cat"}, {"x-amz-security-token", "abc"}});
  CHECK_THAT(f.refused(with_token), Catch::StartsWith("400 InvalidToken"));
  // A form cannot be what lets another request in.
  CHECK(f.s3.refusal("POST", "/photos?delete", {{"Content-Type", "multipart/form-data; boundary=xyz"}}, form({{"key", "cat"}})) ==
        "403 AccessDenied: Access Denied");
}

TEST_CASE("PostObject: a credential that is not for here is told as the field that it is", "[s3][form][auth]") {
  Fixture f(AuthMode::verify);
  const std::string text = policy(concat(R"({"key": "cat"}, )", kV4Conditions));
  const std::pair<std::string, std::string> flaws[] = {
      {"test/20261123/us-west-1/s3/aws4_request", "the region 'us-west-1' is wrong; expecting 'us-east-1'"},
      {"test/20261123/us-east-1/sqs/aws4_request", "incorrect service \"sqs\". This endpoint belongs to \"s3\"."},
      {"test/2026-11-23/us-east-1/s3/aws4_request",
       "incorrect date format \"2026-11-23\". This date in the credential must be in the format \"yyyyMMdd\"."},
      {"/20261123/us-east-1/s3/aws4_request", "a non-empty Access Key (AKID) must be provided in the credential."},
      {"test", "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."}};
  for (const auto& [credential, why] : flaws) {
    CHECK(f.refused(signed_v4(text, {{"key", "cat"}}, "test", credential)) == "400 InvalidArgument: " + why);
    CHECK(element(f.s3.last, "ArgumentName") == "X-Amz-Credential");
    CHECK(element(f.s3.last, "ArgumentValue") == credential);
    CHECK(element(f.s3.last, "Region") == (why.starts_with("the region") ? "us-east-1" : "-"));
  }
  Fields fields = signed_v4(text, {{"key", "cat"}});
  fields[2].second = "yesterday";
  CHECK(f.refused(fields) == "400 InvalidArgument: X-Amz-Date must be formated via ISO8601 Long format");
  CHECK(element(f.s3.last, "ArgumentName") == "X-Amz-Date");
}

TEST_CASE("PostObject: a signature lacks a field", "[s3][form][auth]") {
  Fixture f(GENERATE(AuthMode::off, AuthMode::verify));
  auto lacks = [&](const Fields& fields, std::string_view name) {
    for (const auto& field : fields) {
      if (!equals_ignoring_case(field.first, name)) continue;
      Fields rest = fields;
      std::erase(rest, field);
      std::string refusal = f.refused(rest);
      CHECK(element(f.s3.last, "ArgumentName") == name);
      return refusal == concat("400 InvalidArgument: Bucket POST must contain a field named '", name,
                               "'.  If it is specified, please check the order of the fields.");
    }
    return false;
  };
  Fields v4 = signed_v4(policy(concat(R"({"key": "cat"}, )", kV4Conditions)), {{"key", "cat"}});
  for (std::string_view name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature", "policy"}) CHECK(lacks(v4, name));
  Fields v2 = signed_v2(policy(R"({"key": "cat"})"), {{"key", "cat"}});
  for (std::string_view name : {"AWSAccessKeyId", "Signature", "policy"}) CHECK(lacks(v2, name));
  v4[0].second = "AWS4-HMAC-SHA1";
  CHECK_THAT(f.refused(v4), Catch::StartsWith("400 InvalidArgument: X-Amz-Algorithm only supports"));
}

}  // namespace cloudemu::test
