#include "services/iam/call_context.h"

#include <algorithm>

#include "core/region.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/url_scheme.h"

namespace cloudemu::iam {

namespace {

constexpr std::string_view kIpv4InIpv6 = "::ffff:";

/// "arn:aws:iam::111122223333:user/path/alice" -> "alice"; empty: no user.
std::string_view user_name(std::string_view arn) {
  size_t user = arn.find(":user/");
  return user == std::string_view::npos ? std::string_view() : arn.substr(arn.rfind('/') + 1);
}

std::string_view principal_type(const Caller& caller) {
  if (caller.is_anonymous()) return "Anonymous";
  if (!role_of_session(caller.arn).empty()) return "AssumedRole";
  return user_name(caller.arn).empty() ? "Account" : "User";
}

std::string_view source_ip(const http::Request& http) {
  std::string_view peer = http.peer;
  if (starts_with_ignoring_case(peer, kIpv4InIpv6)) peer.remove_prefix(kIpv4InIpv6.size());
  return peer;
}

std::string_view boolean(bool value) { return value ? "true" : "false"; }

}  // namespace

std::string root_arn(std::string_view region, std::string_view account) {
  return concat("arn:", partition_of(region), ":iam::", account, ":root");
}

std::string caller_arn(const Principal& principal) {
  return principal.arn.empty() ? root_arn(principal.region, principal.account) : principal.arn;
}

bool owns(const Principal& principal, std::string_view owner) {
  bool is_limited = principal.session && !principal.session->policy.empty();
  return !principal.access_key.empty() && principal.account == owner && !is_limited;
}

Caller caller_of(const Principal& principal, std::string canonical_user) {
  if (principal.access_key.empty()) return {};
  return {.account = principal.account,
          .arn = caller_arn(principal),
          .user_id = principal.user_id.empty() ? principal.account : principal.user_id,
          .canonical_user = std::move(canonical_user),
          .session_policy = principal.session ? std::string_view(principal.session->policy) : std::string_view()};
}

std::optional<Context::Values> CallContext::find_caller(std::string_view name) const {
  if (name == "principaltype") return one(principal_type(caller_));
  if (name == "userid") return one(caller_.is_anonymous() ? "anonymous" : caller_.user_id);
  if (name == "principalisawsservice") return one("false");
  if (caller_.is_anonymous()) return std::nullopt;
  if (name == "principalaccount") return one(caller_.account);
  if (name == "principalarn") {
    std::string role = role_of_session(caller_.arn);
    return one(role.empty() ? caller_.arn : role);
  }
  std::string_view user = user_name(caller_.arn);
  if (name == "username" && !user.empty()) return one(user);
  return principal_.session ? find_session(*principal_.session, name) : std::nullopt;
}

std::optional<Context::Values> CallContext::find_session(const system::SessionScope& session, std::string_view name) {
  constexpr std::string_view kTag = "principaltag/";
  if (name == "multifactorauthpresent") return one(boolean(session.mfa));
  if (name == "sourceidentity" && !session.source_identity.empty()) return one(session.source_identity);
  if (!name.starts_with(kTag)) return std::nullopt;
  for (const auto& [key, value] : session.tags) {
    if (equals_ignoring_case(key, name.substr(kTag.size()))) return one(value);
  }
  return std::nullopt;
}

std::optional<Context::Values> CallContext::find_request(std::string_view name) const {
  if (name == "securetransport") return one(boolean(http::is_https(http_)));
  if (name == "sourceip") return one(source_ip(http_));
  if (name == "currenttime") return one(iso8601(now_));
  if (name == "epochtime") return one(std::to_string(now_ / kSecondMs));
  if (name == "requestedregion") return one(principal_.region);
  if (name == "resourceaccount" && !owner_.empty()) return one(owner_);
  if (name == "viaawsservice") return one("false");
  for (auto [key, header] : {std::pair("useragent", "user-agent"), std::pair("referer", "referer")}) {
    if (name != key) continue;
    auto value = http_.find(header);
    return value ? std::optional(one(*value)) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Context::Values> CallContext::find(std::string_view key) const {
  constexpr std::string_view kGlobal = "aws:";
  if (!key.starts_with(kGlobal)) return std::nullopt;
  key.remove_prefix(kGlobal.size());
  auto value = find_request(key);
  return value ? value : find_caller(key);
}

std::optional<std::string> tag_value(const std::vector<std::pair<std::string, std::string>>& tags, std::string_view key) {
  auto found = std::find_if(tags.begin(), tags.end(), [&](const auto& tag) { return tag.first == key; });
  if (found == tags.end()) return std::nullopt;
  return found->second;
}

}  // namespace cloudemu::iam
