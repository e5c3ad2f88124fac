#include "services/auth.h"

#include "protocol/sigv4.h"

namespace cloudemu {

Principal principal_of(const http::Request& request, const QueryParameters& query, const Environment& environment) {
  Principal principal;
  auto scope = sigv4::scope_of(request);
  if (!scope) {
    if (const std::string* credential = query.find("X-Amz-Credential")) scope = sigv4::parse_scope(*credential);
  }
  if (!scope) return principal;
  principal.access_key = scope->access_key;
  principal.region = scope->region;
  principal.account = environment.credentials.account_of(scope->access_key);
  return principal;
}

CallInfo call_info(std::string_view operation, const Principal& principal, const http::Request& request) {
  constexpr size_t kUserAgentBytesMax = 256;
  return CallInfo{.operation = std::string(operation),
                  .account = principal.account,
                  .region = principal.region,
                  .access_key = principal.access_key,
                  .user_agent = std::string(request.header("user-agent").substr(0, kUserAgentBytesMax)),
                  .source = request.peer};
}

}  // namespace cloudemu
