#include "app/gateway.h"

#include <algorithm>

#include "control/page.h"
#include "core/strings.h"
#include "services/dispatch.h"
#include "services/s3/address.h"

namespace cloudemu {

namespace {

constexpr uint64_t kControlBytesMax = 1 << 20;

/// A call in JSON, to DynamoDB or SQS.
bool announces_target(const http::Request& preflight) {
  return lower(preflight.header("access-control-request-headers")).find("x-amz-target") != std::string::npos;
}

/// Whether a preflight is a bucket's to answer.
bool is_for_bucket(const http::Request& preflight, const Environment& environment) {
  if (announces_target(preflight) || classify(preflight) != Service::s3) return false;
  std::string_view host = preflight.header("host");
  return !s3::bucket_of_website(host).empty() || !s3::parse_address(host, preflight.path, environment.domains).bucket.empty();
}

/// The methods that a page may use, by what the head says the request will be for. Of a preflight little is known: what it will be
/// signed with and say of its target is only announced.
std::string_view methods_of(const http::Request& preflight) {
  constexpr std::string_view kForm = "GET, POST", kJson = "POST", kRest = "GET, HEAD, PUT, POST, DELETE";
  if (Control::claims(preflight)) return kForm;
  if (announces_target(preflight)) return kJson;
  switch (classify(preflight)) {
    case Service::dynamodb:
    case Service::streams: return kJson;
    case Service::s3: return kRest;
    default: return kForm;
  }
}

/// A person in a browser, at the endpoint itself and not at a bucket's name.
bool is_for_page(const http::Request& request, const Environment& environment) {
  if (!control::is_page(request)) return false;
  std::string_view host = request.header("host");
  return s3::bucket_of_host(host, environment.domains).empty() && !s3::is_website(host);
}

/// How DynamoDB Local answers those who only look whether it is there: compose files wait for this very status.
std::optional<http::Response> answer_onlooker(const http::Request& request, const Environment& environment) {
  if (!environment.dynamodb_local || (request.path != "/" && request.path != "/shell" && request.path != "/shell/")) return std::nullopt;
  bool says_more = request.find("authorization") || request.find("x-amz-target") || request.find("x-amz-date") || !request.query.empty();
  if (says_more || (request.method != "GET" && request.method != "HEAD")) return std::nullopt;
  http::Response response{.status = 400};
  response.body =
      R"({"__type":"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken","message":"Request must contain either a valid )"
      R"((registered) AWS access key ID or X.509 certificate."})";
  response.set("Content-Type", "application/x-amz-json-1.0");
  return response;
}

bool grants(std::string_view methods, std::string_view method) {
  std::vector<std::string_view> list = split(methods, ',');
  return std::any_of(list.begin(), list.end(), [&](std::string_view granted) { return trim(granted) == method; });
}

}  // namespace

/// What a request has become. Without a call it is for the control surface.
struct Gateway::Exchange {
  http::SharedRequest request;
  std::unique_ptr<PendingCall> call;
  UploadSink* sink = nullptr;             // owned by the Admission
  std::optional<http::Response> refusal;  // answers the request by its head alone
};

net::Admission Gateway::admit(net::ConnectionId, const http::SharedRequest& request) {
  auto exchange = std::make_shared<Exchange>();
  exchange->request = request;
  net::Admission admission{.body_bytes_max = kControlBytesMax, .context = exchange};
  auto refused = [&](std::optional<http::Response> refusal) {
    exchange->refusal = std::move(refusal);
    return admission.refused = exchange->refusal.has_value();
  };
  if (!Control::claims(*request) && !is_for_page(*request, environment_)) {
    exchange->call = realm_.receive(open_call(request, environment_, engine_.state(), entropy_.next()), request);
  }
  if (refused(refuse_stranger(*request, exchange->call.get(), admission))) return admission;
  if (exchange->call && refused(answer_onlooker(*request, environment_))) return admission;
  if (!exchange->call) {
    refused(control_.admit(*request));
    return admission;
  }
  auto admit_call = [&] { return exchange->call->admit(engine_.state(), engine_.moment()); };
  auto refusal = admit_call();
  if (!engine_.state_was_sound()) {
    refusal = admit_call();
    if (!engine_.state_was_sound()) refusal = exchange->call->unavailable(Unavailable::state_failed);
  }
  if (refused(std::move(refusal))) return admission;
  BodyPlan plan = exchange->call->body_plan();
  admission.body_bytes_max = plan.bytes_max;
  if (plan.upload) {
    if (engine_.disk_full()) {
      refused(exchange->call->unavailable(Unavailable::disk_full));
      return admission;
    }
    auto sink = std::make_unique<UploadSink>(std::move(*plan.upload), realm_.blobs(), work_, uploads_);
    exchange->sink = sink.get();
    admission.sink = std::move(sink);
  }
  return admission;
}

/// What the door says, as a reply: a refusal in the words of the call's protocol, or the answer to a preflight. A bucket with CORS rules
/// of its own has the say over pages, as at AWS: it answers preflights, says what its pages may read, and lets in pages of other sites.
std::optional<http::Response> Gateway::refuse_stranger(const http::Request& request, PendingCall* call, net::Admission& admission) const {
  bool for_services = call || control::is_page(request);  // what the page shows, whoever may call services can find out
  auto path = for_services ? Door::Path::service : Control::is_open(request) ? Door::Path::open_control : Door::Path::control;
  Door::Verdict verdict = door_.judge(request, path);
  bool is_preflight = Door::is_preflight(request);
  // S3 itself says what it thinks of a foreign page's question, and of what is no whole question.
  bool is_for_s3 = request.method == "OPTIONS" && call && call->service() == "s3";
  if (auto access = call ? call->page_access(engine_.state()) : std::nullopt) {
    if (access->lets_in && verdict.foreign_page) verdict.refusal.clear();
    verdict.reply_headers = std::move(access->reply_headers);
    if (is_for_s3 && (verdict.refusal.empty() || verdict.foreign_page)) return std::nullopt;
  }
  admission.reply_headers = std::move(verdict.reply_headers);
  if (is_for_s3 && verdict.foreign_page && is_for_bucket(request, environment_)) return std::nullopt;
  if (is_preflight) {
    std::string_view methods = methods_of(request), method = request.header("access-control-request-method");
    if (verdict.refusal.empty() && grants(methods, method)) return Door::answer_preflight(request, methods);
    if (verdict.refusal.empty()) verdict.refusal = concat("Pages may not use the method ", method, " here.");
  }
  if (verdict.refusal.empty()) return std::nullopt;
  return call ? call->forbidden(verdict.refusal) : Control::forbidden(verdict.refusal);
}

void Gateway::serve(net::ConnectionId id, const http::SharedRequest& request, net::Admission admission) {
  auto exchange = std::static_pointer_cast<Exchange>(admission.context);
  // A refusal tells of the state as every reply does ("no such bucket"), so it waits for the log as every reply does.
  if (exchange->refusal && !exchange->call) {
    control_.note(concat(request->method, " ", request->path), request->peer, exchange->refusal->status, "");
  }
  if (exchange->refusal) return engine_.reply_when_durable(id, std::move(*exchange->refusal), std::move(exchange->call));
  if (!exchange->call) return control_.serve(id, *request);
  if (exchange->sink) exchange->call->set_upload(exchange->sink->take());
  engine_.run(id, std::move(exchange->call));
}

void Gateway::refuse_body(net::ConnectionId id, net::Admission admission, net::BodyFault fault) {
  auto exchange = std::static_pointer_cast<Exchange>(admission.context);
  bool overloaded = fault == net::BodyFault::overloaded;
  http::Response refusal;
  if (exchange->call) refusal = overloaded ? exchange->call->unavailable(Unavailable::overloaded) : exchange->call->body_too_large();
  else refusal = overloaded ? malformed(503, "too many request bodies are under way, try again") : malformed(413, "the body is too large");
  engine_.reply_when_durable(id, std::move(refusal), std::move(exchange->call));
}

bool Gateway::client_left(net::ConnectionId id) { return engine_.client_left(id); }

http::Response Gateway::malformed(int status, std::string_view reason) {
  control_.note("what is no request", {}, status, reason);
  http::Response response{.status = status, .body = concat(reason, "\n"), .close = true};
  response.set("Content-Type", "text/plain");
  return response;
}

}  // namespace cloudemu
