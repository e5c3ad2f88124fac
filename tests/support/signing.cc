#include "support/signing.h"

#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/sigv4.h"

namespace cloudemu::test {

void Signer::sign(Request& request) const {
  std::erase_if(request.headers, [](const auto& header) {
    return equals_ignoring_case(header.first, "authorization") || equals_ignoring_case(header.first, "x-amz-date");
  });
  request.headers.emplace_back("X-Amz-Date", date);
  std::string hash = hex(sha256(request.body));
  if (service == "s3") request.headers.emplace_back("x-amz-content-sha256", hash);
  std::string head = concat("AWS4-HMAC-SHA256 Credential=", access_key, '/', date.substr(0, 8), '/', region, '/', service,
                            "/aws4_request, SignedHeaders=", signed_headers, ", Signature=");
  Request unsigned_request = request;
  unsigned_request.headers.emplace_back("Authorization", concat(head, std::string(64, '0')));
  if (!host.empty()) {
    std::erase_if(unsigned_request.headers, [](const auto& header) { return equals_ignoring_case(header.first, "host"); });
    unsigned_request.headers.emplace_back("Host", host);
  }
  http::SharedRequest http = make_request(unsigned_request);
  QueryParameters query = QueryParameters::parse(http->query);
  auto parsed = sigv4::parse_signature(*http, query);
  REQUIRE(parsed);
  auto encoding = service == "s3" ? sigv4::PathEncoding::once : sigv4::PathEncoding::twice;
  std::string canonical = sigv4::canonical_request(*http, query, *parsed, hash, encoding);
  std::string signature = sigv4::sign(sigv4::signing_key(secret, parsed->scope()), sigv4::string_to_sign(*parsed, canonical));
  request.headers.emplace_back("Authorization", concat(head, signature));
}

}  // namespace cloudemu::test
