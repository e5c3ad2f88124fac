#include "services/iam/evaluate.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::iam {

namespace {

constexpr std::string_view kSessionKind = "assumed-role/";
constexpr size_t kArnParts = 6;

/// Account or root of an account.
bool names_account(std::string_view principal, std::string_view account) {
  if (principal == account) return true;
  auto parts = split(principal, ':');
  return parts.size() == kArnParts && parts[2] == "iam" && parts[4] == account && parts[5] == "root";
}

/// The ARN of a role has a path, that of its sessions has not.
bool names_role(std::string_view principal, std::string_view session_arn) {
  auto role = split(principal, ':'), session = split(session_arn, ':');
  if (role.size() != kArnParts || session.size() != kArnParts || !session[5].starts_with(kSessionKind)) return false;
  if (role[2] != "iam" || role[4] != session[4] || !role[5].starts_with("role/")) return false;
  std::string_view name = session[5].substr(kSessionKind.size());
  return role[5].substr(role[5].rfind('/') + 1) == name.substr(0, name.find('/'));
}

bool names_unique_id(std::string_view principal, std::string_view user_id) {
  return !principal.empty() && principal == user_id.substr(0, user_id.find(':'));
}

/// What a caller is called by, from wide to narrow: account, role, user or session.
bool names_exactly(std::string_view principal, const Caller& caller) {
  return principal == caller.arn || names_unique_id(principal, caller.user_id);
}

template <class Names>
bool any_of(const std::vector<std::string>& principals, Names names) {
  return std::any_of(principals.begin(), principals.end(), names);
}

bool names_service(const Principals& principals, const Caller& caller) {
  return any_of(principals.services, [&](const std::string& service) { return service == caller.service; });
}

bool is_named(const Principals& principals, const Caller& caller) {
  if (principals.everyone) return true;
  if (caller.is_anonymous()) return false;
  if (!caller.service.empty()) return names_service(principals, caller);
  auto is_caller = [&](const std::string& principal) {
    return names_account(principal, caller.account) || names_role(principal, caller.arn) || names_exactly(principal, caller);
  };
  auto is_canonical = [&](const std::string& id) { return id == caller.canonical_user; };
  return any_of(principals.aws, is_caller) || any_of(principals.canonical_users, is_canonical);
}

/// Whoever is to be left out by NotPrincipal must be named at each level: the account, the role if there is one, and the user or session.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
bool is_exempt(const Principals& principals, const Caller& caller) {
  if (principals.everyone) return true;
  if (caller.is_anonymous()) return false;
  if (!caller.service.empty()) return names_service(principals, caller);
  bool by_canonical_id = any_of(principals.canonical_users, [&](const std::string& id) { return id == caller.canonical_user; });
  if (by_canonical_id) return true;
  auto named = [&](auto is_caller) { return any_of(principals.aws, is_caller); };
  bool account = named([&](const std::string& principal) { return names_account(principal, caller.account); });
  bool is_root = names_account(caller.arn, caller.account);
  bool itself = is_root || named([&](const std::string& principal) { return names_exactly(principal, caller); });
  bool is_session = !role_of_session(caller.arn).empty();
  bool role = !is_session || named([&](const std::string& principal) { return names_role(principal, caller.arn); });
  return account && role && itself;
}

bool matches_any(const Patterns& patterns, auto matches) {
  return std::any_of(patterns.any_of.begin(), patterns.any_of.end(), matches) != patterns.inverted;
}

bool applies(const Statement& statement, const Question& question, Effort& effort) {
  if (!applies_to(statement.principals, question.caller)) return false;
  Variables variables = variables_of(question.context);
  auto is_action = [&](const Pattern& action) { return action.matches(question.action, variables, effort); };
  if (!matches_any(statement.actions, is_action)) return false;
  auto is_resource = [&](const Pattern& resource) { return resource.matches_arn(question.resource, variables, effort); };
  if (!matches_any(statement.resources, is_resource)) return false;
  return std::all_of(statement.conditions.begin(), statement.conditions.end(),
                     [&](const Condition& condition) { return is_met(condition, question.context, effort); });
}

}  // namespace

std::string role_of_session(std::string_view arn) {
  auto parts = split(arn, ':');
  if (parts.size() != kArnParts || parts[2] != "sts" || !parts[5].starts_with(kSessionKind)) return {};
  std::string_view name = parts[5].substr(kSessionKind.size());
  return concat("arn:", parts[1], ":iam::", parts[4], ":role/", name.substr(0, name.find('/')));
}

bool applies_to(const Principals& principals, const Caller& caller) {
  return principals.inverted ? !is_exempt(principals, caller) : is_named(principals, caller);
}

Verdict evaluate(const Policy& policy, const Question& question, Effort& effort) {
  Verdict verdict = Verdict::silent;
  for (const Statement& statement : policy.statements) {
    bool settled = verdict == Verdict::allow && statement.effect == Effect::allow;
    if (settled || !applies(statement, question, effort)) continue;
    if (statement.effect == Effect::deny) return Verdict::deny;
    verdict = Verdict::allow;
  }
  return effort.exhausted() ? Verdict::exhausted : verdict;
}

}  // namespace cloudemu::iam
