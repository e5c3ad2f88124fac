#include "services/dynamodb/frontend.h"

#include "core/digest.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "services/auth.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

namespace {

constexpr uint64_t kBodyBytesMax = 16 << 20;

std::string request_id_header(uint64_t id) {
  static constexpr char kAlphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string out = request_id_text(id);
  uint64_t mixed = id;
  for (int i = 0; i < 36; ++i) {
    mixed = mixed * 6364136223846793005ULL + 1442695040888963407ULL;
    out.push_back(kAlphabet[(mixed >> 33) % 36]);
  }
  return out;
}

class DynamoDbCall final : public PendingCall {
 public:
  DynamoDbCall(const http::Request& request, const Environment& environment, uint64_t request_id)
      : PendingCall({}, request_id), http_(request), environment_(environment) {
    std::string_view target = request.header("x-amz-target");
    operation_ = find_operation(target.substr(target.find('.') + 1));
    info_.operation = operation_ ? operation_->name : "";
  }

  std::optional<http::Response> admit(const State&, const Moment&) override { return std::nullopt; }
  BodyPlan body_plan() const override { return {.bytes_max = kBodyBytesMax}; }

  Outcome decide(const State& state, const Moment& moment) override {
    auto outcome = decide_checked(state, moment);
    if (!outcome) return outcome_of(finish(render(outcome.error())));
    outcome->response = finish(std::move(outcome->response));
    return std::move(*outcome);
  }

  http::Response body_too_large() const override { return finish({.status = 413, .headers = {}, .body = {}}); }
  http::Response unavailable(Unavailable why) const override {
    if (why == Unavailable::disk_full) return finish(render({"ServiceUnavailable", 503, "The disk is full."}));
    return finish(render({"InternalServerError", 500, "The log takes no writes."}));
  }

 private:
  AwsResult<Outcome> decide_checked(const State& state, const Moment& moment) {
    auto principal = authenticate({.http = http_, .query = {}, .service = "dynamodb", .body = http_.body}, environment_, state, moment);
    if (!principal) return fail(AwsError{"MissingAuthenticationTokenException", 400, "Request is missing Authentication Token"});
    principal_ = std::move(*principal);
    info_ = call_info(info_.operation, principal_, http_);
    if (!operation_) return fail(AwsError{"UnknownOperationException", 400, ""});
    auto document = json::Document::parse(http_.body);
    if (!document) return fail(AwsError{"SerializationException", 400, ""});
    return operation_->decide(state.dynamodb(),
                              Call{http_, document->root(), principal_, request_id_, moment.now, moment.entropy});
  }

  static http::Response render(const AwsError& error) {
    http::Response response{.status = error.status, .headers = {}, .body = {}};
    JsonWriter(response.body)
        .begin_object()
        .field("__type", concat("com.amazonaws.dynamodb.v20120810#", error.code))
        .field("message", error.message)
        .end_object();
    return response;
  }

  http::Response finish(http::Response response) const {
    response.set("Content-Type", "application/x-amz-json-1.0")
        .set("x-amzn-RequestId", request_id_header(request_id_))
        .set("x-amz-crc32", std::to_string(crc32(response.body)));
    return response;
  }

  const http::Request& http_;
  const Environment& environment_;
  const Operation* operation_;
  Principal principal_;
};

}  // namespace

std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id) {
  return std::make_unique<DynamoDbCall>(request, environment, request_id);
}

}  // namespace cloudemu::dynamodb
