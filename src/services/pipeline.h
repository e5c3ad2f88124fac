#pragma once
#include <optional>

#include "protocol/aws_error.h"
#include "services/environment.h"
#include "services/iam/judge.h"
#include "services/pending_call.h"

namespace cloudemu {

/// The stages that every call goes through, by whichever front end it came in:
///
///   understand    which operation is called, of what; by the request alone
///   authenticate  who calls
///   check         whether the request has the operation's form
///   authorise     whether the caller may do that (nothing to do unless policies are evaluated)
///   answer        the rule
///   render        the reply, or the refusal, in the protocol's words
///
/// The first refusal ends it. A call that is asked again (a long poll is) begins with authorise.
class Pipeline : public PendingCall {
 public:
  std::optional<http::Response> admit(const State& state, const Moment& moment) final;
  void prepare() final;
  Outcome decide(const State& state, const Moment& moment) final;
  std::string_view remark() const final { return judge_ ? std::string_view(judge_->remark()) : std::string_view(); }

 protected:
  /// `service` as PendingCall::service() has it.
  Pipeline(std::string_view service, const http::Request& request, const Environment& environment, uint64_t request_id)
      : PendingCall(service, request_id), http_(request), environment_(environment) {}

  /// A request that is no call at all (a load balancer asks how things are): its reply, besides all stages; by the request alone.
  virtual std::optional<http::Response> answer_aside() { return std::nullopt; }
  virtual AwsResult<void> understand() = 0;
  virtual AwsResult<Principal> authenticate(const State& state, const Moment& moment) = 0;
  virtual AwsResult<void> check(const State& state, const Moment& moment) = 0;
  /// Called with a judge(): where policies are evaluated. What is not there is left to the rule, which says so.
  virtual AwsResult<void> authorise(const State& state, const Moment& moment) = 0;
  virtual AwsResult<Outcome> answer(const State& state, const Moment& moment) = 0;
  virtual http::Response render(const AwsError& error) const = 0;
  /// Sets what every reply has: the request's id.
  virtual void finish(http::Response& response) const = 0;

  /// Takes the body apart, of calls that were understood by their head.
  virtual void read_body() {}
  /// What is done with the head alone. Services whose callers and resources stand in the head pass the stages here.
  virtual AwsResult<void> begin(const State&, const Moment&) { return {}; }
  /// Passes the stages from understand to check, unless that was done before.
  AwsResult<void> identify(const State& state, const Moment& moment);
  /// Passes the stage authorise.
  AwsResult<void> permit(const State& state, const Moment& moment);
  /// Takes over who calls.
  void set_principal(Principal principal, std::string_view operation);
  http::Response refused(const AwsError& error) const;

  /// Null: policies are not evaluated.
  iam::Judge* judge() { return judge_ ? &*judge_ : nullptr; }
  bool evaluates_policies() const { return environment_.policy_mode() != iam::Mode::off; }

  const http::Request& http_;
  const Environment& environment_;
  Principal principal_;

 private:
  virtual std::string_view operation_name() const = 0;

  bool prepared_ = false;
  std::optional<http::Response> aside_;
  std::optional<AwsResult<void>> understood_;
  bool identified_ = false;
  std::optional<iam::Judge> judge_;
};

}  // namespace cloudemu
