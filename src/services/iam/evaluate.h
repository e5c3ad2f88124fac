#pragma once
#include <string>
#include <string_view>

#include "services/iam/policy.h"

/// What a policy says of a request.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
namespace cloudemu::iam {

/// Who calls, as policies name callers.
struct Caller {
  std::string account;         ///< empty: nobody, an anonymous caller
  std::string arn;             ///< of the root, the user or the session
  std::string user_id;         ///< "AIDA...", "AROA...:session"; of a root its account
  std::string canonical_user;  ///< of the account, where the service knows such ids
  std::string service = {};    ///< "s3.amazonaws.com": a service of AWS, which calls for a resource and has no account
  /// The policy of a session, which must outlive the caller: what it does not allow may not be done. Empty: there is none.
  std::string_view session_policy = {};

  bool is_anonymous() const { return account.empty() && service.empty(); }
};

/// What is to be done to what.
struct Question {
  const Caller& caller;
  std::string_view action;    ///< "s3:GetObject"
  std::string_view resource;  ///< its ARN
  const Context& context;
};

enum class Verdict {
  silent,  ///< no statement applies
  allow,
  deny,       ///< whatever else allows it
  exhausted,  ///< it would take too long to say: nobody is let in by such a policy
};

/// An explicit Deny overrides every Allow.
Verdict evaluate(const Policy& policy, const Question& question, Effort& effort);

/// Whether Principal or NotPrincipal of a statement means a caller.
bool applies_to(const Principals& principals, const Caller& caller);

/// "arn:aws:sts::111122223333:assumed-role/name/session" as the ARN of its role, without the role's path, which the session does not tell;
/// empty: the caller is no session of a role.
std::string role_of_session(std::string_view arn);

}  // namespace cloudemu::iam
