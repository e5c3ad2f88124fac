#include "services/other_service.h"

#include "core/json_writer.h"
#include "core/strings.h"
#include "protocol/xml_writer.h"
#include "services/query/form.h"

namespace cloudemu {

namespace {

constexpr std::string_view kCode = "NotImplemented";

class OtherServiceCall final : public PendingCall {
 public:
  OtherServiceCall(const http::Request& request, std::string_view service, uint64_t request_id)
      : PendingCall("other", request_id),
        http_(request),
        message_(concat("CloudEmu answers S3, DynamoDB, SQS and STS. It does not emulate ", service, ".")) {}

  std::optional<http::Response> admit(const State&, const Moment&) override { return refusal(); }
  BodyPlan body_plan() const override { return {}; }
  Outcome decide(const State&, const Moment&) override { return outcome_of(refusal()); }
  http::Response body_too_large() const override { return refusal(); }
  http::Response unavailable(Unavailable) const override { return refusal(); }
  http::Response forbidden(std::string_view why) const override {
    http::Response response{.status = 403, .body = concat(why, "\n")};
    response.set("Content-Type", "text/plain");
    return response;
  }

 private:
  http::Response refusal() const {
    if (query::is_form(http_)) return xml();
    if (http_.find("x-amz-target")) return json("__type", "application/x-amz-json-1.1");
    http::Response response = json("code", "application/json");
    response.set("x-amzn-ErrorType", kCode);
    return response;
  }

  http::Response json(std::string_view code_member, std::string_view content_type) const {
    http::Response response{.status = 501};
    JsonWriter(response.body).begin_object().field(code_member, kCode).field("message", std::string_view(message_)).end_object();
    response.set("Content-Type", content_type);
    return response;
  }

  http::Response xml() const {
    http::Response response{.status = 501};
    xml::Writer xml;
    xml.open("ErrorResponse").open("Error").element("Type", "Sender").element("Code", kCode).element("Message", message_).close().close();
    response.body = xml.take();
    response.set("Content-Type", "text/xml");
    return response;
  }

  const http::Request& http_;
  std::string message_;
};

}  // namespace

std::unique_ptr<PendingCall> open_other_service_call(const http::Request& request, std::string_view service, uint64_t request_id) {
  return std::make_unique<OtherServiceCall>(request, service, request_id);
}

}  // namespace cloudemu
