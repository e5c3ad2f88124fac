// How S3 words what is wrong with a signature:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
#include <catch2/catch.hpp>

#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/sigv2.h"
#include "protocol/sigv4.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

// The clock of a World: 2026-11-23T04:00:00Z.
const std::string kNow = "20261123T040000Z";
const std::string kCredential = "test/20261123/us-east-1/s3/aws4_request";

Environment verifying() {
  Environment environment;
  environment.auth = AuthMode::verify;
  return environment;
}

/// Signs as an SDK would; the signature that it needs to be replaced stands as @.
std::string signature_of(const Request& request, std::string_view secret, std::string_view hash) {
  auto http = make_request(request);
  auto query = QueryParameters::parse(http->query);
  auto signature = sigv4::parse_signature(*http, query);
  REQUIRE(signature);
  std::string canonical = sigv4::canonical_request(*http, query, *signature, hash, sigv4::PathEncoding::once);
  return sigv4::sign(sigv4::signing_key(secret, signature->scope()), sigv4::string_to_sign(*signature, canonical));
}

std::string authorization(std::string_view credential, std::string_view headers, std::string_view signature) {
  return concat("AWS4-HMAC-SHA256 Credential=", credential, ", SignedHeaders=", headers, ", Signature=", signature);
}

struct Signing {
  std::string credential = kCredential, date = kNow, secret = "test";
  std::string signed_headers = "host;x-amz-content-sha256;x-amz-date";
  Headers more = {};
};

Headers signed_headers(const std::string& method, const std::string& target, const Signing& signing = {}) {
  Headers headers = signing.more;
  headers.emplace_back("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
  headers.emplace_back("x-amz-date", signing.date);
  headers.emplace_back("Authorization", authorization(signing.credential, signing.signed_headers, std::string(64, '0')));
  std::string signature = signature_of({.method = method, .target = target, .headers = headers}, signing.secret, "UNSIGNED-PAYLOAD");
  headers.back().second = authorization(signing.credential, signing.signed_headers, signature);
  return headers;
}

std::string presigned(const std::string& method, const std::string& path, std::string_view expires, std::string_view date = kNow) {
  std::string target = concat(path, "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=", percent_encode(kCredential),
                              "&X-Amz-Date=", date, "&X-Amz-Expires=", expires, "&X-Amz-SignedHeaders=host");
  std::string zero = target + "&X-Amz-Signature=" + std::string(64, '0');
  return concat(target, "&X-Amz-Signature=", signature_of({.method = method, .target = zero}, "test", "UNSIGNED-PAYLOAD"));
}

struct Fixture {
  Fixture() : s3(verifying()) {
    REQUIRE(s3.put("/photos", {}, signed_headers("PUT", "/photos")).status == 200);
    REQUIRE(s3.put("/photos/cat", "meow", signed_headers("PUT", "/photos/cat")).status == 200);
  }
  std::string refused(const Signing& signing) { return s3.refusal("GET", "/photos/cat", signed_headers("GET", "/photos/cat", signing)); }
  S3 s3;
};

}  // namespace

TEST_CASE("Auth: a good signature is let in", "[s3][auth]") {
  Fixture f;
  CHECK(f.s3.get("/photos/cat", signed_headers("GET", "/photos/cat")).body == "meow");
  CHECK(f.s3.get(presigned("GET", "/photos/cat", "60")).body == "meow");
}

TEST_CASE("Auth: a wrong one is shown what we calculated with", "[s3][auth]") {
  Fixture f;
  CHECK(f.refused({.secret = "wrong"}) ==
        "403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and "
        "signing method.");
  CHECK(element(f.s3.last, "AWSAccessKeyId") == "test");
  CHECK(element(f.s3.last, "StringToSign").starts_with("AWS4-HMAC-SHA256\n20261123T040000Z\n20261123/us-east-1/s3/aws4_request\n"));
  CHECK(element(f.s3.last, "SignatureProvided").size() == 64);
  CHECK(element(f.s3.last, "StringToSignBytes").starts_with("41 57 53 34 "));
  CHECK(element(f.s3.last, "CanonicalRequest").starts_with("GET\n/photos/cat\n\nhost:localhost:4566\n"));
  CHECK(element(f.s3.last, "CanonicalRequestBytes").starts_with("47 45 54 0a "));
}

TEST_CASE("Auth: unknown keys and tokens", "[s3][auth]") {
  Fixture f;
  CHECK(f.refused({.credential = "nobody/20261123/us-east-1/s3/aws4_request"}) ==
        "403 InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.");
  CHECK(element(f.s3.last, "AWSAccessKeyId") == "nobody");
  CHECK(f.refused(
            {.signed_headers = "host;x-amz-content-sha256;x-amz-date;x-amz-security-token", .more = {{"x-amz-security-token", "abc"}}}) ==
        "400 InvalidToken: The provided token is malformed or otherwise invalid.");
  CHECK(element(f.s3.last, "Token-0") == "abc");
}

TEST_CASE("Auth: clocks may differ by 15 minutes", "[s3][auth][limits]") {
  Fixture f;
  CHECK(f.s3.get("/photos/cat", signed_headers("GET", "/photos/cat", {.date = "20261123T034500Z"})).status == 200);
  CHECK(f.s3.get("/photos/cat", signed_headers("GET", "/photos/cat", {.date = "20261123T041500Z"})).status == 200);
  for (std::string date : {"20261123T034459Z", "20261123T041501Z"}) {
    CHECK(f.refused({.date = date}) ==
          "403 RequestTimeTooSkewed: The difference between the request time and the current time is too large.");
    CHECK(element(f.s3.last, "RequestTime") == date);
    CHECK(element(f.s3.last, "ServerTime") == "2026-11-23T04:00:00Z");
    CHECK(element(f.s3.last, "MaxAllowedSkewMilliseconds") == "900000");
  }
}

TEST_CASE("Auth: scopes that are not this service's, or not of the day", "[s3][auth]") {
  Fixture f;
  CHECK(f.refused({.credential = "test/20261122/us-east-1/s3/aws4_request"}) ==
        "400 AuthorizationHeaderMalformed: The authorization header is malformed; Invalid credential date \"20261122\". This date is "
        "not the same as X-Amz-Date: \"20261123\".");
}

TEST_CASE("Auth: headers of S3 must be signed", "[s3][auth]") {
  Fixture f;
  CHECK(f.refused({.more = {{"x-amz-checksum-mode", "ENABLED"}}}) ==
        "403 AccessDenied: There were headers present in the request which were not signed");
  CHECK(element(f.s3.last, "HeadersNotSigned") == "x-amz-checksum-mode");
}

TEST_CASE("Auth: Authorization headers that are none", "[s3][auth]") {
  Fixture f;
  auto refused = [&](std::string value) {
    return f.s3.refusal("GET", "/photos/cat", {{"x-amz-date", kNow}, {"Authorization", std::move(value)}});
  };
  CHECK(f.s3.refusal("GET", "/photos/cat") == "403 AccessDenied: Access Denied");
  CHECK(refused("AWS test:signature") ==
        "400 InvalidRequest: The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
  CHECK(refused("Basic abc") == "400 InvalidArgument: Unsupported Authorization Type");
  CHECK(element(f.s3.last, "ArgumentName") == "Authorization");
  CHECK(element(f.s3.last, "ArgumentValue") == "Basic abc");
  CHECK(refused("nonsense") == "400 InvalidArgument: Authorization header is invalid -- one and only one ' ' (space) required");
  CHECK(refused("AWS4-HMAC-SHA256 Credential=" + kCredential) ==
        "400 AuthorizationHeaderMalformed: The authorization header is malformed; the authorization header requires three components: "
        "Credential, SignedHeaders, and Signature.");
  CHECK(refused(authorization("test", "host", std::string(64, '0'))) ==
        "400 AuthorizationHeaderMalformed: The authorization header is malformed; the Credential is mal-formed; expecting "
        "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  CHECK(f.s3.refusal("GET", "/photos/cat", {{"Authorization", authorization(kCredential, "host", std::string(64, '0'))}}) ==
        "403 AccessDenied: AWS authentication requires a valid Date or x-amz-date header");
}

TEST_CASE("Presigned: expires when it says, with or without checked signatures", "[s3][auth][presigned][limits]") {
  for (Environment environment : {verifying(), Environment{}}) {
    S3 s3(environment);
    s3.put("/photos", {}, signed_headers("PUT", "/photos"));
    s3.put("/photos/cat", "meow", signed_headers("PUT", "/photos/cat"));
    std::string url = presigned("GET", "/photos/cat", "60");
    s3.world.advance(60'000);
    CHECK(s3.get(url).body == "meow");
    s3.world.advance(1);
    CHECK(s3.refusal("GET", url) == "403 AccessDenied: Request has expired");
    CHECK(element(s3.last, "X-Amz-Expires") == "60");
    CHECK(element(s3.last, "Expires") == "2026-11-23T04:01:00Z");
    CHECK(element(s3.last, "ServerTime") == "2026-11-23T04:01:00Z");
  }
}

TEST_CASE("Presigned: a week at most", "[s3][auth][presigned][limits]") {
  Fixture f;
  CHECK(f.s3.get(presigned("GET", "/photos/cat", "604800")).status == 200);
  auto refused = [&](std::string_view expires) {
    return f.s3.refusal(
        "GET", concat("/photos/cat?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=", percent_encode(kCredential), "&X-Amz-Date=", kNow,
                      "&X-Amz-Expires=", expires, "&X-Amz-SignedHeaders=host&X-Amz-Signature=", std::string(64, '0')));
  };
  CHECK(refused("604801") ==
        "400 AuthorizationQueryParametersError: X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
        "must be less than 604800 seconds");
  CHECK(refused("-1") == "400 AuthorizationQueryParametersError: X-Amz-Expires must be non-negative");
  CHECK(refused("x") == "400 AuthorizationQueryParametersError: X-Amz-Expires should be a number");
}

TEST_CASE("Presigned: all parameters or none", "[s3][auth][presigned]") {
  Fixture f;
  CHECK(f.s3.refusal("GET", "/photos/cat?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=abc") ==
        "400 AuthorizationQueryParametersError: Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
        "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  std::string url = presigned("GET", "/photos/cat", "60");
  CHECK(f.s3.refusal("GET", url, {{"Authorization", authorization(kCredential, "host", std::string(64, '0'))}}) ==
        "400 InvalidArgument: Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
        "parameter or the Authorization header should be specified");
  CHECK(f.s3.refusal("PUT", url, {}, "woof").starts_with("403 SignatureDoesNotMatch"));
}

namespace {

std::string presigned_v2(const std::string& method, const std::string& path, std::string_view expires, Headers headers = {},
                         std::string_view host_bucket = "") {
  std::string target = concat(path, path.find('?') == std::string::npos ? "?" : "&", "AWSAccessKeyId=test&Expires=", expires);
  auto http = make_request({.method = method, .target = target, .headers = std::move(headers)});
  std::string text = sigv2::string_to_sign(*http, QueryParameters::parse(http->query), host_bucket);
  return concat(target, "&Signature=", percent_encode(sigv2::sign("test", text)));
}
const std::string kNextMinute = "1795406460";

}  // namespace

TEST_CASE("SigV2: what is signed, and how", "[s3][auth][presigned]") {
  auto http = make_request({.target = "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1141889120"});
  std::string text = sigv2::string_to_sign(*http, QueryParameters::parse(http->query), "awsexamplebucket1");
  CHECK(text == "GET\n\n\n1141889120\n/awsexamplebucket1/photos/puppy.jpg");

  CHECK(sigv2::sign("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "abc") == "vVYv1NxxF7QJ6gZN7s3Nlwbi2cU=");
}

TEST_CASE("SigV2: URLs as boto3 makes them are let in until they expire", "[s3][auth][presigned]") {
  for (Environment environment : {verifying(), Environment{}}) {
    S3 s3(environment);
    s3.put("/photos", {}, signed_headers("PUT", "/photos"));
    std::string put = presigned_v2("PUT", "/photos/cat?x-amz-meta-mood=sleepy", kNextMinute, {{"Content-Type", "text/plain"}});
    CHECK(s3.put(put, "meow", {{"Content-Type", "text/plain"}}).status == 200);
    std::string get = presigned_v2("GET", "/photos/cat?response-content-type=a%2Fb", kNextMinute);
    Reply reply = s3.get(get);
    CHECK(reply.body == "meow");
    CHECK(reply.header("Content-Type") == "a/b");
    CHECK(reply.header("x-amz-meta-mood") == "sleepy");
    std::string by_host = presigned_v2("GET", "/cat", kNextMinute, {}, "photos");
    CHECK(s3.get(by_host, {{"Host", "photos.s3.localhost:4566"}}).body == "meow");
    s3.world.advance(60'001);
    CHECK(s3.refusal("GET", get) == "403 AccessDenied: Request has expired");
    CHECK(element(s3.last, "Expires") == "2026-11-23T04:01:00Z");
    CHECK(element(s3.last, "X-Amz-Expires") == "-");
  }
}

TEST_CASE("SigV2: URLs that are none", "[s3][auth][presigned]") {
  Fixture f;
  std::string url = presigned_v2("GET", "/photos/cat", kNextMinute);
  CHECK(f.s3.get(url).body == "meow");
  CHECK(f.s3.refusal("DELETE", url).starts_with("403 SignatureDoesNotMatch: "));
  CHECK(element(f.s3.last, "StringToSign") == "DELETE\n\n\n1795406460\n/photos/cat");
  CHECK(element(f.s3.last, "CanonicalRequest") == "-");
  CHECK(f.s3.refusal("GET", "/photos/cat?AWSAccessKeyId=test&Expires=1795406460") ==
        "403 AccessDenied: Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
  CHECK(f.s3.refusal("GET", "/photos/cat?AWSAccessKeyId=test&Expires=soon&Signature=x") ==
        "403 AccessDenied: Invalid date (should be seconds since epoch): soon");
  CHECK(f.s3.refusal("GET", "/photos/cat?AWSAccessKeyId=nobody&Expires=1795406460&Signature=x").starts_with("403 InvalidAccessKeyId"));
}

}  // namespace cloudemu::test
