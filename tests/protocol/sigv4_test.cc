// The examples in AWS's documentation, stage by stage:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and .../sigv4-query-string-auth.html
#include <catch2/catch.hpp>

#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/sigv4.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr const char* kScope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
constexpr const char* kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string authorization(std::string_view signed_headers, std::string_view signature) {
  return concat("AWS4-HMAC-SHA256 Credential=", kScope, ",SignedHeaders=", signed_headers, ",Signature=", signature);
}

/// The signature that our stages come to for a request.
std::string calculate(const Request& request, std::string_view payload_hash) {
  auto http = make_request(request);
  auto query = QueryParameters::parse(http->query);
  auto signature = sigv4::parse_signature(*http, query);
  REQUIRE(signature);
  std::string canonical = sigv4::canonical_request(*http, query, *signature, payload_hash, sigv4::PathEncoding::once);
  return sigv4::sign(sigv4::signing_key(kSecret, signature->scope()), sigv4::string_to_sign(*signature, canonical));
}

}  // namespace

TEST_CASE("SigV4: GET Object", "[protocol][sigv4]") {
  constexpr const char* kExpected = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
  Request request{.target = "/test.txt",
                  .headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                              {"Range", "bytes=0-9"},
                              {"x-amz-content-sha256", kEmpty},
                              {"x-amz-date", "20130524T000000Z"},
                              {"Authorization", authorization("host;range;x-amz-content-sha256;x-amz-date", kExpected)}}};
  CHECK(calculate(request, kEmpty) == kExpected);
}

TEST_CASE("SigV4: GET Object, the canonical request and the string to sign", "[protocol][sigv4]") {
  Request request{.target = "/test.txt",
                  .headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                              {"Range", "bytes=0-9"},
                              {"x-amz-content-sha256", kEmpty},
                              {"x-amz-date", "20130524T000000Z"},
                              {"Authorization", authorization("host;range;x-amz-content-sha256;x-amz-date", "0")}}};
  auto http = make_request(request);
  auto signature = sigv4::parse_signature(*http, {});
  REQUIRE(signature);
  std::string canonical = sigv4::canonical_request(*http, {}, *signature, kEmpty, sigv4::PathEncoding::once);
  CHECK(canonical == concat("GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\nx-amz-content-sha256:", kEmpty,
                            "\nx-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n", kEmpty));
  CHECK(sigv4::string_to_sign(*signature, canonical) ==
        "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
        "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972");
}

TEST_CASE("SigV4: PUT Object with a path to encode and a Date header", "[protocol][sigv4]") {
  constexpr const char* kExpected = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd";
  constexpr const char* kHash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
  Request request{
      .method = "PUT",
      .target = "/test$file.text",
      .headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                  {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                  {"x-amz-date", "20130524T000000Z"},
                  {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                  {"x-amz-content-sha256", kHash},
                  {"Authorization", authorization("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class", kExpected)}}};
  CHECK(calculate(request, kHash) == kExpected);
}

TEST_CASE("SigV4: sub-resources and query parameters", "[protocol][sigv4]") {
  constexpr const char* kLifecycle = "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543";
  constexpr const char* kList = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
  auto request = [](std::string target, const char* signature) {
    return Request{.target = std::move(target),
                   .headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                               {"x-amz-date", "20130524T000000Z"},
                               {"x-amz-content-sha256", kEmpty},
                               {"Authorization", authorization("host;x-amz-content-sha256;x-amz-date", signature)}}};
  };
  CHECK(calculate(request("/?lifecycle", kLifecycle), kEmpty) == kLifecycle);
  CHECK(calculate(request("/?prefix=J&max-keys=2", kList), kEmpty) == kList);
}

TEST_CASE("SigV4: a presigned URL", "[protocol][sigv4]") {
  constexpr const char* kExpected = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
  Request request{.target = concat("/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524"
                                   "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
                                   "X-Amz-SignedHeaders=host&X-Amz-Signature=",
                                   kExpected),
                  .headers = {{"Host", "examplebucket.s3.amazonaws.com"}}};
  CHECK(calculate(request, "UNSIGNED-PAYLOAD") == kExpected);
}

TEST_CASE("SigV4: the signing key of the IAM example", "[protocol][sigv4]") {
  sigv4::Scope scope{"AKIDEXAMPLE", "20150830", "us-east-1", "iam"};
  CHECK(hex(sigv4::signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope)) ==
        "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST_CASE("SigV4: flaws are told apart", "[protocol][sigv4]") {
  auto flaw = [](std::string target, std::vector<std::pair<std::string, std::string>> headers) {
    auto http = make_request({.target = std::move(target), .headers = std::move(headers)});
    auto signature = sigv4::parse_signature(*http, QueryParameters::parse(http->query));
    REQUIRE_FALSE(signature);
    return signature.error().flaw;
  };
  using sigv4::Flaw;
  CHECK(flaw("/", {}) == Flaw::missing);
  CHECK(flaw("/?X-Amz-Algorithm=x", {{"Authorization", "y"}}) == Flaw::both_placements);
  CHECK(flaw("/", {{"Authorization", "Basic abc"}}) == Flaw::unsupported_algorithm);
  CHECK(flaw("/", {{"Authorization", "AWS4-HMAC-SHA256 Credential=a/b"}}) == Flaw::malformed_header);
  CHECK(flaw("/", {{"Authorization", "AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=c"},
                   {"x-amz-date", "20130524T000000Z"}}) == Flaw::malformed_credential);
  CHECK(flaw("/", {{"Authorization", authorization("host", "0")}, {"x-amz-date", "today"}}) == Flaw::bad_date);
  CHECK(flaw("/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0", {}) == Flaw::missing_parameter);
  CHECK(flaw("/?X-Amz-Signature=0", {}) == Flaw::missing);
  std::string presigned = concat("/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=", kScope,
                                 "&X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0&X-Amz-Expires=");
  CHECK(flaw(presigned + "604801", {}) == Flaw::bad_expires);
  CHECK(flaw(presigned + "-1", {}) == Flaw::bad_expires);
  CHECK(flaw(presigned + "soon", {}) == Flaw::bad_expires);
}

TEST_CASE("SigV4: an access key may hold slashes, a scope has five parts", "[protocol][sigv4]") {
  CHECK(sigv4::parse_scope("a/b/20130524/us-east-1/s3/aws4_request")->access_key == "a/b");
  CHECK_FALSE(sigv4::parse_scope("20130524/us-east-1/s3/aws4_request"));
  CHECK_FALSE(sigv4::parse_scope("a/20130524/us-east-1/s3/aws4"));
  CHECK_FALSE(sigv4::parse_scope(""));
}

TEST_CASE("SigV4: the parts of an Authorization header", "[protocol][sigv4]") {
  auto parts = [](std::string_view text) {
    auto [credential, signed_headers, signature] = sigv4::authorization_parts(text);
    return concat(credential.value_or("-"), "|", signed_headers.value_or("-"), "|", signature.value_or("-"));
  };
  CHECK(parts("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;date, Signature=c") == "a/b|host;date|c");
  CHECK(parts("AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=c") == "a/b|host|c");
  CHECK(parts("AWS4-HMAC-SHA256 Signature=c Credential=a/b SignedHeaders=host") == "a/b|host|c");
  CHECK(parts("AWS4-HMAC-SHA256 Credential= a/b ,SignedHeaders=,  Signature=c=d") == "a/b||c=d");
  CHECK(parts("AWS4-HMAC-SHA256 Credential=first,Credential=second") == "first|-|-");
  CHECK(parts("AWS4-HMAC-SHA256 XCredential=a, credential=b, Credential") == "-|-|-");
  CHECK(parts("") == "-|-|-");
  CHECK(parts("=,= =,") == "-|-|-");
}

}  // namespace cloudemu::test
