#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "events/envelope.h"
#include "projections/state.h"
#include "protocol/aws_chunked.h"
#include "protocol/http_message.h"
#include "protocol/sigv4.h"
#include "protocol/uri.h"
#include "services/environment.h"
#include "services/moment.h"
#include "services/principal.h"

namespace cloudemu {

/// What a request is authenticated by.
struct AuthInput {
  const http::Request& http;
  const QueryParameters& query;
  std::string_view service;  ///< "s3", "dynamodb", "sqs", "sts"
  /// The body, of services that sign its hash; S3 signs what x-amz-content-sha256 says, which its upload checks.
  std::optional<std::string_view> body = std::nullopt;
  std::string_view region = {};                               ///< that must stand in the scope; empty: any
  bool lets_anonymous_in = false;                             ///< whoever signs nothing is an anonymous caller, with AuthMode::verify, too
  std::string_view host_bucket = {};                          ///< the bucket that the Host header names, which Signature Version 2 signs
  std::optional<std::string_view> credential = std::nullopt;  ///< of the Authorization header, if that was taken apart before
};

/// Why a request is refused. Each service words it in its own way.
struct AuthRefusal {
  enum class Flaw {
    missing,               ///< no signature (only with AuthMode::verify)
    both_placements,       ///< one in the header and one in the query, or two in the query
    missing_hash,          ///< S3: signed in a header, but no x-amz-content-sha256
    unsupported,           ///< not AWS4-HMAC-SHA256
    malformed_header,      ///< `detail`: what is lacking, in AWS's words
    malformed_v2_header,   ///< of Version 2: not "AWS KEY:SIGNATURE"
    malformed_credential,  ///< `detail`: the credential
    malformed_query,       ///< a presigned URL lacks a parameter; `detail` names it (in Version 2: S3's sentence)
    bad_expires,           ///< `detail`: AWS's words
    bad_date,
    malformed_day,  ///< of the scope: not yyyyMMdd; `detail`: the day, `expected`: the signature's time
    wrong_region,   ///< `detail`: of the scope; `expected`: of the endpoint or the bucket
    wrong_service,  ///< `detail`: of the scope
    wrong_day,      ///< `detail` and `expected` as of malformed_day
    unknown_key,
    wrong_token,
    expired_token,
    expired,             ///< a presigned URL: `signed_at`, `expires_s`
    not_yet_valid,       ///< the same
    skewed,              ///< signed more than 15 minutes away from now
    headers_not_signed,  ///< `detail`: their names
    mismatch             ///< `string_to_sign`, `canonical_request`: what we calculated with
  };
  Flaw flaw;
  std::string detail = {};
  std::string expected = {};
  std::string access_key = {};
  std::string signature = {};
  std::string string_to_sign = {}, canonical_request = {};
  TimeMs signed_at = 0;
  int64_t expires_s = 0;
};

/// Whether a URL carries a signature that S3 takes, of Version 4 or 2.
bool is_s3_presigned(const QueryParameters& query);

/// Who calls. With AuthMode::off nothing is checked but the form and the expiry (by the virtual clock) of presigned URLs; whoever
/// names no access key is account 000000000000 in us-east-1. With AuthMode::verify signature, session token and date are checked, too.
Result<Principal, AuthRefusal> authenticate(const AuthInput& input, const Environment& environment, const State& state,
                                            const Moment& moment);

/// The signature over the policy of an upload by form, of Version 4 or 2.
struct FormSignature {
  std::string policy;           ///< as sent: what is signed
  std::string credential = {};  ///< of Version 4; empty: Version 2
  std::string access_key = {};  ///< of Version 2
  std::string signature = {}, security_token = {};
  std::string_view region = {};  ///< that must stand in the credential; empty: any
};

/// The same for such a form, which nothing else authenticates.
Result<Principal, AuthRefusal> authenticate_form(const FormSignature& form, const Environment& environment, const State& state,
                                                 const Moment& moment);

/// The region in the name of an endpoint: "eu-west-1" of "sqs.eu-west-1.amazonaws.com". Empty: none.
std::string_view region_of_host(std::string_view host_header, std::string_view service);

/// The key that chunk signatures of an authenticated aws-chunked body are checked with; nothing unless AuthMode::verify.
std::optional<AwsChunkedDecoder::Signing> chunk_signing(const AuthInput& input, const Environment& environment, const State& state);

/// What the log keeps of a call.
CallInfo call_info(std::string_view operation, const Principal& principal, const http::Request& request);

}  // namespace cloudemu
