#include "services/s3/frontend.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/xml_writer.h"
#include "services/iam/authenticate.h"
#include "services/pipeline.h"
#include "services/s3/auth_errors.h"
#include "services/s3/authorise.h"
#include "services/s3/browser.h"
#include "services/s3/checksum.h"
#include "services/s3/content.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"
#include "services/s3/post_form.h"
#include "services/s3/real_headers.h"
#include "services/s3/reply.h"
#include "services/s3/route.h"
#include "services/s3/settings/request_payment.h"
#include "services/s3/website.h"

namespace cloudemu::s3 {

namespace {

/// Of documents: the largest is a CompleteMultipartUpload of 10,000 parts with checksums.
constexpr uint64_t kDocumentBytesMax = 8 << 20;

class S3Call final : public Pipeline {
 public:
  S3Call(const http::Request& request, const Environment& environment, uint64_t request_id)
      : Pipeline("s3", request, environment, request_id),
        query_(QueryParameters::parse(request.query)),
        address_(parse_address(request.header("host"), request.path, environment.domains)),
        presigned_(is_s3_presigned(query_)) {}

  BodyPlan body_plan() const override {
    if (plan_) return {.upload = plan_};
    return {.bytes_max = kDocumentBytesMax};
  }

  http::Response body_too_large() const override { return refused(max_message_length_exceeded(kDocumentBytesMax)); }
  std::optional<PageAccess> page_access(const State& state) const override {
    auto access = cors_page_access(state.s3(), address_.bucket, http_, environment_);
    // The bucket may open itself, not the others that a copy reads.
    if (access && names_copy_source()) access->lets_in = false;
    return access;
  }

  std::string resource() const override { return object_name(address_.bucket, address_.key); }
  http::Response unavailable(Unavailable why) const override { return refused(unavailable_error(why)); }
  http::Response forbidden(std::string_view why) const override { return refused(access_denied(std::string(why))); }

 private:
  std::string_view operation_name() const override { return operation_ ? operation_->name : std::string_view(); }

  AuthInput auth_input() const {
    return {.http = http_,
            .query = query_,
            .service = "s3",
            .lets_anonymous_in = evaluates_policies(),
            .host_bucket = address_.by_host ? std::string_view(address_.bucket) : std::string_view()};
  }

  /// Caller and resource stand in the head, but for a form. What conditions of policies ask of a document is looked at when it is there.
  AwsResult<void> begin(const State& state, const Moment& moment) override {
    if (is_form()) {
      TRY(understand());
      if (is_upload_form()) TRY(check(state, moment));
    }
    if (!is_upload_form()) {
      TRY(identify(state, moment));
      if (!takes_document()) TRY(permit(state, moment));
    }
    if (operation_->admit) TRY(operation_->admit(state.s3(), call(state, moment)));
    if (operation_->plan) plan_body(state, moment);
    return {};
  }

  void plan_body(const State& state, const Moment& moment) {
    plan_ = operation_->plan(state.s3(), call(state, moment));
    plan_->signing = chunk_signing(auth_input(), environment_, state);
    if (!plan_->form || !is_upload_form()) return;
    // Who may not upload does not fill the disk first. decide() looks again, and says why not.
    plan_->form->admit = [this, &state, moment](const FormPlan::Fields& fields) { return lets_in(fields, state, moment); };
  }

  bool lets_in(const FormPlan::Fields& fields, const State& state, const Moment& moment) {
    auto principal = check_fields(fields, state, moment);
    if (!principal) return false;
    set_principal(std::move(*principal), operation_->name);
    // The file's name, which may be a part of the key, is not known yet.
    bool is_key_known = field_text(fields, "key").find("${filename}") == std::string_view::npos;
    fields_ = &fields;
    bool may_write = !is_key_known || permit(state, moment);
    fields_ = nullptr;
    return may_write;
  }

  AwsResult<void> understand() override {
    operation_ = TRY(find_operation(http_, query_, scope()));
    return {};
  }

  void read_body() override {
    if (!takes_document()) return;
    document_ = xml::parse(http_.body);
    hashes_ = check_document_hashes(http_);
  }

  bool takes_document() const { return operation_->body == Body::document || operation_->body == Body::parts_list; }

  AwsResult<Principal> authenticate(const State& state, const Moment& moment) override {
    // A preflight is unsigned.
    if (http_.method == "OPTIONS") return Principal{};
    if (is_upload_form()) {
      TRY(check_post_form(*upload_));
      return check_fields(upload_->fields, state, moment);
    }
    AuthInput input = auth_input();
    input.region = expected_region(state.s3());
    auto principal = cloudemu::authenticate(input, environment_, state, moment);
    if (!principal) return fail(auth_error(principal.error(), http_, query_, moment));
    return std::move(*principal);
  }

  AwsResult<void> check(const State& state, const Moment& moment) override {
    // A browser asks with the very URL of the request that is to follow, whatever its parameters mean there.
    if (http_.method == "OPTIONS") return {};
    if (const std::string* version = query_.find("versionId"); version && !takes_version_id(*operation_)) {
      // ?acl may have one, if not at a bucket.
      bool is_acl = operation_->route.subresource == "acl";
      return fail(invalid_argument(is_acl ? "Invalid version id specified" : "This operation does not accept a version-id.", "versionId",
                                   *version));
    }
    TRY(check_key());
    if (!operation_->decide) return fail(not_implemented(operation_->name));
    if (operation_->decide == post_object && !is_post_form(http_)) {
      return fail(precondition_failed("Bucket POST must be of the enclosure-type multipart/form-data"));
    }
    if (operation_->body != Body::stream) TRY(check_payload_word(state.s3()));
    return refuse_unbuilt_headers(call(state, moment), operation_->name);
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
    if (climbs_out(address_.key)) return fail(bare_error(400));
    if (!is_utf8(address_.key) || !is_utf8(address_.bucket)) return fail(invalid_uri(http_.path));
    return {};
  }

  /// A browser's upload, which has its signature among its fields, unless its URL or its headers carry one.
  bool is_form() const { return scope() == Scope::bucket && !presigned_ && !http_.find("authorization") && is_post_form(http_); }

  /// Of a call that is no upload: an upload's rule looks for itself.
  AwsResult<void> check_payload_word(const S3ReadModel& state) const {
    bool is_hash = TRY(check_content_sha256(http_));
    if (is_hash || !is_unsigned_stream(http_)) return {};
    bool is_known = address_.bucket.empty() || state.find_bucket(address_.bucket);  // what is not there the rule tells
    return is_known ? fail(invalid_request("The value of x-amz-content-sha256 header is invalid.")) : AwsResult<void>();
  }

  bool names_copy_source() const {
    constexpr std::string_view kHeader = "x-amz-copy-source";
    const auto& parameters = query_.all();
    return http_.find(kHeader) || std::any_of(parameters.begin(), parameters.end(),
                                              [&](const auto& parameter) { return starts_with_ignoring_case(parameter.name, kHeader); });
  }

  bool is_upload_form() const { return operation_ && operation_->decide == post_object && is_form(); }

  /// Who filled the form in.
  AwsResult<Principal> check_fields(const FormPlan::Fields& fields, const State& state, const Moment& moment) const {
    auto signature = TRY(form_signature(fields));
    if (!signature && environment_.auth == AuthMode::verify && !evaluates_policies()) return fail(access_denied());
    if (!signature) return Principal{};
    signature->region = expected_region(state.s3());
    auto principal = authenticate_form(*signature, environment_, state, moment);
    if (!principal) return fail(form_auth_error(principal.error(), signature->credential, http_, query_, moment));
    return std::move(*principal);
  }

  AwsResult<void> authorise(const State& state, const Moment& moment) override {
    if (is_upload_form()) {
      const FormPlan::Fields& fields = upload_ ? upload_->fields : *fields_;
      std::string_view file_name = upload_ ? std::string_view(*upload_->file_name) : std::string_view();
      return authorise_post_object(state.s3(), *operation_, call(state, moment), fields, file_name);
    }
    return authorise_call(state.s3(), *operation_, call(state, moment));
  }

  AwsResult<Outcome> answer(const State& state, const Moment& moment) override {
    Call asked = call(state, moment);
    if (takes_document() && !hashes_) return fail(hashes_.error());
    if (operation_->body == Body::document) TRY(check_document_checksum(asked));
    auto outcome = operation_->decide(state.s3(), asked);
    if (outcome) tell_charge(*outcome, state.s3(), asked);
    if (outcome || !judge()) return outcome;
    return fail(hide_missing_key(state.s3(), *operation_, asked, std::move(outcome.error())));
  }

  void tell_charge(Outcome& outcome, const S3ReadModel& state, const Call& asked) const {
    const Bucket* bucket = asked.header("x-amz-request-payer").empty() ? nullptr : state.find_bucket(address_.bucket);
    auto* answer = std::get_if<Answer>(&outcome);
    if (bucket && answer) set_request_charged(answer->response, *bucket, asked);
  }

  Call call(const State& state, const Moment& moment) {
    return Call{.http = http_,
                .query = query_,
                .bucket = address_.bucket,
                .key = address_.key,
                .principal = principal_,
                .request_id = request_id_,
                .now = moment.now,
                .entropy = moment.entropy,
                .everything = state,
                .body = upload_ ? &*upload_ : nullptr,
                .digests = digests_ ? &*digests_ : nullptr,
                .document = document_ ? &*document_ : nullptr,
                .presigned = presigned_,
                .by_host = address_.by_host,
                .legacy_acl = environment_.legacy_acl,
                .lifecycle_day = moment.lifecycle_day,
                .clock = moment.clock,
                .judge = judge()};
  }

  http::Response render(const AwsError& error) const override { return render_error(error, request_id_); }

  void finish(http::Response& response) const override {
    response.set("x-amz-request-id", request_id_text(request_id_)).set("x-amz-id-2", host_id(request_id_));
  }

  QueryParameters query_;
  Address address_;
  bool presigned_;
  const Operation* operation_ = nullptr;
  std::optional<UploadPlan> plan_;
  std::optional<Document> document_;
  AwsResult<void> hashes_;                    ///< whether they are the document's
  const FormPlan::Fields* fields_ = nullptr;  ///< of a form whose file has not come yet
};

}  // namespace

std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id) {
  if (is_website(request.header("host"))) return open_website_call(request, environment, request_id);
  return std::make_unique<S3Call>(request, environment, request_id);
}

http::Response render_error(const AwsError& error, uint64_t request_id) {
  if (error.code.empty()) return {.status = error.status, .headers = error.headers};
  xml::Writer xml;
  xml.open("Error").element("Code", error.code).element("Message", error.message);
  for (const auto& [name, value] : error.members) xml.element(name, value);
  xml.element("RequestId", request_id_text(request_id)).element("HostId", host_id(request_id)).close();
  http::Response response{.status = error.status, .headers = error.headers, .body = xml.take()};
  response.set("Content-Type", "application/xml");
  return response;
}

}  // namespace cloudemu::s3
