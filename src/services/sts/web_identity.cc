#include "services/sts/web_identity.h"

#include <algorithm>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/json.h"

namespace cloudemu::sts {

namespace {

/// RFC 4648 section 5, without padding.
std::optional<std::string> unbase64_of_url(std::string_view text) {
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  while (standard.size() % 4 != 0) standard.push_back('=');
  return unbase64(standard);
}

/// The claims of a JSON Web Token; nothing: it is none.
std::optional<json::Document> claims_of(std::string_view token) {
  auto parts = split(token, '.');
  auto text = parts.size() == 3 ? unbase64_of_url(parts[1]) : std::nullopt;
  auto claims = json::Document::parse(text.value_or(""));
  if (!claims || !claims->root()["sub"].is_string() || !claims->root()["iss"].is_string()) return std::nullopt;
  return std::move(*claims);
}

AwsError expired(int64_t now_s, int64_t end_s) {
  return {"ExpiredTokenException", 400,
          concat("Token expired: current date/time ", now_s, " must be before the expiration date/time", end_s)};
}

/// The one that a token is for; the first of several.
std::string_view audience_of(json::Value claim) {
  if (claim.is_string()) return claim.string();
  for (json::Value one : claim.elements()) return one.string();
  return {};
}

}  // namespace

AwsResult<WebIdentity> read_web_identity(std::string_view token, query::Text provider, TimeMs now) {
  auto claims = claims_of(token);
  if (!claims && provider)
    return WebIdentity{.subject = hex(sha256(token)).substr(0, 32), .audience = {}, .provider = std::string(*provider)};
  if (!claims) {
    return fail(AwsError{"InvalidIdentityToken", 400,
                         "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"});
  }
  json::Value root = claims->root(), end = root["exp"];
  if (end.is_integer() && now / kSecondMs >= end.integer()) return fail(expired(now / kSecondMs, end.integer()));
  return WebIdentity{.subject = std::string(root["sub"].string()),
                     .audience = std::string(audience_of(root["aud"])),
                     .provider = std::string(root["iss"].string())};
}

}  // namespace cloudemu::sts
