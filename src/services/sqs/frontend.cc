#include "services/sqs/frontend.h"

#include "core/json_writer.h"
#include "core/strings.h"
#include "protocol/json.h"
#include "services/query/frontend.h"
#include "services/sqs/errors.h"
#include "services/sqs/operations.h"

namespace cloudemu::sqs {

namespace {

class JsonCall final : public query::CallBase {
 public:
  JsonCall(const http::Request& request, const Environment& environment, uint64_t request_id) : CallBase(request, environment, request_id) {
    service_ = &service();
    shape_ = query::Shape::json;
  }

 private:
  AwsResult<void> understand() override {
    std::string_view target = http_.header("x-amz-target");
    operation_ = service_->find(target.substr(target.find('.') + 1));
    if (!operation_) return fail(AwsError{"UnknownOperationException", 400, {}});
    // A call without input may come without a body.
    auto document = json::Document::parse(http_.body.empty() ? std::string_view("{}") : std::string_view(http_.body));
    if (!document || !document->root().is_object()) return fail(AwsError{"SerializationException", 400, {}});
    document_ = std::move(*document);
    input_ = document_.root();
    return {};
  }

  http::Response render(const AwsError& error) const override {
    http::Response response{.status = error.status, .headers = error.headers, .body = {}};
    JsonWriter json(response.body);
    json.begin_object().field("__type", json_error_type(error.code));
    if (!error.message.empty()) json.field("message", error.message);
    json.end_object();
    response.set("Content-Type", std::string(query::ReplyWriter::content_type(shape_)))
        .set("x-amzn-query-error", concat(error.code, error.status < 500 ? ";Sender" : ";Receiver"));
    return response;
  }

  json::Document document_;
};

}  // namespace

std::unique_ptr<PendingCall> open_json_call(const http::Request& request, const Environment& environment, uint64_t request_id) {
  return std::make_unique<JsonCall>(request, environment, request_id);
}

}  // namespace cloudemu::sqs
