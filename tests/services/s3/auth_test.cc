// How S3 words what is wrong with a signature:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/sigv2.h"
#include "protocol/sigv4.h"
#include "support/s3.h"
#include "support/signing.h"

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

std::string presigned(const std::string& method, const std::string& path, std::string_view expires, std::string_view date = kNow,
                      std::string_view credential = kCredential) {
  std::string target = concat(path, "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=", percent_encode(credential), "&X-Amz-Date=", date,
                              "&X-Amz-Expires=", expires, "&X-Amz-SignedHeaders=host");
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
  auto presigned_by = [&](std::string_view credential) {
    return f.s3.refusal("GET", presigned("GET", "/photos/cat", "60", kNow, credential));
  };
  const std::string header = "400 AuthorizationHeaderMalformed: The authorization header is malformed; ";
  const std::string query = "400 AuthorizationQueryParametersError: ", parsing = query + "Error parsing the X-Amz-Credential parameter; ";
  CHECK(f.refused({.credential = "test/20261122/us-east-1/s3/aws4_request"}) ==
        header + "Invalid credential date. Date is not the same as X-Amz-Date.");
  CHECK(presigned_by("test/20261122/us-east-1/s3/aws4_request") ==
        query + "Invalid credential date \"20261122\". This date is not the same as X-Amz-Date: \"20261123\".");
  const std::pair<std::string, std::string> flaws[] = {
      {"test/2026-11-23/us-east-1/s3/aws4_request",
       "incorrect date format \"2026-11-23\". This date in the credential must be in the format \"yyyyMMdd\"."},
      {"test/20261123//s3/aws4_request", "a non-empty region must be provided in the credential."},
      {"test/20261122/us-east-1/s3express/aws4_request", "incorrect service \"s3express\". This endpoint belongs to \"s3\"."}};
  for (const auto& [credential, why] : flaws) {
    CHECK(f.refused({.credential = credential}) == header + why);
    CHECK(element(f.s3.last, "Region") == "-");
    CHECK(presigned_by(credential) == parsing + why);
  }
  const std::pair<std::string, std::string> malformed[] = {
      {"test/20261123/us-east-1/s3/aws3_request", "incorrect terminal \"aws3_request\". This endpoint uses \"aws4_request\"."},
      {"/20261123/us-east-1/s3/aws4_request", "a non-empty Access Key (AKID) must be provided in the credential."}};
  for (const auto& [credential, why] : malformed) {
    CHECK(f.s3.refusal("GET", "/photos/cat",
                       {{"x-amz-date", kNow},
                        {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"},
                        {"Authorization", authorization(credential, "host", std::string(64, '0'))}}) == header + why);
  }
}

TEST_CASE("Auth: the scheme is matched without case, and the body's hash must be told", "[s3][auth]") {
  Fixture f;
  Headers headers = signed_headers("GET", "/photos/cat");
  headers.back().second.replace(0, 4, "aws4");
  CHECK(f.s3.get("/photos/cat", headers).body == "meow");
  std::erase_if(headers, [](const auto& each) { return each.first == "x-amz-content-sha256"; });
  CHECK(f.s3.refusal("GET", "/photos/cat", headers) ==
        "400 InvalidRequest: Missing required header for this request: x-amz-content-sha256");
}

TEST_CASE("Auth: headers of S3 must be signed", "[s3][auth]") {
  Fixture f;
  CHECK(f.refused({.more = {{"x-amz-checksum-mode", "ENABLED"}}}) ==
        "403 AccessDenied: There were headers present in the request which were not signed");
  CHECK(element(f.s3.last, "HeadersNotSigned") == "x-amz-checksum-mode");
  CHECK(f.refused({.more = {{"Content-MD5", base64(md5(""))}}}).starts_with("403 AccessDenied"));
  CHECK(element(f.s3.last, "HeadersNotSigned") == "content-md5");
  CHECK(f.refused({.credential = "nobody/20261123/us-east-1/s3/aws4_request", .more = {{"x-amz-meta-a", "1"}}})
            .starts_with("403 AccessDenied"));
  CHECK(f.s3.get("/photos/cat", signed_headers("GET", "/photos/cat", {.signed_headers = "host;x-amz-date"})).body == "meow");
}

TEST_CASE("Auth: Authorization headers that are none", "[s3][auth]") {
  Fixture f;
  auto refused = [&](std::string value) {
    return f.s3.refusal("GET", "/photos/cat",
                        {{"x-amz-date", kNow}, {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}, {"Authorization", std::move(value)}});
  };
  CHECK(f.s3.refusal("GET", "/photos/cat") == "403 AccessDenied: Access Denied");
  CHECK(refused("Basic abc") == "400 InvalidArgument: Unsupported Authorization Type");
  CHECK(element(f.s3.last, "ArgumentName") == "Authorization");
  CHECK(element(f.s3.last, "ArgumentValue") == "Basic abc");
  CHECK(refused("nonsense") == "400 InvalidArgument: Authorization header is invalid -- one and only one ' ' (space) required");
  CHECK(refused("AWS4-HMAC-SHA256 Credential=" + kCredential) ==
        "400 AuthorizationHeaderMalformed: The authorization header is malformed; the authorization header requires three components: "
        "Credential, SignedHeaders, and Signature.");
  for (auto [components, flaw] :
       {std::pair("Credential=a,SignedHeaders-host,Signature=b", "the authorization component \"SignedHeaders-host\" is malformed."),
        std::pair("Creds=a,SignedHeaders=host, Signature=b", "missing Credential."),
        std::pair("Credential=a,Headers=host,Signature=b", "missing SignedHeaders."),
        std::pair("Credential=a, SignedHeaders=host,Sign=b", "missing Signature.")}) {
    CHECK(refused(concat("AWS4-HMAC-SHA256 ", components)) ==
          concat("400 AuthorizationHeaderMalformed: The authorization header is malformed; ", flaw));
  }
  CHECK(refused(authorization("test", "host", std::string(64, '0'))) ==
        "400 AuthorizationHeaderMalformed: The authorization header is malformed; the Credential is mal-formed; expecting "
        "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  CHECK(f.s3.refusal(
            "GET", "/photos/cat",
            {{"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}, {"Authorization", authorization(kCredential, "host", std::string(64, '0'))}}) ==
        "403 AccessDenied: AWS authentication requires a valid Date or x-amz-date header");
  CHECK(f.s3.refusal("GET", "/photos/cat",
                     {{"x-amz-date", ""},
                      {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"},
                      {"Authorization", authorization(kCredential, "host", std::string(64, '0'))}}) ==
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

TEST_CASE("Presigned: a link made after the clock was set lives as long as it says, one made before as the clock has it",
          "[s3][auth][presigned][clock]") {
  S3 s3(verifying());
  auto set_clock = [&](std::string_view what) {
    CHECK(s3.world.send({.method = "POST", .target = "/_cloudemu/clock", .body = std::string(what)}).status == 200);
  };
  auto at = [](int minute) { return concat("20261123T04", minute < 10 ? "0" : "", minute, "00Z"); };
  s3.put("/photos", {}, signed_headers("PUT", "/photos"));
  s3.put("/photos/cat", "meow", signed_headers("PUT", "/photos/cat"));
  std::string before = presigned("GET", "/photos/cat", "3600"), longer = presigned("GET", "/photos/cat", "86400");
  set_clock(R"({"advance":"2h"})");
  s3.world.advance(60'000);  // real time
  CHECK(s3.refusal("GET", before) == "403 AccessDenied: Request has expired");
  CHECK(s3.get(longer).body == "meow");
  std::string after = presigned("GET", "/photos/cat", "300", at(1));
  CHECK(s3.get(after).body == "meow");
  set_clock(R"({"advance":"4m"})");
  CHECK(s3.get(after).body == "meow");
  set_clock(R"({"advance":"2m"})");
  CHECK(s3.refusal("GET", after) == "403 AccessDenied: Request has expired");

  // Where time stands still nothing expires.
  set_clock(R"({"freeze":true})");
  std::string frozen = presigned("GET", "/photos/cat", "60", at(2));
  s3.world.advance(600'000);
  CHECK(s3.get(frozen).body == "meow");
  set_clock(R"({"reset":true})");
  CHECK(s3.refusal("GET", frozen) == "403 AccessDenied: Request has expired");

  // Who signs by the virtual clock is judged by it.
  set_clock(R"({"set":"2026-12-24T18:00:00Z"})");
  std::string credential = "test/20261224/us-east-1/s3/aws4_request";
  std::string ahead = presigned("GET", "/photos/cat", "60", "20261224T180000Z", credential);
  CHECK(s3.get(ahead).body == "meow");
  set_clock(R"({"advance":"2m"})");
  CHECK(s3.refusal("GET", ahead) == "403 AccessDenied: Request has expired");
}

TEST_CASE("Presigned: not before its time, by the clock that is later", "[s3][auth][presigned][limits]") {
  for (Environment environment : {verifying(), Environment{}}) {
    S3 s3(environment);
    s3.put("/photos", {}, signed_headers("PUT", "/photos"));
    s3.put("/photos/cat", "meow", signed_headers("PUT", "/photos/cat"));
    CHECK(s3.get(presigned("GET", "/photos/cat", "60", "20261123T041500Z")).body == "meow");
    std::string url = presigned("GET", "/photos/cat", "60", "20261123T041501Z");
    CHECK(s3.refusal("GET", url) == "403 AccessDenied: Request is not yet valid");
    CHECK(element(s3.last, "X-Amz-Date") == "1795407301000");
    CHECK(element(s3.last, "Expires") == "2026-11-23T04:16:01Z");
    CHECK(element(s3.last, "ServerTime") == "2026-11-23T04:00:00Z");
    s3.world.advance(1000);
    CHECK(s3.get(url).body == "meow");
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
  CHECK(f.s3.get(presigned("GET", "/photos/cat", "%2B300")).body == "meow");
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
  CHECK(f.s3.refusal("GET", url + "&Signature=x").starts_with("400 InvalidArgument: Only one auth mechanism allowed; "));
  CHECK(element(f.s3.last, "ArgumentName") == "Authorization");
  CHECK(element(f.s3.last, "ArgumentValue") == "-");
  CHECK(f.s3.refusal("GET", "/photos/cat?X-Amz-Signature=abc") == "403 AccessDenied: Access Denied");  // signed by nobody
  CHECK(f.s3.refusal("PUT", url, {}, "woof").starts_with("403 SignatureDoesNotMatch"));
}

namespace {

std::string presigned_v2(const std::string& method, const std::string& path, std::string_view expires, Headers headers = {},
                         std::string_view host_bucket = "") {
  std::string target = concat(path, path.find('?') == std::string::npos ? "?" : "&", "AWSAccessKeyId=test&Expires=", expires);
  auto http = make_request({.method = method, .target = target, .headers = std::move(headers)});
  QueryParameters query = QueryParameters::parse(http->query);
  std::string text = sigv2::string_to_sign(*http, query, {.date = std::string(expires)}, host_bucket);
  return concat(target, "&Signature=", percent_encode(sigv2::sign("test", text)));
}
const std::string kNextMinute = "1795406460";

}  // namespace

TEST_CASE("SigV2: what is signed, and how", "[s3][auth][presigned]") {
  auto http = make_request({.target = "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1141889120"});
  std::string text = sigv2::string_to_sign(*http, QueryParameters::parse(http->query), {.date = "1141889120"}, "awsexamplebucket1");
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

TEST_CASE("Auth: a bucket is where it is, and signatures must be for there", "[s3][auth][region]") {
  Fixture f;
  REQUIRE(f.s3.put("/west", "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>",
                   signed_headers("PUT", "/west"))
              .status == 200);
  CHECK(f.s3.refusal("GET", "/west", signed_headers("GET", "/west")) ==
        "400 AuthorizationHeaderMalformed: The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'");
  CHECK(element(f.s3.last, "Region") == "eu-west-1");
  CHECK(f.s3.last.header("x-amz-bucket-region") == "eu-west-1");
  CHECK(f.s3.get("/west", signed_headers("GET", "/west", {.credential = "test/20261123/eu-west-1/s3/aws4_request"})).status == 200);
  // Who asks where it is cannot know it yet.
  CHECK(f.s3.get("/west?location", signed_headers("GET", "/west?location")).status == 200);
  Headers host{{"Host", "s3.eu-west-1.amazonaws.com"}};
  CHECK(f.s3.refusal("GET", "/", signed_headers("GET", "/", {.more = host})).starts_with("400 AuthorizationHeaderMalformed"));
  CHECK(f.s3.refusal("GET", presigned("GET", "/west/cat", "60")) ==
        "400 AuthorizationQueryParametersError: Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting "
        "'eu-west-1'");
}

TEST_CASE("Auth: a signature over the host's name without its port is let in", "[s3][auth]") {
  Fixture f;
  Signer signer{.service = "s3", .signed_headers = "host;x-amz-content-sha256;x-amz-date", .host = "localhost"};
  Request request{.target = "/photos/cat"};
  signer.sign(request);
  CHECK(f.s3.world.send(request).body == "meow");
  signer.host = "otherhost";
  Request other{.target = "/photos/cat"};
  signer.sign(other);
  CHECK(f.s3.world.send(other).status == 403);
}

TEST_CASE("Auth: signed chunks that announce signed trailers must bring their signature", "[s3][auth][chunked]") {
  Fixture f;
  Headers more{{"x-amz-decoded-content-length", "2"}, {"Content-Encoding", "aws-chunked"}, {"x-amz-trailer", "x-amz-checksum-crc32"}};
  const std::string kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
  Headers headers = more;
  headers.emplace_back("x-amz-content-sha256", kind);
  headers.emplace_back("x-amz-date", kNow);
  const std::string names = "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-trailer";
  headers.emplace_back("Authorization", authorization(kCredential, names, std::string(64, '0')));
  std::string seed = signature_of({.method = "PUT", .target = "/photos/cat", .headers = headers}, "test", kind);
  headers.back().second = authorization(kCredential, names, seed);
  const std::string scope = "20261123/us-east-1/s3/aws4_request", empty = hex(sha256(""));
  const std::string key = sigv4::signing_key("test", *sigv4::parse_scope(kCredential));
  auto chunk = [&](std::string_view previous, std::string_view payload) {
    return sigv4::sign(key,
                       concat("AWS4-HMAC-SHA256-PAYLOAD\n", kNow, '\n', scope, '\n', previous, '\n', empty, '\n', hex(sha256(payload))));
  };
  std::string first = chunk(seed, "hi"), last = chunk(first, "");
  const std::string trailer = "x-amz-checksum-crc32:2JMqrA==";
  std::string proof =
      sigv4::sign(key, concat("AWS4-HMAC-SHA256-TRAILER\n", kNow, '\n', scope, '\n', last, '\n', hex(sha256(trailer + "\n"))));
  std::string body = concat("2;chunk-signature=", first, "\r\nhi\r\n0;chunk-signature=", last, "\r\n", trailer, "\r\n");
  auto put = [&](std::string_view end) {
    Reply reply = f.s3.put("/photos/cat", concat(body, end), headers);
    return reply.status == 200 ? std::string("200") : concat(reply.status, ' ', element(reply, "Code"));
  };
  CHECK(put(concat("x-amz-trailer-signature:", proof, "\r\n\r\n")) == "200");
  CHECK(put("\r\n") == "403 SignatureDoesNotMatch");
  CHECK(put("") == "403 SignatureDoesNotMatch");
  CHECK(put(concat("x-amz-trailer-signature:", std::string(64, '0'), "\r\n\r\n")) == "403 SignatureDoesNotMatch");
  CHECK(put(concat("x-amz-trailer-signature:", proof, "\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n")).starts_with("400"));
}

namespace {

Headers v2_headers(const std::string& method, const std::string& target, std::string_view secret, Headers headers,
                   std::string_view body_type = {}) {
  if (!body_type.empty()) headers.emplace_back("Content-Type", body_type);
  headers.emplace_back("Authorization", "AWS test:x");
  auto http = make_request({.method = method, .target = target, .headers = headers});
  auto signature = sigv2::header_signature(*http);
  REQUIRE(signature);
  std::string text = sigv2::string_to_sign(*http, QueryParameters::parse(http->query), *signature, "");
  headers.back().second = concat("AWS test:", sigv2::sign(secret, text));
  return headers;
}
const std::string kHttpNow = "Mon, 23 Nov 2026 04:00:00 GMT";

}  // namespace

TEST_CASE("SigV2: AWS's own example of a signature in the header", "[s3][auth]") {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html#RESTAuthenticationExamples
  auto http = make_request({.target = "/photos/puppy.jpg",
                            .headers = {{"Host", "awsexamplebucket1.us-west-1.s3.amazonaws.com"},
                                        {"Date", "Tue, 27 Mar 2007 19:36:42 +0000"},
                                        {"Authorization", "AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g="}}});
  auto signature = sigv2::header_signature(*http);
  REQUIRE(signature);
  CHECK(signature->access_key == "AKIAIOSFODNN7EXAMPLE");
  std::string text = sigv2::string_to_sign(*http, QueryParameters::parse(""), *signature, "awsexamplebucket1");
  CHECK(text == "GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/awsexamplebucket1/photos/puppy.jpg");
  CHECK(sigv2::sign("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", text) == signature->signature);
}

TEST_CASE("SigV2: signatures in the header are checked as those in URLs are", "[s3][auth]") {
  Fixture f;
  Headers dated{{"Date", kHttpNow}}, amz_dated{{"Date", "whenever"}, {"x-amz-date", kHttpNow}, {"x-amz-meta-mood", "sleepy"}};
  CHECK(f.s3.put("/photos/dog?tagging", "<Tagging><TagSet/></Tagging>", v2_headers("PUT", "/photos/dog?tagging", "test", dated)).status ==
        404);
  CHECK(f.s3.put("/photos/dog", "woof", v2_headers("PUT", "/photos/dog", "test", amz_dated, "text/plain")).status == 200);
  CHECK(f.s3.get("/photos/dog", v2_headers("GET", "/photos/dog", "test", dated)).header("x-amz-meta-mood") == "sleepy");
  CHECK(f.s3.refusal("GET", "/photos/dog", v2_headers("GET", "/photos/dog", "wrong", dated)).starts_with("403 SignatureDoesNotMatch"));
  CHECK(f.s3.refusal("DELETE", "/photos/dog", v2_headers("GET", "/photos/dog", "test", dated)).starts_with("403 SignatureDoesNotMatch"));
  for (std::string date : {"Mon, 23 Nov 2026 03:44:59 GMT", "Mon, 23 Nov 2026 04:15:01 GMT"}) {
    CHECK(f.s3.refusal("GET", "/photos/dog", v2_headers("GET", "/photos/dog", "test", {{"Date", date}}))
              .starts_with("403 RequestTimeTooSkewed"));
  }
  CHECK(f.s3.refusal("GET", "/photos/dog", v2_headers("GET", "/photos/dog", "test", {}))
            .starts_with("403 AccessDenied: AWS authentication requires"));
  CHECK(
      f.s3.refusal("GET", "/photos/dog", {{"Date", kHttpNow}, {"Authorization", "AWS nobody:abc"}}).starts_with("403 InvalidAccessKeyId"));
  CHECK(f.s3.refusal("GET", "/photos/dog", {{"Date", kHttpNow}, {"Authorization", "AWS abc"}}) ==
        "400 InvalidArgument: AWS authorization header is invalid.  Expected AwsAccessKeyId:signature");
  S3 off;
  CHECK(off.put("/mine", {}, {{"Authorization", "AWS 111122223333:x"}}).status == 200);
  CHECK(off.world.state().s3().find_bucket("mine")->owner == "111122223333");
}

TEST_CASE("CORS: where everybody must sign, a page that no rule names is served and told nothing, as at AWS", "[s3][auth][cors][door]") {
  Fixture f;
  auto of_page = [&](Headers headers) {
    headers.emplace_back("Origin", "https://evil.test");
    return f.s3.get("/photos/cat", std::move(headers));
  };
  CHECK(of_page(signed_headers("GET", "/photos/cat")).status == 403);  // a bucket without rules leaves it to the door
  const std::string rules =
      "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>https://shop.test</AllowedOrigin></CORSRule>"
      "</CORSConfiguration>";
  Signing signing{.signed_headers = "content-md5;host;x-amz-content-sha256;x-amz-date", .more = {{"Content-MD5", base64(md5(rules))}}};
  REQUIRE(f.s3.put("/photos?cors", rules, signed_headers("PUT", "/photos?cors", signing)).status == 200);
  Reply reply = of_page(signed_headers("GET", "/photos/cat"));
  CHECK(reply.body == "meow");
  CHECK_FALSE(reply.has_header("Access-Control-Allow-Origin"));
  CHECK(error_of(of_page({})) == "403 AccessDenied: Access Denied");
  CHECK(f.s3.call("OPTIONS", "/photos/cat", {{"Origin", "https://evil.test"}, {"Access-Control-Request-Method", "GET"}}).status == 403);
}

}  // namespace cloudemu::test
