// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html and sigv4-query-string-auth.html
#include "services/s3/auth_errors.h"

#include <algorithm>
#include <optional>

#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/sigv2.h"
#include "services/iam/clock_skew.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

using Flaw = AuthRefusal::Flaw;

constexpr int64_t kSkewMaxMs = 900'000;
constexpr std::string_view kExpectedCredential =
    "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";

/// "41 57 53": how S3 shows bytes, for those who signed other ones than they thought.
std::string spaced_hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    if (!out.empty()) out.push_back(' ');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

std::string whole_seconds(TimeMs time) {
  std::string text = iso8601(time);
  return concat(text.substr(0, 19), "Z");
}

AwsError malformed_header(std::string_view why) {
  return {"AuthorizationHeaderMalformed", 400, concat("The authorization header is malformed; ", why)};
}

AwsError query_error(std::string message) { return {"AuthorizationQueryParametersError", 400, std::move(message)}; }

AwsError unsupported(const http::Request& request, bool in_query) {
  if (in_query) return query_error("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"");
  std::string_view header = request.header("authorization");
  if (trim(header).find(' ') == std::string_view::npos) {
    return invalid_argument("Authorization header is invalid -- one and only one ' ' (space) required", "Authorization", header);
  }
  return invalid_argument("Unsupported Authorization Type", "Authorization", header);
}

std::string malformed_day(std::string_view day) {
  return concat("incorrect date format \"", day, "\". This date in the credential must be in the format \"yyyyMMdd\".");
}

/// What of a credential is not as it has to be, in the order in which S3 looks.
std::string malformed_credential(std::string_view credential) {
  auto parts = split(credential, '/');
  constexpr size_t kParts = 5;
  if (parts.size() < kParts) return std::string(kExpectedCredential);
  if (credential.starts_with('/')) return "a non-empty Access Key (AKID) must be provided in the credential.";
  std::string_view day = parts[parts.size() - 4];
  if (day.size() != 8 || !parse_integer<uint64_t>(day)) return malformed_day(day);
  return concat("incorrect terminal \"", parts.back(), "\". This endpoint uses \"aws4_request\".");
}

/// What is wrong with a credential. How it is told depends on where the credential stands. Nothing: something else is wrong.
std::optional<std::string> credential_flaw(const AuthRefusal& refusal) {
  switch (refusal.flaw) {
    case Flaw::malformed_credential: return malformed_credential(refusal.detail);
    case Flaw::malformed_day: return malformed_day(refusal.detail);
    case Flaw::wrong_service: return concat("incorrect service \"", refusal.detail, "\". This endpoint belongs to \"s3\".");
    case Flaw::wrong_region:
      if (refusal.detail.empty()) return "a non-empty region must be provided in the credential.";
      return concat("the region '", refusal.detail, "' is wrong; expecting '", refusal.expected, "'");
    default: return std::nullopt;
  }
}

/// The refusal, with the region that is expected if that is what it is about.
AwsError with_region(AwsError error, const AuthRefusal& refusal) {
  if (refusal.flaw != Flaw::wrong_region || refusal.detail.empty()) return error;
  error.headers.set("x-amz-bucket-region", refusal.expected);  // all that a HEAD can tell
  return std::move(error).with("Region", refusal.expected);
}

AwsError wrong_day(const AuthRefusal& refusal, bool in_query) {
  if (!in_query) return malformed_header("Invalid credential date. Date is not the same as X-Amz-Date.");
  return query_error(concat("Invalid credential date \"", refusal.detail, "\". This date is not the same as X-Amz-Date: \"",
                            std::string_view(refusal.expected).substr(0, 8), "\"."));
}

AwsError bad_date(bool in_query) {
  if (in_query) return query_error("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  return access_denied("AWS authentication requires a valid Date or x-amz-date header");
}

/// Other services count the date among the parts of the Authorization header.
bool lacks_only_date(const http::Request& request, const AuthRefusal& refusal) {
  bool has_date = !request.header("x-amz-date").empty() || !request.header("date").empty();
  return !has_date && refusal.detail.starts_with("Authorization header requires existence of");
}

/// What of an Authorization header is not as it has to be.
std::string malformed_components(std::string_view header) {
  std::vector<std::string_view> components = split(split_once(header, ' ').second, ',');
  for (std::string_view& component : components) component = trim(component);
  if (components.size() == 3) {
    for (std::string_view component : components) {
      if (component.find('=') == std::string_view::npos) return concat("the authorization component \"", component, "\" is malformed.");
    }
    for (std::string_view name : {"Credential", "SignedHeaders", "Signature"}) {
      bool is_there = std::any_of(components.begin(), components.end(),
                                  [&](std::string_view component) { return split_once(component, '=').first == name; });
      if (!is_there) return concat("missing ", name, ".");
    }
  }
  return "the authorization header requires three components: Credential, SignedHeaders, and Signature.";
}

AwsError expired(const AuthRefusal& refusal, const QueryParameters& query, const Moment& moment) {
  if (sigv2::is_presigned(query)) {
    return access_denied("Request has expired")
        .with("Expires", whole_seconds(refusal.signed_at))
        .with("ServerTime", whole_seconds(moment.now));
  }
  return access_denied("Request has expired")
      .with("X-Amz-Expires", std::to_string(refusal.expires_s))
      .with("Expires", whole_seconds(refusal.signed_at + refusal.expires_s * kSecondMs))
      .with("ServerTime", whole_seconds(moment.now));
}

AwsError not_yet_valid(const AuthRefusal& refusal, const Moment& moment) {
  return access_denied("Request is not yet valid")
      .with("X-Amz-Date", std::to_string(refusal.signed_at))
      .with("Expires", whole_seconds(refusal.signed_at + refusal.expires_s * kSecondMs))
      .with("ServerTime", whole_seconds(moment.now));
}

AwsError both_placements(const http::Request& request) {
  constexpr std::string_view kMessage =
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the "
      "Authorization header should be specified";
  auto header = request.find("authorization");
  if (!header) return invalid_argument(std::string(kMessage), "Authorization");
  return invalid_argument(std::string(kMessage), "Authorization", *header);
}

AwsError skewed(const AuthRefusal& refusal, const Moment& moment) {
  return AwsError{"RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large."}
      .with("RequestTime", refusal.detail)
      .with("ServerTime", whole_seconds(moment.real_now))
      .with("MaxAllowedSkewMilliseconds", std::to_string(kSkewMaxMs));
}

AwsError mismatch(const AuthRefusal& refusal) {
  AwsError error = AwsError{"SignatureDoesNotMatch", 403,
                            "The request signature we calculated does not match the signature you provided. Check your key and "
                            "signing method."}
                       .with("AWSAccessKeyId", refusal.access_key)
                       .with("StringToSign", refusal.string_to_sign)
                       .with("SignatureProvided", refusal.signature)
                       .with("StringToSignBytes", spaced_hex(refusal.string_to_sign));
  if (refusal.canonical_request.empty()) return error;
  return std::move(error)
      .with("CanonicalRequest", refusal.canonical_request)
      .with("CanonicalRequestBytes", spaced_hex(refusal.canonical_request));
}

}  // namespace

AwsError auth_error(const AuthRefusal& refusal, const http::Request& request, const QueryParameters& query, const Moment& moment) {
  bool in_query = !request.find("authorization");
  std::string_view token = in_query ? query.get("X-Amz-Security-Token") : request.header("x-amz-security-token");
  if (token.empty()) token = query.get("x-amz-security-token");
  if (auto why = credential_flaw(refusal)) {
    return with_region(in_query ? query_error(concat("Error parsing the X-Amz-Credential parameter; ", *why)) : malformed_header(*why),
                       refusal);
  }
  switch (refusal.flaw) {
    case Flaw::missing: return access_denied();
    case Flaw::both_placements: return both_placements(request);
    case Flaw::missing_hash: return invalid_request("Missing required header for this request: x-amz-content-sha256");
    case Flaw::unsupported: return unsupported(request, in_query);
    case Flaw::malformed_v2_header:
      return invalid_argument("AWS authorization header is invalid.  Expected AwsAccessKeyId:signature", "Authorization",
                              request.header("authorization"));
    case Flaw::malformed_header:
      if (lacks_only_date(request, refusal)) return bad_date(false);
      return malformed_header(malformed_components(request.header("authorization")));
    case Flaw::malformed_query:
      if (sigv2::is_presigned(query)) return access_denied(refusal.detail);
      return query_error(
          "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, "
          "X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
    case Flaw::bad_expires: return query_error(refusal.detail);
    case Flaw::bad_date: return bad_date(in_query);
    case Flaw::wrong_day: return wrong_day(refusal, in_query);
    case Flaw::unknown_key:
      return AwsError{"InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."}.with(
          "AWSAccessKeyId", refusal.access_key);
    case Flaw::wrong_token:
      return AwsError{"InvalidToken", 400, "The provided token is malformed or otherwise invalid."}.with("Token-0", std::string(token));
    case Flaw::expired_token: return AwsError{"ExpiredToken", 400, "The provided token has expired."}.with("Token-0", std::string(token));
    case Flaw::expired: return expired(refusal, query, moment);
    case Flaw::not_yet_valid: return not_yet_valid(refusal, moment);
    case Flaw::skewed: return skewed(refusal, moment);
    case Flaw::headers_not_signed:
      return access_denied("There were headers present in the request which were not signed").with("HeadersNotSigned", refusal.detail);
    case Flaw::mismatch: return mismatch(refusal);
    case Flaw::malformed_credential:
    case Flaw::malformed_day:
    case Flaw::wrong_service:
    case Flaw::wrong_region: break;  // told above
  }
  return access_denied();
}

AwsError form_auth_error(const AuthRefusal& refusal, std::string_view credential, const http::Request& request,
                         const QueryParameters& query, const Moment& moment) {
  auto why = credential_flaw(refusal);
  if (!why) return auth_error(refusal, request, query, moment);
  return with_region(invalid_argument(std::move(*why), "X-Amz-Credential", credential), refusal);
}

}  // namespace cloudemu::s3
