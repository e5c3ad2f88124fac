#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "protocol/http_message.h"
#include "protocol/uri.h"

/// AWS Signature Version 4, its stages apart so that each can be checked by itself:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
namespace cloudemu::sigv4 {

/// "AKID/20261123/us-east-1/s3/aws4_request"
struct Scope {
  std::string_view access_key, date, region, service;
};

/// What stands in an Authorization header of Version 4, each part as far as it is there.
struct AuthorizationParts {
  std::optional<std::string_view> credential, signed_headers, signature;
};
AuthorizationParts authorization_parts(std::string_view authorization);

/// Splits a credential; nothing unless it has five parts of which the last is aws4_request. Access keys may hold slashes.
std::optional<Scope> parse_scope(std::string_view credential);

/// The scope a request names, in the Authorization header or in X-Amz-Credential, without any check of it.
std::optional<Scope> scope_of(const http::Request& request);

enum class Placement { header, query };

/// What a request says of its signature.
struct Signature {
  Placement placement;
  std::string credential;
  std::vector<std::string> signed_headers;  ///< lower case
  std::string signature;                    ///< 64 hexadecimal digits
  std::string timestamp;                    ///< as sent, "20261123T035300Z"
  TimeMs signed_at = 0;
  int64_t expires_s = 0;  ///< only for Placement::query
  std::string security_token;

  Scope scope() const { return *parse_scope(credential); }
};

enum class Flaw {
  missing,                ///< no signature at all
  both_placements,        ///< one in the header and one in the query
  unsupported_algorithm,  ///< not AWS4-HMAC-SHA256
  malformed_header,       ///< the Authorization header lacks a part; `detail` names it
  malformed_credential,
  missing_parameter,  ///< presigned URL without one of its six parameters
  bad_expires,        ///< not a number; negative; above seven days (`detail` says which)
  bad_date,
};
struct SignatureFlaw {
  Flaw flaw;
  std::string detail;
};

/// Whether a URL claims to be signed: the algorithm alone says so, whatever else of a signature stands there.
bool is_presigned(const QueryParameters& query);

/// Reads the signature; checks its form only.
Result<Signature, SignatureFlaw> parse_signature(const http::Request& request, const QueryParameters& query);

/// S3 signs the path as sent and encoded once; every other service normalises nothing here either but encodes twice.
enum class PathEncoding { once, twice };

/// Some clients sign the name of the host and then send name and port.
enum class HostForm { as_sent, without_port };

/// Stage 1. `payload_hash` is the hexadecimal SHA-256, UNSIGNED-PAYLOAD or one of the STREAMING-... words.
std::string canonical_request(const http::Request& request, const QueryParameters& query, const Signature& signature,
                              std::string_view payload_hash, PathEncoding encoding, HostForm host = HostForm::as_sent);
/// Stage 2.
std::string string_to_sign(const Signature& signature, std::string_view canonical_request);
/// Stage 3: raw bytes.
std::string signing_key(std::string_view secret, const Scope& scope);
/// Stage 4: hexadecimal.
std::string sign(std::string_view signing_key, std::string_view string_to_sign);

/// Compares without telling by its duration where the difference is.
bool equal_signatures(std::string_view a, std::string_view b);

}  // namespace cloudemu::sigv4
