#include "protocol/sigv4.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"

namespace cloudemu::sigv4 {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr int64_t kExpiresMaxS = 604'800;

std::vector<std::string> header_names(std::string_view list) {
  std::vector<std::string> names;
  for (std::string_view name : split(list, ';')) names.push_back(lower(name));
  return names;
}

Result<Signature, SignatureFlaw> from_header(const http::Request& request, std::string_view authorization) {
  if (!starts_with_ignoring_case(authorization, kAlgorithm)) {
    return fail(SignatureFlaw{Flaw::unsupported_algorithm, std::string(authorization)});
  }
  auto [credential, signed_headers, signature] = authorization_parts(authorization);
  std::string_view date = request.header("x-amz-date");
  if (date.empty()) date = request.header("date");
  std::string lacking;
  auto require = [&](bool present, std::string_view text) {
    if (!present) append(lacking, lacking.empty() ? "" : " ", text);
  };
  require(credential.has_value(), "Authorization header requires 'Credential' parameter.");
  require(signature.has_value(), "Authorization header requires 'Signature' parameter.");
  require(signed_headers.has_value(), "Authorization header requires 'SignedHeaders' parameter.");
  require(!date.empty(), "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (!lacking.empty()) {
    return fail(SignatureFlaw{Flaw::malformed_header, concat(lacking, " Authorization=", authorization)});
  }
  Signature parsed{.placement = Placement::header,
                   .credential = std::string(*credential),
                   .signed_headers = header_names(*signed_headers),
                   .signature = std::string(*signature),
                   .timestamp = std::string(date),
                   .security_token = std::string(request.header("x-amz-security-token"))};
  if (!parse_scope(parsed.credential)) return fail(SignatureFlaw{Flaw::malformed_credential, parsed.credential});
  auto time = parse_iso8601(date);
  if (!time) time = parse_http_date(date);
  if (!time) return fail(SignatureFlaw{Flaw::bad_date, std::string(date)});
  parsed.signed_at = *time;
  parsed.timestamp = iso8601_basic(*time);
  return parsed;
}

Result<Signature, SignatureFlaw> from_query(const QueryParameters& query) {
  for (std::string_view name :
       {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"}) {
    if (!query.contains(name)) return fail(SignatureFlaw{Flaw::missing_parameter, std::string(name)});
  }
  if (query.get("X-Amz-Algorithm") != kAlgorithm) {
    return fail(SignatureFlaw{Flaw::unsupported_algorithm, std::string(query.get("X-Amz-Algorithm"))});
  }
  Signature parsed{.placement = Placement::query,
                   .credential = std::string(query.get("X-Amz-Credential")),
                   .signed_headers = header_names(query.get("X-Amz-SignedHeaders")),
                   .signature = std::string(query.get("X-Amz-Signature")),
                   .timestamp = std::string(query.get("X-Amz-Date")),
                   .security_token = std::string(query.get("X-Amz-Security-Token"))};
  if (!parse_scope(parsed.credential)) return fail(SignatureFlaw{Flaw::malformed_credential, parsed.credential});
  auto time = parse_iso8601(parsed.timestamp);
  if (!time) return fail(SignatureFlaw{Flaw::bad_date, parsed.timestamp});
  parsed.signed_at = *time;
  std::string_view number = query.get("X-Amz-Expires");
  auto expires = parse_integer(number.substr(number.starts_with('+')));
  if (!expires) return fail(SignatureFlaw{Flaw::bad_expires, "X-Amz-Expires should be a number"});
  if (*expires < 0) return fail(SignatureFlaw{Flaw::bad_expires, "X-Amz-Expires must be non-negative"});
  if (*expires > kExpiresMaxS) {
    return fail(SignatureFlaw{Flaw::bad_expires,
                              "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
                              "less than 604800 seconds"});
  }
  parsed.expires_s = *expires;
  return parsed;
}

std::string canonical_query(const QueryParameters& query) {
  std::vector<std::string> pieces;
  for (const auto& parameter : query.all()) {
    if (parameter.name == "X-Amz-Signature") continue;
    pieces.push_back(concat(percent_encode(parameter.name), '=', percent_encode(parameter.value)));
  }
  std::sort(pieces.begin(), pieces.end());
  return join(pieces, "&");
}

/// Trims the ends and makes one blank of each run of blanks.
void append_header_value(std::string& out, std::string_view value) {
  bool blank = false;
  for (char c : trim(value)) {
    if (c == ' ' && blank) continue;
    blank = c == ' ';
    out.push_back(c);
  }
}

}  // namespace

AuthorizationParts authorization_parts(std::string_view authorization) {
  AuthorizationParts parts;
  for (std::string_view piece, rest = authorization; !rest.empty();) {
    std::tie(piece, rest) = split_once(rest, ',');
    // Some clients separate the parts by blanks only; no part has one inside.
    for (size_t equals = piece.find('='); equals != std::string_view::npos; equals = piece.find('=')) {
      std::string_view name = piece.substr(0, equals);
      name.remove_prefix(name.rfind(' ') + 1);
      piece = trim(piece.substr(equals + 1));
      std::string_view value = piece.substr(0, piece.find(' '));
      if (name == "Credential" && !parts.credential) parts.credential = value;
      if (name == "SignedHeaders" && !parts.signed_headers) parts.signed_headers = value;
      if (name == "Signature" && !parts.signature) parts.signature = value;
      piece.remove_prefix(value.size());
    }
  }
  return parts;
}

std::optional<Scope> parse_scope(std::string_view credential) {
  std::string_view parts[4];
  for (int i = 3; i >= 0; --i) {
    const void* found = memrchr(credential.data(), '/', credential.size());  // quicker than rfind()
    if (!found) return std::nullopt;
    auto slash = static_cast<size_t>(static_cast<const char*>(found) - credential.data());
    parts[i] = credential.substr(slash + 1);
    credential = credential.substr(0, slash);
  }
  if (parts[3] != "aws4_request" || credential.empty()) return std::nullopt;
  return Scope{credential, parts[0], parts[1], parts[2]};
}

std::optional<Scope> scope_of(const http::Request& request) {
  if (auto authorization = request.find("authorization")) {
    auto credential = authorization_parts(*authorization).credential;
    return credential ? parse_scope(*credential) : std::nullopt;
  }
  return std::nullopt;
}

bool is_presigned(const QueryParameters& query) { return query.contains("X-Amz-Algorithm"); }

Result<Signature, SignatureFlaw> parse_signature(const http::Request& request, const QueryParameters& query) {
  auto authorization = request.find("authorization");
  bool presigned = is_presigned(query);
  if (authorization && presigned) return fail(SignatureFlaw{Flaw::both_placements, {}});
  if (authorization) return from_header(request, trim(*authorization));
  if (presigned) return from_query(query);
  return fail(SignatureFlaw{Flaw::missing, {}});
}

std::string canonical_request(const http::Request& request, const QueryParameters& query, const Signature& signature,
                              std::string_view payload_hash, PathEncoding encoding, HostForm host) {
  std::string path = percent_encode(percent_decode(request.path), Slash::keep);
  if (encoding == PathEncoding::twice) path = percent_encode(path, Slash::keep);
  std::string out = concat(request.method, '\n', path.empty() ? "/" : path, '\n', canonical_query(query), '\n');
  for (const std::string& name : signature.signed_headers) {
    append(out, name, ':');
    bool first = true;
    for (const http::Header& header : request.headers) {
      if (header.name != name) continue;
      if (!first) out.push_back(',');
      bool bare = name == "host" && host == HostForm::without_port;
      append_header_value(out, bare ? host_name(header.value) : header.value);
      first = false;
    }
    out.push_back('\n');
  }
  append(out, '\n', join(signature.signed_headers, ";"), '\n', payload_hash);
  return out;
}

std::string string_to_sign(const Signature& signature, std::string_view canonical_request) {
  Scope scope = signature.scope();
  return concat(kAlgorithm, '\n', signature.timestamp, '\n', scope.date, '/', scope.region, '/', scope.service, "/aws4_request\n",
                hex(sha256(canonical_request)));
}

std::string signing_key(std::string_view secret, const Scope& scope) {
  std::string key = hmac_sha256(concat("AWS4", secret), scope.date);
  key = hmac_sha256(key, scope.region);
  key = hmac_sha256(key, scope.service);
  return hmac_sha256(key, "aws4_request");
}

std::string sign(std::string_view signing_key, std::string_view string_to_sign) { return hex(hmac_sha256(signing_key, string_to_sign)); }

bool equal_signatures(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  return difference == 0;
}

}  // namespace cloudemu::sigv4
