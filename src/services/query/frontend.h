#pragma once
#include <memory>
#include <vector>

#include "services/call.h"
#include "services/environment.h"
#include "services/query/call.h"

namespace cloudemu::query {

/// What is asked of every call, whichever protocol it came in: who calls (once; a long poll is asked again and again), then the rule.
class CallBase : public PendingCall {
 public:
  /// The largest bodies are messages of 1 MiB with every character escaped.
  static constexpr uint64_t kBodyBytesMax = 8 << 20;

  std::optional<http::Response> admit(const State&, const Moment&) override { return std::nullopt; }
  BodyPlan body_plan() const override { return {.bytes_max = kBodyBytesMax}; }
  Outcome decide(const State& state, const Moment& moment) override;
  http::Response body_too_large() const override;
  http::Response unavailable(Unavailable why) const override;

 protected:
  CallBase(const http::Request& request, const Environment& environment, uint64_t request_id)
      : PendingCall({}, request_id), http_(request), environment_(environment) {}

  /// Understands the request, at the first time of asking.
  virtual AwsResult<void> understand() = 0;
  virtual http::Response render(const AwsError& error) const = 0;

  const http::Request& http_;
  const Environment& environment_;
  const Service* service_ = nullptr;
  const Operation* operation_ = nullptr;
  Input input_;
  Shape shape_ = Shape::xml;

 private:
  AwsResult<Outcome> decide_checked(const State& state, const Moment& moment);
  AwsResult<void> identify(const State& state, const Moment& moment);
  http::Response finish(http::Response response) const;

  bool identified_ = false;
  Principal principal_;
};

/// A request in the Query protocol. With several services (a request that is not signed names none) the parameter Version says which,
/// or the action; else it is the last.
std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id,
                                       std::vector<const Service*> services);

}  // namespace cloudemu::query
