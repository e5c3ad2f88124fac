#include "realm/past_call.h"

namespace cloudemu {

namespace {

/// Whatever falls due does so after the last event that the state has seen.
class NeverDue final : public DueTimes {
 public:
  bool overdue(Subject, TimeMs) const override { return false; }
};
const NeverDue kNever;

Moment standing_still(const Moment& moment) {
  return Moment{.now = moment.now,
                .real_now = moment.real_now,
                .entropy = moment.entropy,
                .due_times = kNever,
                .lifecycle_day = moment.lifecycle_day,
                .clock = moment.clock,
                .may_wait = false};
}

class PastCall final : public PendingCall {
 public:
  PastCall(std::unique_ptr<PendingCall> call, http::SharedRequest request, std::string refusal)
      : PendingCall(call->service(), call->request_id()), call_(std::move(call)), refusal_(std::move(refusal)) {
    own(std::move(request));
    info_ = call_->info();
  }

  std::optional<http::Response> admit(const State& state, const Moment& moment) override {
    auto refused = call_->admit(state, standing_still(moment));
    info_ = call_->info();
    if (refused) return refused;
    // Nobody uploads what is not kept.
    if (call_->body_plan().upload) return call_->forbidden(refusal_);
    return std::nullopt;
  }
  BodyPlan body_plan() const override { return call_->body_plan(); }
  void prepare() override { call_->prepare(); }

  Outcome decide(const State& state, const Moment& moment) override {
    Outcome outcome = call_->decide(state, standing_still(moment));
    info_ = call_->info();
    // Digests are asked for by what is about to write.
    auto* answer = std::get_if<Answer>(&outcome);
    if (answer && answer->events.empty()) return outcome;
    return outcome_of(call_->forbidden(refusal_));
  }

  http::Response body_too_large() const override { return call_->body_too_large(); }
  http::Response unavailable(Unavailable why) const override { return call_->unavailable(why); }
  http::Response forbidden(std::string_view why) const override { return call_->forbidden(why); }
  std::optional<PageAccess> page_access(const State& state) const override { return call_->page_access(state); }
  std::string resource() const override { return call_->resource(); }
  std::string_view remark() const override { return call_->remark(); }

 private:
  const std::unique_ptr<PendingCall> call_;
  const std::string refusal_;
};

}  // namespace

std::unique_ptr<PendingCall> past_call(std::unique_ptr<PendingCall> call, http::SharedRequest request, std::string refusal) {
  return std::make_unique<PastCall>(std::move(call), std::move(request), std::move(refusal));
}

}  // namespace cloudemu
