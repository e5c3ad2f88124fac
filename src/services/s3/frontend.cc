#include "services/s3/frontend.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/xml_writer.h"
#include "services/auth.h"
#include "services/s3/auth_errors.h"
#include "services/s3/checksum.h"
#include "services/s3/content.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"
#include "services/s3/post_form.h"
#include "services/s3/real_headers.h"
#include "services/s3/route.h"
#include "services/s3/settings/cors.h"

namespace cloudemu::s3 {

namespace {

/// Of documents: the largest is a CompleteMultipartUpload of 10,000 parts with checksums.
constexpr uint64_t kDocumentBytesMax = 8 << 20;

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
      : PendingCall("s3", request_id),
        http_(request),
        environment_(environment),
        query_(QueryParameters::parse(request.query)),
        address_(parse_address(request.header("host"), request.path, environment.domains)),
        presigned_(is_s3_presigned(query_)) {}

  std::optional<http::Response> admit(const State& state, const Moment& moment) override {
    auto checked = check_head(state, moment);
    if (!checked) return finish(render_error(checked.error(), request_id_));
    if (operation_->plan) {
      plan_ = operation_->plan(state.s3(), call(moment));
      plan_->signing = chunk_signing(auth_input(), environment_, state);
      if (plan_->form && is_form()) {
        // Who may not upload does not fill the disk first. decide() looks again, and says why not.
        plan_->form->admit = [this, &state, moment](const FormPlan::Fields& fields) {
          return check_fields(fields, state, moment).has_value();
        };
      }
    }
    return std::nullopt;
  }

  BodyPlan body_plan() const override {
    if (plan_) return {.upload = plan_};
    return {.bytes_max = kDocumentBytesMax};
  }

  Outcome decide(const State& state, const Moment& moment) override {
    auto outcome = decide_checked(state, moment);
    if (!outcome) return outcome_of(finish(render_error(outcome.error(), request_id_)));
    outcome->response = finish(std::move(outcome->response));
    return std::move(*outcome);
  }

  http::Response body_too_large() const override {
    return finish(render_error(max_message_length_exceeded(kDocumentBytesMax), request_id_));
  }

  std::optional<PageAccess> page_access(const State& state) const override {
    auto origin = http_.find("origin");
    const Bucket* bucket = origin ? state.s3().find_bucket(address_.bucket) : nullptr;
    const Cors* cors = bucket ? bucket->settings.find<Cors>() : nullptr;
    if (!cors) return std::nullopt;
    auto headers = cors_headers(*cors, {.origin = *origin, .method = http_.method, .headers = {}});
    if (!headers) return PageAccess{};
    // The bucket may open itself, not the others that a copy reads.
    return PageAccess{.reply_headers = std::move(*headers), .lets_in = !names_copy_source()};
  }

  std::string resource() const override { return object_name(address_.bucket, address_.key); }

  http::Response unavailable(Unavailable why) const override { return finish(render_error(unavailable_error(why), request_id_)); }

  http::Response forbidden(std::string_view why) const override {
    return finish(render_error(access_denied(std::string(why)), request_id_));
  }

 private:
  AuthInput auth_input() const {
    return {.http = http_,
            .query = query_,
            .service = "s3",
            .host_bucket = address_.by_host ? std::string_view(address_.bucket) : std::string_view()};
  }

  AwsResult<void> check_head(const State& state, const Moment& moment) {
    // A preflight is unsigned.
    if (http_.method != "OPTIONS" && !is_form()) TRY(authenticate_head(state, moment));
    operation_ = TRY(find_operation(http_, query_, scope()));
    if (is_form() && operation_->decide != post_object) TRY(authenticate_head(state, moment));
    info_ = call_info(operation_->name, principal_, http_);
    if (const std::string* version = query_.find("versionId"); version && !takes_version_id(*operation_)) {
      return fail(invalid_argument("This operation does not accept a version-id.", "versionId", *version));
    }
    TRY(check_key());
    if (!operation_->decide) return fail(not_implemented(operation_->name));
    TRY(refuse_unbuilt_headers(call(moment), operation_->name));
    if (operation_->admit) return operation_->admit(state.s3(), call(moment));
    return {};
  }

  /// Where the request should have been signed for: where its bucket is. Whoever asks for that may not know it yet.
  std::string_view expected_region(const S3ReadModel& state) const {
    if (environment_.auth == AuthMode::off) return {};
    bool asks_for_it = query_.contains("location") || (http_.method == "PUT" && scope() == Scope::bucket);
    const Bucket* bucket = address_.bucket.empty() || asks_for_it ? nullptr : state.find_bucket(address_.bucket);
    return bucket ? std::string_view(bucket->region) : region_of_host(http_.header("host"), "s3");
  }

  Scope scope() const { return address_.bucket.empty() ? Scope::service : address_.key.empty() ? Scope::bucket : Scope::object; }

  AwsResult<void> check_key() const {
    TRY(check_key_size(address_.key));
    if (!is_utf8(address_.key) || !is_utf8(address_.bucket)) return fail(invalid_uri(http_.path));
    return {};
  }

  AwsResult<void> authenticate_head(const State& state, const Moment& moment) {
    AuthInput input = auth_input();
    input.region = expected_region(state.s3());
    auto principal = authenticate(input, environment_, state, moment);
    if (!principal) return fail(auth_error(principal.error(), http_, query_, moment));
    principal_ = std::move(*principal);
    return {};
  }

  /// A browser's upload, which has its signature among its fields, unless its URL or its headers carry one.
  bool is_form() const { return scope() == Scope::bucket && !presigned_ && !http_.find("authorization") && is_post_form(http_); }

  bool names_copy_source() const {
    constexpr std::string_view kHeader = "x-amz-copy-source";
    const auto& parameters = query_.all();
    return http_.find(kHeader) || std::any_of(parameters.begin(), parameters.end(),
                                              [&](const auto& parameter) { return starts_with_ignoring_case(parameter.name, kHeader); });
  }

  /// Who filled the form in.
  AwsResult<Principal> check_fields(const FormPlan::Fields& fields, const State& state, const Moment& moment) const {
    auto signature = TRY(form_signature(fields));
    if (!signature && environment_.auth == AuthMode::verify) return fail(access_denied());
    if (!signature) return Principal{};
    auto principal = authenticate_form(*signature, environment_, state, moment);
    if (!principal) return fail(auth_error(principal.error(), http_, query_, moment));
    return std::move(*principal);
  }

  AwsResult<void> authenticate_fields(const State& state, const Moment& moment) {
    TRY(check_post_form(*upload_));
    principal_ = TRY(check_fields(upload_->fields, state, moment));
    info_ = call_info(operation_->name, principal_, http_);
    return {};
  }

  AwsResult<Outcome> decide_checked(const State& state, const Moment& moment) {
    if (upload_ && is_form()) TRY(authenticate_fields(state, moment));
    Call asked = call(moment);
    if (operation_->body == Body::document || operation_->body == Body::parts_list) TRY(check_document_hashes(asked));
    if (operation_->body == Body::document) TRY(check_document_checksum(asked));
    return operation_->decide(state.s3(), asked);
  }

  Call call(const Moment& moment) const {
    return Call{.http = http_,
                .query = query_,
                .bucket = address_.bucket,
                .key = address_.key,
                .principal = principal_,
                .request_id = request_id_,
                .now = moment.now,
                .entropy = moment.entropy,
                .body = upload_ ? &*upload_ : nullptr,
                .digests = digests_ ? &*digests_ : nullptr,
                .presigned = presigned_,
                .by_host = address_.by_host,
                .legacy_acl = environment_.legacy_acl};
  }

  http::Response finish(http::Response response) const {
    response.set("x-amz-request-id", request_id_text(request_id_)).set("x-amz-id-2", host_id(request_id_));
    return response;
  }

  const http::Request& http_;
  const Environment& environment_;
  QueryParameters query_;
  Address address_;
  bool presigned_;
  const Operation* operation_ = nullptr;
  Principal principal_;
  std::optional<UploadPlan> plan_;
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
