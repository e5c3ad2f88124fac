#include "services/dynamodb/frontend.h"

#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/auth.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/wire.h"
#include "services/find_by_name.h"

namespace cloudemu::dynamodb {

namespace {

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-api
constexpr uint64_t kBodyBytesMax = 16 << 20;

/// The row that "DynamoDB_20120810.GetItem" names.
const Operation* operation_of(std::string_view target) {
  auto [service, name] = split_once(target, '.');
  if (service == "DynamoDB_20120810") return find_by_name(operations(), name);
  if (service == "DynamoDBStreams_20120810") return find_by_name(stream_operations(), name);
  return nullptr;
}

class DynamoDbCall final : public PendingCall {
 public:
  DynamoDbCall(const http::Request& request, const Environment& environment, uint64_t request_id)
      : PendingCall("dynamodb", request_id),
        http_(request),
        environment_(environment),
        operation_(operation_of(request.header("x-amz-target"))) {
    if (request.header("x-amz-target").starts_with("DynamoDBStreams_")) service_ = "dynamodbstreams";
    info_.operation = operation_ ? operation_->name : "";
  }

  std::optional<http::Response> admit(const State&, const Moment&) override { return std::nullopt; }
  BodyPlan body_plan() const override { return {.bytes_max = kBodyBytesMax}; }

  Outcome decide(const State& state, const Moment& moment) override {
    Outcome outcome = answer(state, moment);
    finish(outcome.response, http_, request_id_);
    return outcome;
  }

  http::Response body_too_large() const override { return finished({.status = 413}); }
  http::Response unavailable(Unavailable why) const override {
    std::string text(explain(why));
    switch (why) {
      case Unavailable::disk_full:
      case Unavailable::overloaded:
      case Unavailable::no_descriptors: return finished(render({"ServiceUnavailable", 503, std::move(text)}));
      case Unavailable::too_large: return finished(render({"LimitExceededException", 400, std::move(text)}));
      case Unavailable::state_failed:
      case Unavailable::log_failed: break;
    }
    return finished(render({"InternalServerError", 500, std::move(text)}));
  }
  http::Response forbidden(std::string_view why) const override {
    return finished(render({"AccessDeniedException", 403, std::string(why)}));
  }

 private:
  Outcome answer(const State& state, const Moment& moment) {
    if (http_.method == "OPTIONS") return {};
    if (http_.method == "GET") return outcome_of(health(http_));
    if (http_.method != "POST" || !is_json()) return outcome_of(unknown_page());
    if (!http_.find("content-encoding")) return call(state, moment, http_.body);
    auto body = decoded_body(http_, kBodyBytesMax);
    if (!body) return outcome_of(std::move(body.error()));
    return call(state, moment, *body);
  }

  bool is_json() const {
    std::string_view type = http_.header("content-type");
    type = trim(type.substr(0, type.find(';')));
    return type == "application/x-amz-json-1.0" || type == "application/json";
  }

  Outcome call(const State& state, const Moment& moment, std::string_view body) {
    auto outcome = try_call(state, moment, body);
    return outcome ? std::move(*outcome) : outcome_of(render(outcome.error()));
  }

  AwsResult<Outcome> try_call(const State& state, const Moment& moment, std::string_view body) {
    auto document = body.empty() ? Result<json::Document>(json::Document()) : json::Document::parse(body);
    if (!document) return fail(serialization());
    if (!operation_) return fail(unknown_operation());
    Principal principal = TRY(authenticate_call(http_, environment_, state, moment));
    info_ = call_info(operation_->name, principal, http_);
    if (body.empty()) return fail(serialization());
    if (!operation_->decide) return fail(not_implemented(operation_->name));
    json::Value input = document->root();
    TRY(check_types(*operation_->input, input));
    if (operation_->name_first) TRY(check_table_name(input));
    TRY(check_constraints(*operation_->input, input));
    Call call{http_, operation_->name, input, principal, moment.now, moment.entropy};
    return operation_->decide(state.dynamodb(), call);
  }

  http::Response finished(http::Response response) const {
    finish(response, http_, request_id_);
    return response;
  }

  const http::Request& http_;
  const Environment& environment_;
  const Operation* operation_;
};

}  // namespace

std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id) {
  return std::make_unique<DynamoDbCall>(request, environment, request_id);
}

}  // namespace cloudemu::dynamodb
