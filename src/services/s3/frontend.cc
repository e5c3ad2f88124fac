#include "services/s3/frontend.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/xml_writer.h"
#include "services/auth.h"
#include "services/s3/checksum.h"
#include "services/s3/errors.h"
#include "services/s3/operations.h"

namespace cloudemu::s3 {

namespace {

/// Of documents: the largest is a DeleteObjects of 1000 keys with versions, or a CompleteMultipartUpload of 10,000 parts.
constexpr uint64_t kDocumentBytesMax = 8 << 20;
constexpr uint64_t kObjectBytesMax = 5ULL << 30;

/// x-amz-id-2: some 76 characters of base64 that nobody reads; made from the request id, so that both can be told from one.
std::string host_id(uint64_t request_id) {
  uint64_t mixed = request_id;
  std::string bytes;
  for (int i = 0; i < 7; ++i) {
    mixed = mixed * 6364136223846793005ULL + 1442695040888963407ULL;
    bytes.append(reinterpret_cast<const char*>(&mixed), 8);
  }
  return base64(bytes);
}

class S3Call final : public PendingCall {
 public:
  S3Call(const http::Request& request, const Environment& environment, uint64_t request_id)
      : PendingCall({}, request_id), http_(request), environment_(environment), query_(QueryParameters::parse(request.query)) {
    Address address = parse_address(request.header("host"), request.path);
    bucket_ = std::move(address.bucket);
    key_ = std::move(address.key);
    Scope scope = bucket_.empty() ? Scope::service : key_.empty() ? Scope::bucket : Scope::object;
    operation_ = find_operation(request, query_, scope);
  }

  std::optional<http::Response> admit(const State& state, const Moment& moment) override {
    auto checked = check_head(state, moment);
    if (!checked) return finish(render_error(checked.error(), request_id_));
    return std::nullopt;
  }

  BodyPlan body_plan() const override {
    switch (operation_->body) {
      case Body::none: return {.bytes_max = kDocumentBytesMax};
      case Body::document: return {.bytes_max = kDocumentBytesMax};
      case Body::stream: break;
    }
    return {.upload = upload_plan(http_, kObjectBytesMax)};
  }

  Outcome decide(const State& state, const Moment& moment) override {
    auto outcome = decide_checked(state, moment);
    if (!outcome) return outcome_of(finish(render_error(outcome.error(), request_id_)));
    outcome->response = finish(std::move(outcome->response));
    return std::move(*outcome);
  }

  http::Response body_too_large() const override {
    return finish(render_error(entity_too_large(http_.content_length.value_or(0), kDocumentBytesMax), request_id_));
  }

  http::Response unavailable(Unavailable why) const override {
    AwsError error = why == Unavailable::disk_full ? service_unavailable() : internal_error();
    return finish(render_error(error, request_id_));
  }

 private:
  AwsResult<void> check_head(const State& state, const Moment& moment) {
    auto principal = authenticate({.http = http_, .query = query_, .service = "s3"}, environment_, state, moment);
    if (!principal) return fail(access_denied());
    principal_ = std::move(*principal);
    info_ = call_info(operation_ ? operation_->name : "", principal_, http_);
    if (!operation_) return fail(method_not_allowed(http_.method, key_.empty() ? "BUCKET" : "OBJECT"));
    if (!operation_->decide) return fail(not_implemented(operation_->name));
    if (operation_->admit) return operation_->admit(state.s3(), call(moment));
    return {};
  }

  AwsResult<Outcome> decide_checked(const State& state, const Moment& moment) {
    if (upload_) TRY(check_upload(http_, *upload_));
    return operation_->decide(state.s3(), call(moment));
  }

  Call call(const Moment& moment) const {
    return Call{http_, query_, bucket_, key_, principal_, request_id_, moment.now, moment.entropy, upload_ ? &*upload_ : nullptr};
  }

  http::Response finish(http::Response response) const {
    response.set("x-amz-request-id", request_id_text(request_id_)).set("x-amz-id-2", host_id(request_id_));
    return response;
  }

  const http::Request& http_;
  const Environment& environment_;
  QueryParameters query_;
  std::string bucket_, key_;
  const Operation* operation_;
  Principal principal_;
};

}  // namespace

std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id) {
  return std::make_unique<S3Call>(request, environment, request_id);
}

http::Response render_error(const AwsError& error, uint64_t request_id) {
  xml::Writer xml;
  xml.open("Error").element("Code", error.code).element("Message", error.message);
  for (const auto& [name, value] : error.members) xml.element(name, value);
  xml.element("RequestId", request_id_text(request_id)).element("HostId", host_id(request_id)).close();
  http::Response response{.status = error.status, .headers = error.headers, .body = xml.take()};
  response.set("Content-Type", "application/xml");
  return response;
}

}  // namespace cloudemu::s3
