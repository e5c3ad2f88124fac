#include "services/iam/judge.h"

#include "core/strings.h"

namespace cloudemu::iam {

std::string_view mode_name(Mode mode) {
  switch (mode) {
    case Mode::off: return "off";
    case Mode::soft: return "soft";
    case Mode::enforce: return "enforce";
  }
  return "";
}

std::string sentence(const Refusal& refusal, std::string_view quote) {
  std::string text = refusal.anonymous ? "Anonymous users are" : concat("User: ", refusal.caller, " is");
  append(text, " not authorized to perform: ", refusal.action, " on resource: ", quote, refusal.resource, quote);
  switch (refusal.why) {
    case Refusal::Why::denied: return text + " with an explicit deny in a resource-based policy";
    case Refusal::Why::not_granted: return concat(text, " because no resource-based policy allows the ", refusal.action, " action");
    case Refusal::Why::denied_by_session: return text + " with an explicit deny in a session policy";
    case Refusal::Why::not_in_session: return concat(text, " because no session policy allows the ", refusal.action, " action");
    case Refusal::Why::exhausted: break;
  }
  return text + " because its resource-based policy takes too long to evaluate";
}

std::optional<Refusal::Why> Judge::decide_by_session(const Access& access, const Caller& caller, const Context& context) {
  Verdict verdict = evaluate(remembered_policy(caller.session_policy, PolicyOf::session),
                             {.caller = caller, .action = access.action, .resource = access.resource, .context = context}, effort_);
  switch (verdict) {
    case Verdict::allow: return std::nullopt;
    case Verdict::deny: return Refusal::Why::denied_by_session;
    case Verdict::silent: return Refusal::Why::not_in_session;
    case Verdict::exhausted: break;
  }
  return Refusal::Why::exhausted;
}

std::optional<Refusal::Why> Judge::decide(const Access& access, const Caller& caller, const Context& context) {
  if (!caller.session_policy.empty()) {
    if (auto why = decide_by_session(access, caller, context)) return why;
  }
  bool is_owner = !caller.account.empty() && caller.account == access.owner;
  Verdict verdict = Verdict::silent;
  if (!access.policy.empty()) {
    verdict = evaluate(remembered_policy(access.policy),
                       {.caller = caller, .action = access.action, .resource = access.resource, .context = context}, effort_);
  }
  if (verdict == Verdict::deny) return Refusal::Why::denied;
  if (verdict == Verdict::exhausted) return Refusal::Why::exhausted;
  if (is_owner) return std::nullopt;
  bool granted = access.granted || (verdict == Verdict::allow && access.policy_can_grant);
  return granted ? std::nullopt : std::optional(Refusal::Why::not_granted);
}

std::optional<Refusal> Judge::refuse(const Access& access, const Caller& caller, const Context& context) {
  auto why = decide(access, caller, context);
  if (!why) return std::nullopt;
  Refusal refusal{.why = *why,
                  .anonymous = caller.is_anonymous(),
                  .caller = caller.arn,
                  .action = std::string(access.action),
                  .resource = std::string(access.resource)};
  if (mode_ == Mode::enforce) return refusal;
  if (remark_.empty()) remark_ = sentence(refusal);
  return std::nullopt;
}

bool Judge::allows(const Access& access, const Caller& caller, const Context& context) {
  return mode_ != Mode::enforce || !decide(access, caller, context);
}

}  // namespace cloudemu::iam
