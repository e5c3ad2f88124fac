#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "services/iam/call_context.h"
#include "services/iam/evaluate.h"
#include "services/iam/mode.h"

/// The one place that decides who may do what.
namespace cloudemu::iam {

/// One thing that a call wants to do to one resource.
struct Access {
  std::string_view action;       ///< as the Service Authorization Reference names it: "s3:GetObject"
  std::string_view resource;     ///< its ARN
  std::string_view owner;        ///< the account that it belongs to
  std::string_view policy = {};  ///< the document on it; empty: none
  bool policy_can_grant = true;  ///< false: nobody but the owner's account gets it by the policy, whose Deny counts all the same
  bool granted = false;          ///< by something besides the policy: an access control list
};

/// Why an access is refused.
struct Refusal {
  enum class Why { not_granted, denied, exhausted, not_in_session, denied_by_session };
  Why why;
  bool anonymous;
  std::string caller, action, resource;
};

/// AWS's sentence: "User: ... is not authorized to perform: sqs:sendmessage on resource: ... because no resource-based policy allows ...".
/// `quote`: what stands around the resource.
std::string sentence(const Refusal& refusal, std::string_view quote = {});

/// Judges the accesses of one call. The account that owns a resource needs no grant, but a Deny binds it, too; everybody else needs one.
/// A session that has a policy may do what that allows, and of it only what it might do without.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
class Judge {
 public:
  explicit Judge(Mode mode) : mode_(mode) {}

  /// Nothing: go on.
  std::optional<Refusal> refuse(const Access& access, const Caller& caller, const Context& context);
  /// Whether an access would be allowed, without consequences.
  bool allows(const Access& access, const Caller& caller, const Context& context);

  /// Whether it refuses anything, and not only remarks.
  bool is_strict() const { return mode_ == Mode::enforce; }
  /// With Mode::soft: what would have been refused first; else empty.
  const std::string& remark() const { return remark_; }

 private:
  std::optional<Refusal::Why> decide(const Access& access, const Caller& caller, const Context& context);
  std::optional<Refusal::Why> decide_by_session(const Access& access, const Caller& caller, const Context& context);

  Mode mode_;
  Effort effort_;
  std::string remark_;
};

}  // namespace cloudemu::iam
