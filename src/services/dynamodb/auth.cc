#include "services/dynamodb/auth.h"

#include "core/strings.h"
#include "core/time_format.h"
#include "services/dynamodb/errors.h"
#include "services/iam/clock_skew.h"

namespace cloudemu::dynamodb {

namespace {

using Flaw = AuthRefusal::Flaw;

AwsError missing_token() { return {"MissingAuthenticationTokenException", 400, "Request is missing Authentication Token"}; }
AwsError incomplete(std::string message) { return {"IncompleteSignatureException", 400, std::move(message)}; }
AwsError invalid_signature(std::string message) { return {"InvalidSignatureException", 400, std::move(message)}; }

bool is_presigned(const QueryParameters& query) {
  for (std::string_view name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"}) {
    if (query.contains(name)) return true;
  }
  return false;
}

/// All that an Authorization header lacks; empty: nothing.
std::string lacking_in_header(const http::Request& request, std::string_view authorization, const sigv4::AuthorizationParts& parts) {
  std::string out;
  if (!parts.credential) out.append("Authorization header requires 'Credential' parameter. ");
  if (!parts.signature) out.append("Authorization header requires 'Signature' parameter. ");
  if (!parts.signed_headers) out.append("Authorization header requires 'SignedHeaders' parameter. ");
  if (!request.find("x-amz-date") && !request.find("date")) {
    out.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
  }
  if (!out.empty()) append(out, "Authorization=", authorization);
  return out;
}

std::string lacking_in_query(const QueryParameters& query) {
  std::string out;
  for (std::string_view name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    if (query.get(name).empty()) append(out, "AWS query-string parameters must include '", name, "'. ");
  }
  if (!out.empty()) out.append("Re-examine the query-string parameters.");
  return out;
}

/// The credential in the Authorization header; nothing if there is none, since the URL is presigned.
AwsResult<std::optional<std::string_view>> check_form(const http::Request& request, const QueryParameters& query) {
  auto authorization = request.find("authorization");
  bool presigned = is_presigned(query);
  if (authorization && presigned) {
    return fail(invalid_signature("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."));
  }
  if (presigned) {
    std::string lacking = lacking_in_query(query);
    if (!lacking.empty()) return fail(incomplete(std::move(lacking)));
    return std::nullopt;
  }
  if (!authorization || !authorization->starts_with("AWS4-")) return fail(missing_token());
  sigv4::AuthorizationParts parts = sigv4::authorization_parts(*authorization);
  std::string lacking = lacking_in_header(request, *authorization, parts);
  if (!lacking.empty()) return fail(incomplete(std::move(lacking)));
  return parts.credential;
}

AwsError worded(const AuthRefusal& refusal, const Moment& moment) {
  switch (refusal.flaw) {
    case Flaw::missing:
    case Flaw::unsupported: return missing_token();
    case Flaw::both_placements:
      return invalid_signature("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    case Flaw::malformed_header: return incomplete(refusal.detail);
    case Flaw::malformed_query:
      return incomplete(concat("AWS query-string parameters must include '", refusal.detail, "'. Re-examine the query-string parameters."));
    case Flaw::malformed_credential:
      return incomplete(concat("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '",
                               refusal.detail, "'"));
    case Flaw::bad_date:
      return incomplete(
          concat("Date must be in ISO-8601 'basic format'. Got '", refusal.detail, "'. See http://en.wikipedia.org/wiki/ISO_8601"));
    case Flaw::bad_expires: return incomplete(refusal.detail);
    case Flaw::malformed_day:
    case Flaw::wrong_day: return invalid_signature(day_message(refusal.detail, refusal.expected));
    case Flaw::wrong_service: return invalid_signature("Credential should be scoped to correct service: 'dynamodb'. ");
    case Flaw::wrong_region:
      return invalid_signature(concat("Credential should be scoped to a valid region, not '", refusal.detail, "'. "));
    case Flaw::unknown_key:
    case Flaw::wrong_token: return {"UnrecognizedClientException", 400, "The security token included in the request is invalid."};
    case Flaw::expired_token: return {"ExpiredTokenException", 400, "The security token included in the request is expired"};
    case Flaw::expired:
    case Flaw::not_yet_valid:
    case Flaw::skewed: return invalid_signature(skew_message(refusal.signed_at, moment.real_now));
    case Flaw::headers_not_signed:
      return invalid_signature(concat("'", refusal.detail, "' must be a 'SignedHeader' in the AWS Authorization."));
    case Flaw::malformed_v2_header:
    case Flaw::missing_hash:
    case Flaw::mismatch: break;
  }
  return invalid_signature(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
      "Key and signing method. Consult the service documentation for details.");
}

}  // namespace

AwsResult<Principal> authenticate_call(const http::Request& request, const Environment& environment, const State& state,
                                       const Moment& moment) {
  QueryParameters query = QueryParameters::parse(request.query);
  auto credential = TRY(check_form(request, query));
  AuthInput input{.http = request, .query = query, .service = "dynamodb", .body = request.body, .credential = credential};
  if (environment.auth == AuthMode::verify) input.region = region_of_host(request.header("host"), "dynamodb");
  auto principal = authenticate(input, environment, state, moment);
  if (!principal) return fail(worded(principal.error(), moment));
  if (environment.shared_tables) {
    principal->account = kSharedAccount;
    principal->region = kSharedRegion;
  }
  return std::move(*principal);
}

}  // namespace cloudemu::dynamodb
