#include "services/pipeline.h"

#include <utility>

#include "services/iam/authenticate.h"

namespace cloudemu {

std::optional<http::Response> Pipeline::admit(const State& state, const Moment& moment) {
  auto begun = begin(state, moment);
  if (begun) return std::nullopt;
  return refused(begun.error());
}

void Pipeline::prepare() {
  if (std::exchange(prepared_, true)) return;
  aside_ = answer_aside();
  if (aside_) return;
  if (!understood_) understood_ = understand();
  if (*understood_) read_body();
}

Outcome Pipeline::decide(const State& state, const Moment& moment) {
  auto pass = [&]() -> AwsResult<Outcome> {
    TRY(identify(state, moment));
    TRY(permit(state, moment));
    return answer(state, moment);
  };
  prepare();
  if (auto aside = std::exchange(aside_, std::nullopt)) {
    prepared_ = false;
    finish(*aside);
    return outcome_of(std::move(*aside));
  }
  auto outcome = pass();
  if (!outcome) return outcome_of(refused(outcome.error()));
  if (auto* answer = std::get_if<Answer>(&*outcome)) finish(answer->response);
  return std::move(*outcome);
}

AwsResult<void> Pipeline::identify(const State& state, const Moment& moment) {
  if (identified_) return {};
  if (!understood_) understood_ = understand();
  if (!*understood_) return fail(understood_->error());
  auto principal = authenticate(state, moment);
  if (!principal) {
    info_.operation = operation_name();
    return fail(std::move(principal.error()));
  }
  set_principal(std::move(*principal), operation_name());
  TRY(check(state, moment));
  identified_ = true;
  return {};
}

AwsResult<void> Pipeline::permit(const State& state, const Moment& moment) {
  if (!evaluates_policies()) return {};
  // Soft or not, nobody comes in whom --auth verify keeps out.
  bool unproven = environment_.auth == AuthMode::verify && !principal_.proven;
  judge_.emplace(unproven ? iam::Mode::enforce : environment_.policy_mode());
  return authorise(state, moment);
}

void Pipeline::set_principal(Principal principal, std::string_view operation) {
  principal_ = std::move(principal);
  info_ = call_info(operation, principal_, http_);
}

http::Response Pipeline::refused(const AwsError& error) const {
  http::Response response = render(error);
  finish(response);
  return response;
}

}  // namespace cloudemu
