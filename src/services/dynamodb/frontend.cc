#include "services/dynamodb/frontend.h"

#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/auth.h"
#include "services/dynamodb/authorise.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/wire.h"
#include "services/find_by_name.h"
#include "services/pipeline.h"

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

class DynamoDbCall final : public Pipeline {
 public:
  DynamoDbCall(const http::Request& request, const Environment& environment, uint64_t request_id)
      : Pipeline("dynamodb", request, environment, request_id), operation_(operation_of(request.header("x-amz-target"))) {
    if (request.header("x-amz-target").starts_with("DynamoDBStreams_")) service_ = "dynamodbstreams";
    info_.operation = operation_name();
  }

  BodyPlan body_plan() const override { return {.bytes_max = kBodyBytesMax}; }

  http::Response body_too_large() const override { return finished({.status = 413}); }
  http::Response unavailable(Unavailable why) const override {
    std::string text(explain(why));
    switch (why) {
      case Unavailable::disk_full:
      case Unavailable::overloaded:
      case Unavailable::state_failed:
      case Unavailable::no_descriptors: return refused({"ServiceUnavailable", 503, std::move(text)});
      case Unavailable::too_large: return refused({"LimitExceededException", 400, std::move(text)});
      case Unavailable::log_failed: break;
    }
    return refused({"InternalServerError", 500, std::move(text)});
  }
  http::Response forbidden(std::string_view why) const override { return refused({"AccessDeniedException", 403, std::string(why)}); }

 private:
  std::string_view operation_name() const override { return operation_ ? operation_->name : std::string_view(); }

  std::optional<http::Response> answer_aside() override {
    if (http_.method == "OPTIONS") return http::Response{};
    if (http_.method == "GET") return health(http_);
    if (http_.method != "POST" || http_.path != "/" || !is_json()) return unknown_page();
    if (decoded_ || !http_.find("content-encoding")) return std::nullopt;
    auto body = decoded_body(http_, kBodyBytesMax);
    if (!body) return std::move(body.error());
    decoded_ = std::move(*body);
    return std::nullopt;
  }

  bool is_json() const {
    std::string_view type = http_.header("content-type");
    type = trim(type.substr(0, type.find(';')));
    return type == "application/x-amz-json-1.0" || type == "application/json";
  }

  std::string_view body() const { return decoded_ ? *decoded_ : http_.body; }

  AwsResult<void> understand() override {
    if (!body().empty()) {
      auto document = json::Document::parse(body());
      if (!document) return fail(serialization());
      document_ = std::move(*document);
    }
    if (!operation_) return fail(unknown_operation());
    if (!operation_->decide || body().empty()) return {};
    well_formed_ = check_form();
    if (well_formed_) read_input();
    return {};
  }

  void read_input() {
    if (operation_->decide.read) rest_ = operation_->decide.read(document_.root());
  }

  AwsResult<void> check_form() const {
    json::Value input = document_.root();
    TRY(check_types(*operation_->input, input));
    if (operation_->name_first) TRY(check_table_name(input));
    return check_constraints(*operation_->input, input);
  }

  AwsResult<Principal> authenticate(const State& state, const Moment& moment) override {
    return authenticate_call(http_, environment_, state, moment);
  }

  AwsResult<void> check(const State&, const Moment&) override {
    if (body().empty()) return fail(serialization());
    if (!operation_->decide) return fail(not_implemented(operation_->name));
    return well_formed_;
  }

  AwsResult<void> authorise(const State& state, const Moment& moment) override {
    return authorise_call(state.dynamodb(), *operation_, call(moment), *judge());
  }

  AwsResult<Outcome> answer(const State& state, const Moment& moment) override {
    if (operation_->decide.decide) return operation_->decide.decide(state.dynamodb(), call(moment));
    if (asked_ == parts_done()) read_input();  // it was asked in vain, and what it read is used up
    asked_ = parts_done();
    if (!*rest_) return fail(rest_->error());
    return (**rest_)(state.dynamodb(), call(moment));
  }

  Call call(const Moment& moment) const {
    return {http_, operation_->name, document_.root(), principal_, moment.now, moment.entropy, moment.history_since, parts_done()};
  }

  http::Response render(const AwsError& error) const override { return dynamodb::render(error); }

  void finish(http::Response& response) const override { dynamodb::finish(response, http_, request_id_); }

  http::Response finished(http::Response response) const {
    finish(response);
    return response;
  }

  const Operation* operation_;
  std::optional<std::string> decoded_;  ///< the body, where it came in a content coding
  json::Document document_;
  AwsResult<void> well_formed_;
  std::optional<AwsResult<Rest>> rest_;  ///< of a rule in two steps
  std::optional<size_t> asked_;          ///< the part that it was asked for last
};

}  // namespace

std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id) {
  return std::make_unique<DynamoDbCall>(request, environment, request_id);
}

}  // namespace cloudemu::dynamodb
