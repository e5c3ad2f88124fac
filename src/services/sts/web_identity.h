#pragma once
#include <string>
#include <string_view>

#include "core/clock.h"
#include "services/query/input.h"

/// Tokens of those who know web users: JSON Web Tokens of OpenID Connect, or what OAuth 2.0 gives out.
/// https://www.rfc-editor.org/rfc/rfc7519
namespace cloudemu::sts {

struct WebIdentity {
  std::string subject, audience, provider;
};

/// Believes whoever issued the token: no provider is known here that could be asked. `provider`: of a token that only he can read.
/// Errors: InvalidIdentityToken, ExpiredTokenException.
AwsResult<WebIdentity> read_web_identity(std::string_view token, query::Text provider, TimeMs now);

}  // namespace cloudemu::sts
