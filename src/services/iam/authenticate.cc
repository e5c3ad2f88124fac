#include "services/iam/authenticate.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/sigv2.h"
#include "services/iam/clock_skew.h"

namespace cloudemu {

namespace {

using Flaw = AuthRefusal::Flaw;

/// So much of what a client claims stands in the log. AWS's access keys have at most 128 characters.
constexpr size_t kAccessKeyBytesMax = 128;
constexpr size_t kRegionBytesMax = 64;

/// What is known of an access key: from the credentials, or a session of STS.
struct Key {
  std::string secret, token;
  Principal principal;
  TimeMs expires_at = INT64_MAX;
};

Principal principal_of(std::string_view access_key, const Credential& credential) {
  Principal principal;
  principal.access_key = access_key;
  principal.account = credential.account;
  if (!credential.user.empty()) {
    principal.arn = user_arn(credential);
    principal.user_id = user_id(principal.arn);
  }
  return principal;
}

std::optional<Key> find_session(std::string_view access_key, const State& state) {
  auto session = access_key.starts_with("ASIA") ? state.system().session(access_key) : std::nullopt;
  if (!session) return std::nullopt;
  Key key;
  key.principal.access_key = access_key;
  key.secret = session->secret_key;
  key.token = session->token;
  key.expires_at = session->expires_at;
  key.principal.account = session->account;
  key.principal.arn = session->arn;
  key.principal.user_id = session->user_id;
  key.principal.session = std::make_shared<system::SessionScope>(std::move(session->scope));
  return key;
}

std::optional<Key> find_key(std::string_view access_key, const Environment& environment, const State& state) {
  const Credential* credential = environment.credentials.find(access_key);
  if (!credential) return find_session(access_key, state);
  return Key{.secret = credential->secret_key, .token = credential->session_token, .principal = principal_of(access_key, *credential)};
}

Flaw flaw_of(sigv4::Flaw flaw) {
  switch (flaw) {
    case sigv4::Flaw::missing: return Flaw::missing;
    case sigv4::Flaw::both_placements: return Flaw::both_placements;
    case sigv4::Flaw::unsupported_algorithm: return Flaw::unsupported;
    case sigv4::Flaw::malformed_header: return Flaw::malformed_header;
    case sigv4::Flaw::malformed_credential: return Flaw::malformed_credential;
    case sigv4::Flaw::missing_parameter: return Flaw::malformed_query;
    case sigv4::Flaw::bad_expires: return Flaw::bad_expires;
    case sigv4::Flaw::bad_date: return Flaw::bad_date;
  }
  return Flaw::missing;
}

/// Identity without proof: the account of whatever key is named.
Principal claimed(std::string_view access_key, const Environment& environment, const State& state) {
  if (const Credential* credential = environment.credentials.find(access_key)) return principal_of(access_key, *credential);
  if (auto session = find_session(access_key, state)) return std::move(session->principal);
  Principal principal;
  principal.access_key = utf8_of_header(access_key, kAccessKeyBytesMax);
  principal.account = environment.credentials.account_of(access_key);
  return principal;
}

Principal claimed(const std::optional<sigv4::Scope>& scope, const Environment& environment, const State& state) {
  if (!scope) return {};
  Principal principal = claimed(scope->access_key, environment, state);
  principal.region = utf8_of_header(scope->region, kRegionBytesMax);
  return principal;
}

std::string payload_hash(const AuthInput& input, const sigv4::Signature& signature) {
  std::string_view declared = input.http.header("x-amz-content-sha256");
  if (input.service == "s3") {
    if (!declared.empty()) return std::string(declared);
    return signature.placement == sigv4::Placement::query ? "UNSIGNED-PAYLOAD" : hex(sha256({}));
  }
  return hex(sha256(input.body.value_or(std::string_view())));
}

/// Of S3; the hash of the body is signed wherever it stands.
bool must_be_signed(std::string_view header) {
  return header == "content-md5" || (header.starts_with("x-amz-") && header != "x-amz-content-sha256");
}

/// S3 wants host and nearly all x-amz-* headers among the signed ones. Others want host and what says which operation is called: a
/// signature for a read must not do for a write.
std::string unsigned_headers(const AuthInput& input, const sigv4::Signature& signature) {
  std::string names;
  for (const http::Header& header : input.http.headers) {
    bool must = header.name == "host" || header.name == "x-amz-target" || (input.service == "s3" && must_be_signed(header.name));
    if (!must) continue;
    bool is_signed =
        std::find(signature.signed_headers.begin(), signature.signed_headers.end(), header.name) != signature.signed_headers.end();
    if (!is_signed) append(names, names.empty() ? "" : ", ", header.name);
  }
  return names;
}

/// Of a request that is signed by Version 4, in its header.
bool lacks_hash(const http::Request& request) {
  return !request.find("x-amz-content-sha256") && starts_with_ignoring_case(trim(request.header("authorization")), "AWS4-");
}

Result<void, AuthRefusal> check_times(const sigv4::Signature& signature, const Moment& moment) {
  if (signature.placement == sigv4::Placement::header) {
    TimeMs skew = moment.real_now - signature.signed_at;
    if (skew > kSkewMaxMs || skew < -kSkewMaxMs) {
      return fail(AuthRefusal{.flaw = Flaw::skewed, .detail = signature.timestamp, .signed_at = signature.signed_at});
    }
    return {};
  }
  TimeMs now = signers_now(signature.signed_at, moment.now, moment.clock);
  if (signature.signed_at > now + kSkewMaxMs) {
    return fail(AuthRefusal{.flaw = Flaw::not_yet_valid, .signed_at = signature.signed_at, .expires_s = signature.expires_s});
  }
  if (now > signature.signed_at + signature.expires_s * kSecondMs) {
    return fail(AuthRefusal{.flaw = Flaw::expired, .signed_at = signature.signed_at, .expires_s = signature.expires_s});
  }
  return {};
}

bool is_day(std::string_view text) { return text.size() == 8 && std::all_of(text.begin(), text.end(), is_digit); }

/// Whether a signature is for here: in the order in which S3 looks, as all of verify() is.
Result<void, AuthRefusal> check_scope(const sigv4::Scope& scope, std::string_view service, std::string_view region,
                                      std::string_view timestamp) {
  auto refuse = [](Flaw flaw, std::string_view detail, std::string_view expected) {
    return fail(AuthRefusal{.flaw = flaw, .detail = std::string(detail), .expected = std::string(expected)});
  };
  if (!is_day(scope.date)) return refuse(Flaw::malformed_day, scope.date, timestamp);
  bool is_region = !scope.region.empty() && (region.empty() || scope.region == region);
  if (!is_region) return refuse(Flaw::wrong_region, scope.region, region);
  if (scope.service != service) return refuse(Flaw::wrong_service, scope.service, service);
  return {};
}

Result<Principal, AuthRefusal> verify(const AuthInput& input, const sigv4::Signature& signature, const Environment& environment,
                                      const State& state, const Moment& moment) {
  sigv4::Scope scope = signature.scope();
  AuthRefusal refusal{.flaw = Flaw::unknown_key, .access_key = std::string(scope.access_key), .signature = signature.signature};
  auto refuse = [&](Flaw flaw, std::string detail = {}) {
    refusal.flaw = flaw;
    refusal.detail = std::move(detail);
    return fail(std::move(refusal));
  };
  TRY(check_scope(scope, input.service, input.region, signature.timestamp));
  if (scope.date != std::string_view(signature.timestamp).substr(0, 8)) {
    refusal.expected = signature.timestamp;
    return refuse(Flaw::wrong_day, std::string(scope.date));
  }
  if (std::string names = unsigned_headers(input, signature); !names.empty()) return refuse(Flaw::headers_not_signed, names);
  auto key = find_key(scope.access_key, environment, state);
  if (!key) return refuse(Flaw::unknown_key);
  if (key->token != signature.security_token) return refuse(Flaw::wrong_token);
  if (moment.now >= key->expires_at) return refuse(Flaw::expired_token);
  auto encoding = input.service == "s3" ? sigv4::PathEncoding::once : sigv4::PathEncoding::twice;
  refusal.canonical_request = sigv4::canonical_request(input.http, input.query, signature, payload_hash(input, signature), encoding);
  refusal.string_to_sign = sigv4::string_to_sign(signature, refusal.canonical_request);
  std::string signing_key = sigv4::signing_key(key->secret, scope);
  if (!sigv4::equal_signatures(sigv4::sign(signing_key, refusal.string_to_sign), signature.signature)) {
    std::string bare = sigv4::canonical_request(input.http, input.query, signature, payload_hash(input, signature), encoding,
                                                sigv4::HostForm::without_port);
    bool is_bare = sigv4::equal_signatures(sigv4::sign(signing_key, sigv4::string_to_sign(signature, bare)), signature.signature);
    if (!is_bare) return refuse(Flaw::mismatch);
  }
  key->principal.region = utf8_of_header(scope.region, kRegionBytesMax);
  key->principal.proven = true;
  return std::move(key->principal);
}

/// Whether a signature of Version 2 is its key's. It names no region.
Result<Principal, AuthRefusal> verify_v2(const AuthInput& input, const sigv2::Signature& signature, const Environment& environment,
                                         const State& state, const Moment& moment) {
  AuthRefusal refusal{.flaw = Flaw::unknown_key, .access_key = signature.access_key, .signature = signature.signature};
  auto refuse = [&](Flaw flaw) {
    refusal.flaw = flaw;
    return fail(std::move(refusal));
  };
  auto key = find_key(signature.access_key, environment, state);
  if (!key) return refuse(Flaw::unknown_key);
  if (key->token != signature.security_token) return refuse(Flaw::wrong_token);
  if (moment.now >= key->expires_at) return refuse(Flaw::expired_token);
  refusal.string_to_sign = sigv2::string_to_sign(input.http, input.query, signature, input.host_bucket);
  if (!sigv4::equal_signatures(sigv2::sign(key->secret, refusal.string_to_sign), signature.signature)) return refuse(Flaw::mismatch);
  key->principal.proven = true;
  return std::move(key->principal);
}

Result<Principal, AuthRefusal> authenticate_v2_url(const AuthInput& input, const Environment& environment, const State& state,
                                                   const Moment& moment) {
  if (input.http.find("authorization")) return fail(AuthRefusal{.flaw = Flaw::both_placements});
  auto signature = sigv2::parse_signature(input.query);
  if (!signature) return fail(AuthRefusal{.flaw = Flaw::malformed_query, .detail = signature.error()});
  if (moment.now > signature->expires_at) return fail(AuthRefusal{.flaw = Flaw::expired, .signed_at = signature->expires_at});
  if (environment.auth == AuthMode::off) return claimed(signature->access_key, environment, state);
  return verify_v2(input, *signature, environment, state, moment);
}

Result<Principal, AuthRefusal> authenticate_v2_header(const AuthInput& input, const Environment& environment, const State& state,
                                                      const Moment& moment) {
  auto signature = sigv2::header_signature(input.http);
  if (!signature) return fail(AuthRefusal{.flaw = Flaw::malformed_v2_header});
  if (environment.auth == AuthMode::off) return claimed(signature->access_key, environment, state);
  if (!signature->signed_at) return fail(AuthRefusal{.flaw = Flaw::bad_date});
  if (std::abs(moment.real_now - *signature->signed_at) > kSkewMaxMs) {
    return fail(AuthRefusal{.flaw = Flaw::skewed, .detail = http_date(*signature->signed_at), .signed_at = *signature->signed_at});
  }
  return verify_v2(input, *signature, environment, state, moment);
}

}  // namespace

std::string_view region_of_host(std::string_view host_header, std::string_view service) {
  std::string_view region;
  bool behind = false;
  for (std::string_view label, rest = host_name(host_header); !rest.empty();) {
    std::tie(label, rest) = split_once(rest, '.');
    bool is_region = behind && std::count(label.begin(), label.end(), '-') >= 2 && is_digit(label.back());
    if (is_region) region = label;
    if (label == service) {
      behind = true;
      region = {};
    }
  }
  return region;
}

bool is_s3_presigned(const QueryParameters& query) { return sigv4::is_presigned(query) || sigv2::is_presigned(query); }

Result<Principal, AuthRefusal> authenticate(const AuthInput& input, const Environment& environment, const State& state,
                                            const Moment& moment) {
  bool presigned = sigv4::is_presigned(input.query);
  bool is_s3 = input.service == "s3";
  if (presigned && is_s3 && input.query.contains("Signature")) return fail(AuthRefusal{.flaw = Flaw::both_placements});
  if (!presigned && is_s3) {
    if (sigv2::is_presigned(input.query)) return authenticate_v2_url(input, environment, state, moment);
    if (sigv2::is_in_header(input.http)) return authenticate_v2_header(input, environment, state, moment);
  }
  if (environment.auth == AuthMode::off && !presigned) {
    return claimed(input.credential ? sigv4::parse_scope(*input.credential) : sigv4::scope_of(input.http), environment, state);
  }
  if (!presigned && is_s3 && lacks_hash(input.http)) return fail(AuthRefusal{.flaw = Flaw::missing_hash});
  auto signature = sigv4::parse_signature(input.http, input.query);
  if (!signature && signature.error().flaw == sigv4::Flaw::missing && input.lets_anonymous_in) return Principal{};
  if (!signature) return fail(AuthRefusal{.flaw = flaw_of(signature.error().flaw), .detail = signature.error().detail});
  TRY(check_times(*signature, moment));
  if (environment.auth == AuthMode::off) return claimed(signature->scope(), environment, state);
  return verify(input, *signature, environment, state, moment);
}

Result<Principal, AuthRefusal> authenticate_form(const FormSignature& form, const Environment& environment, const State& state,
                                                 const Moment& moment) {
  bool is_v4 = !form.credential.empty();
  std::optional<sigv4::Scope> scope;
  if (is_v4) scope = sigv4::parse_scope(form.credential);
  if (is_v4 && !scope) return fail(AuthRefusal{.flaw = Flaw::malformed_credential, .detail = form.credential});
  std::string_view access_key = is_v4 ? scope->access_key : std::string_view(form.access_key);
  if (environment.auth == AuthMode::off) return is_v4 ? claimed(scope, environment, state) : claimed(access_key, environment, state);
  AuthRefusal refusal{.flaw = Flaw::unknown_key, .access_key = std::string(access_key), .signature = form.signature};
  auto refuse = [&](Flaw flaw) {
    refusal.flaw = flaw;
    return fail(std::move(refusal));
  };
  if (is_v4) TRY(check_scope(*scope, "s3", form.region, {}));
  auto key = find_key(access_key, environment, state);
  if (!key) return refuse(Flaw::unknown_key);
  if (key->token != form.security_token) return refuse(Flaw::wrong_token);
  if (moment.now >= key->expires_at) return refuse(Flaw::expired_token);
  refusal.string_to_sign = form.policy;
  std::string expected = is_v4 ? sigv4::sign(sigv4::signing_key(key->secret, *scope), form.policy) : sigv2::sign(key->secret, form.policy);
  if (!sigv4::equal_signatures(expected, form.signature)) return refuse(Flaw::mismatch);
  if (is_v4) key->principal.region = utf8_of_header(scope->region, kRegionBytesMax);
  key->principal.proven = true;
  return std::move(key->principal);
}

std::optional<AwsChunkedDecoder::Signing> chunk_signing(const AuthInput& input, const Environment& environment, const State& state) {
  std::string_view payload = input.http.header("x-amz-content-sha256");
  if (environment.auth != AuthMode::verify || !payload.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")) return std::nullopt;
  auto signature = sigv4::parse_signature(input.http, input.query);
  if (!signature) return std::nullopt;
  sigv4::Scope scope = signature->scope();
  auto key = find_key(scope.access_key, environment, state);
  if (!key) return std::nullopt;
  return AwsChunkedDecoder::Signing{.key = sigv4::signing_key(key->secret, scope),
                                    .seed_signature = signature->signature,
                                    .timestamp = signature->timestamp,
                                    .scope = concat(scope.date, '/', scope.region, '/', scope.service, "/aws4_request"),
                                    .trailers = payload.ends_with("-TRAILER")};
}

CallInfo call_info(std::string_view operation, const Principal& principal, const http::Request& request) {
  return CallInfo{.operation = std::string(operation),
                  .account = principal.account,
                  .region = principal.region,
                  .access_key = principal.access_key,
                  .source = request.peer};
}

}  // namespace cloudemu
