#include "services/query/frontend.h"

#include "core/strings.h"
#include "services/auth.h"
#include "services/find_by_name.h"
#include "services/query/errors.h"

namespace cloudemu::query {

const Operation* Service::find(std::string_view operation) const { return find_by_name(operations, operation); }

Outcome CallBase::decide(const State& state, const Moment& moment) {
  auto outcome = decide_checked(state, moment);
  if (!outcome) return outcome_of(finish(render(outcome.error())));
  outcome->response.set("Content-Type", std::string(ReplyWriter::content_type(shape_)));
  outcome->response = finish(std::move(outcome->response));
  return std::move(*outcome);
}

AwsResult<Outcome> CallBase::decide_checked(const State& state, const Moment& moment) {
  if (!identified_) {
    TRY(understand());
    TRY(identify(state, moment));
    identified_ = true;
  }
  if (!operation_->decide) return fail(not_implemented(service_->traits, operation_->name));
  Call call{.http = http_,
            .service = service_->traits,
            .environment = environment_,
            .principal = principal_,
            .moment = moment,
            .operation = operation_->name,
            .request_id = request_id_,
            .shape = shape_};
  return operation_->decide(state, call, input_);
}

AwsResult<void> CallBase::identify(const State& state, const Moment& moment) {
  QueryParameters parameters = QueryParameters::parse(http_.query);
  AuthInput input{.http = http_, .query = parameters, .service = service_->traits.name, .body = http_.body};
  auto principal = authenticate(input, environment_, state, moment);
  if (!principal) return fail(refused(principal.error(), service_->traits, moment.real_now));
  principal_ = std::move(*principal);
  info_ = call_info(operation_->name, principal_, http_);
  return {};
}

http::Response CallBase::finish(http::Response response) const {
  response.set("x-amzn-RequestId", request_id_uuid(request_id_));
  return response;
}

http::Response CallBase::body_too_large() const { return finish(render(request_too_large())); }

http::Response CallBase::unavailable(Unavailable why) const {
  return finish(render(why == Unavailable::disk_full ? service_unavailable() : internal_failure()));
}

namespace {

/// No action at all has a reply of its own kind, not an ErrorResponse.
constexpr std::string_view kNoAction = "UnknownOperationException";

class QueryCall final : public CallBase {
 public:
  QueryCall(const http::Request& request, const Environment& environment, uint64_t request_id, std::vector<const Service*> services)
      : CallBase(request, environment, request_id), services_(std::move(services)) {
    service_ = services_.back();
    if (request.header("accept").find("application/json") != std::string_view::npos) shape_ = Shape::query_json;
  }

 private:
  AwsResult<void> understand() override {
    form_ = Form(http_.query, http_.body);
    if (!form_.is_text()) return fail(malformed_input("The request is not UTF-8."));
    std::string_view action = form_.find("Action").value_or("");
    if (action.empty()) return fail(AwsError{std::string(kNoAction), 404, {}});
    service_ = &service_of(action);
    operation_ = service_->find(action);
    if (!operation_) return fail(invalid_action(action));
    if (operation_->endpoint == Endpoint::service_only && service_->is_resource_path(http_.path)) {
      return fail(invalid_action(action));
    }
    input_ = &form_;
    return {};
  }

  const Service& service_of(std::string_view action) const {
    for (const Service* service : services_) {
      if (form_.find("Version") == service->traits.version) return *service;
    }
    for (const Service* service : services_) {
      if (service->find(action)) return *service;
    }
    return *services_.back();
  }

  http::Response render(const AwsError& error) const override {
    if (error.code != kNoAction) return render_error(error, service_->traits, shape_, request_id_);
    http::Response response{.status = error.status, .headers = {}, .body = "<UnknownOperationException/>\n"};
    response.set("Content-Type", "text/xml");
    return response;
  }

  std::vector<const Service*> services_;
  Form form_;
};

}  // namespace

std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id,
                                       std::vector<const Service*> services) {
  return std::make_unique<QueryCall>(request, environment, request_id, std::move(services));
}

}  // namespace cloudemu::query
