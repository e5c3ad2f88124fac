#include "services/query/frontend.h"

#include "core/strings.h"
#include "protocol/json.h"
#include "protocol/url_scheme.h"
#include "services/find_by_name.h"
#include "services/iam/authenticate.h"
#include "services/pipeline.h"
#include "services/query/call.h"
#include "services/query/errors.h"

namespace cloudemu::query {

const Operation* Service::find(std::string_view operation) const { return find_by_name(operations, operation); }

namespace {

/// The largest bodies are messages of 1 MiB with every character escaped.
constexpr uint64_t kBodyBytesMax = 8 << 20;
/// No action at all has a reply of its own kind in the Query protocol, not an ErrorResponse.
constexpr std::string_view kNoAction = "UnknownOperationException";

class QueryCall final : public Pipeline {
 public:
  QueryCall(const http::Request& request, const Environment& environment, uint64_t request_id, std::vector<const Service*> services)
      : Pipeline(services.back()->traits.name, request, environment, request_id), services_(std::move(services)), api_(services_.back()) {
    if (request.header("accept").find("application/json") != std::string_view::npos) shape_ = Shape::query_json;
    if (api_->traits.json_error_type && request.find("x-amz-target") && !is_form(request)) shape_ = Shape::json;
  }

  BodyPlan body_plan() const override { return {.bytes_max = kBodyBytesMax}; }
  http::Response body_too_large() const override { return refused(request_too_large()); }
  http::Response unavailable(Unavailable why) const override { return refused(unavailable_error(why)); }
  http::Response forbidden(std::string_view why) const override { return refused(access_denied(std::string(why))); }

 private:
  std::string_view operation_name() const override { return operation_ ? operation_->name : std::string_view(); }

  AwsResult<Outcome> answer(const State& state, const Moment& moment) override {
    if (!*rest_) return fail(rest_->error());
    Outcome outcome = TRY((**rest_)(state, call(moment)));
    if (auto* answer = std::get_if<Answer>(&outcome)) {
      answer->response.set("Content-Type", ReplyWriter::content_type(shape_));
    }
    return outcome;
  }

  Call call(const Moment& moment) const {
    return {.http = http_,
            .service = api_->traits,
            .environment = environment_,
            .principal = principal_,
            .moment = moment,
            .operation = operation_->name,
            .request_id = request_id_,
            .shape = shape_};
  }

  AwsResult<void> understand() override {
    // A form that holds an object is JSON sent by a tool.
    if (api_->traits.json_error_type && http_.find("x-amz-target") && http_.body.starts_with('{')) shape_ = Shape::json;
    TRY(shape_ == Shape::json ? understand_json() : understand_form());
    if (operation_->decide) rest_ = operation_->decide(input_);
    return {};
  }

  AwsResult<void> understand_json() {
    std::string_view target = http_.header("x-amz-target");
    operation_ = api_->find(target.substr(target.find('.') + 1));
    if (!operation_) return fail(AwsError{"InvalidAction", 400, {}});
    // A call without input may come without a body.
    auto document = json::Document::parse(http_.body.empty() ? std::string_view("{}") : std::string_view(http_.body));
    if (!document || !document->root().is_object()) return fail(malformed_input({}));
    document_ = std::move(*document);
    input_ = document_.root();
    return {};
  }

  AwsResult<void> understand_form() {
    form_ = Form(http_.query, http_.body);
    if (!form_.is_text()) return fail(malformed_input("The request is not UTF-8."));
    std::string_view action = form_.find("Action").value_or(api_->only_action);
    if (action.empty()) return fail(AwsError{std::string(kNoAction), 404, {}});
    api_ = &service_of(action);
    service_ = api_->traits.name;
    operation_ = api_->find(action);
    if (!operation_ || is_out_of_place(*operation_)) return fail(invalid_action(api_->traits, action, form_.find("Version")));
    input_ = &form_;
    return {};
  }

  /// Called at another address, or in another version, than it is there for. Who names no version gets the one there is: AWS refuses that
  /// where actions are known by their version, but it harms nobody who writes a request by hand.
  bool is_out_of_place(const Operation& operation) const {
    if (operation.endpoint == Endpoint::service_only && api_->is_resource_path(http_.path)) return true;
    return !api_->traits.fault_namespace.empty() && form_.find("Version").value_or(api_->traits.version) != api_->traits.version;
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

  AwsResult<Principal> authenticate(const State& state, const Moment& moment) override {
    QueryParameters parameters = QueryParameters::parse(http_.query);
    AuthInput input{.http = http_, .query = parameters, .service = api_->traits.name, .body = http_.body};
    if (environment_.auth == AuthMode::verify) input.region = region_of_host(http_.header("host"), api_->traits.name);
    bool may_be_granted = api_->authorise && evaluates_policies() && can_be_granted(operation_->needs);
    input.lets_anonymous_in = may_be_granted || operation_->needs.of == Needs::Of::token;
    auto principal = cloudemu::authenticate(input, environment_, state, moment);
    if (!principal) return fail(refused_caller(principal.error(), moment));
    return std::move(*principal);
  }

  /// Where policies may let anybody in, whoever signs nothing is a caller like others, only that it has no access.
  AwsError refused_caller(const AuthRefusal& refusal, const Moment& moment) const {
    if (refusal.flaw != AuthRefusal::Flaw::missing || !api_->authorise) return query::refused(refusal, api_->traits, moment.real_now);
    return access_denied(concat("Access to the resource ", http::url_scheme(http_), http_.header("host"), http_.path, " is denied."));
  }

  AwsResult<void> check(const State&, const Moment&) override {
    if (!operation_->decide) return fail(not_implemented(api_->traits, operation_->name));
    return {};
  }

  AwsResult<void> authorise(const State& state, const Moment& moment) override {
    if (!api_->authorise) return {};
    return api_->authorise(state, call(moment), *operation_, input_, *judge());
  }

  http::Response render(const AwsError& error) const override {
    if (error.code != kNoAction) return render_error(error, api_->traits, shape_, request_id_);
    http::Response response{.status = error.status, .headers = {}, .body = "<UnknownOperationException/>\n"};
    response.set("Content-Type", "text/xml");
    return response;
  }

  void finish(http::Response& response) const override { response.set("x-amzn-RequestId", request_id_uuid(request_id_)); }

  std::vector<const Service*> services_;
  const Service* api_;
  const Operation* operation_ = nullptr;
  Shape shape_ = Shape::xml;
  json::Document document_;  // input_ refers to this, or to the form
  Form form_;
  Input input_;
  std::optional<AwsResult<Rest>> rest_;  ///< of the rule
};

}  // namespace

std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id,
                                       std::vector<const Service*> services) {
  return std::make_unique<QueryCall>(request, environment, request_id, std::move(services));
}

}  // namespace cloudemu::query
