#include "services/dispatch.h"

#include <algorithm>

#include "core/region.h"
#include "core/strings.h"
#include "protocol/sigv4.h"
#include "protocol/uri.h"
#include "services/dynamodb/frontend.h"
#include "services/other_service.h"
#include "services/query/frontend.h"
#include "services/s3/address.h"
#include "services/s3/frontend.h"
#include "services/sqs/operations.h"
#include "services/sqs/peek.h"
#include "services/sqs/queue_url.h"
#include "services/sts/operations.h"

namespace cloudemu {

namespace {

Service by_target(std::string_view target) {
  if (target.starts_with("DynamoDB_")) return Service::dynamodb;
  if (target.starts_with("DynamoDBStreams_")) return Service::streams;
  if (target.starts_with("AmazonSQS.")) return Service::sqs;
  return Service::other;
}

std::optional<Service> by_name(std::string_view service) {
  if (service == "s3") return Service::s3;
  if (service == "dynamodb") return Service::dynamodb;
  if (service == "sqs") return Service::sqs;
  if (service == "sts") return Service::sts;
  return std::nullopt;
}

/// The service in the credential scope: of the Authorization header, or of a presigned URL. Empty: none.
std::string signed_service(const http::Request& request) {
  if (auto scope = sigv4::scope_of(request)) return std::string(scope->service);
  if (request.query.find("X-Amz-Credential=") == std::string_view::npos) return {};
  QueryParameters query = QueryParameters::parse(request.query);
  auto scope = sigv4::parse_scope(query.get("X-Amz-Credential"));
  return scope ? std::string(scope->service) : std::string();
}

/// "sqs.us-east-1.localhost.localstack.cloud", "dynamodb.us-east-1.amazonaws.com", "us-east-1.queue.localhost...". The last name of a
/// service counts: a bucket may be called like one, "sqs.s3.amazonaws.com".
std::optional<Service> by_host(std::string_view host_header) {
  std::optional<Service> found;
  for (std::string_view label : split(host_name(host_header), '.')) {
    if (label == "queue") found = Service::sqs;
    if (auto service = by_name(label)) found = service;
  }
  return found;
}

/// SQS and STS take their parameters in the query string as well: "GET /000000000000/jobs?Action=ReceiveMessage".
bool has_action(const http::Request& request) {
  return request.query.starts_with("Action=") || request.query.find("&Action=") != std::string_view::npos;
}

/// POST /photos/cat.jpg?uploads: tools such as curl call every body a form, S3 does not care.
bool is_s3_post(const http::Request& request) {
  std::vector<std::string_view> parameters = split(request.query, '&');
  return std::any_of(parameters.begin(), parameters.end(), [](std::string_view parameter) {
    std::string_view name = split_once(parameter, '=').first;
    return name == "uploads" || name == "uploadId" || name == "delete" || name == "restore" || name == "select";
  });
}

/// POST /photos: a form where no service takes its calls. Elsewhere tools post to queues, which other emulators have below "/queue/" or a
/// region.
bool is_place_of_s3(const http::Request& request) {
  std::string_view host = request.header("host"), path = request.path;
  if (has_action(request) || by_host(host).value_or(Service::s3) != Service::s3) return false;
  if (!s3::bucket_of_host(host).empty()) return true;
  std::string_view first = split_once(path.substr(path.starts_with('/')), '/').first;
  return !first.empty() && first != "queue" && !is_region(first) && !sqs::is_queue_path(path);
}

/// GET of a queue's URL, as someone may try in a browser: "/000000000000/jobs". A bucket may be called like an account, though.
bool is_queue_url(const http::Request& request, const Environment& environment, const State& state) {
  if (request.method != "GET" || !sqs::is_queue_path(request.path) || !signed_service(request).empty()) return false;
  s3::Address address = s3::parse_address(request.header("host"), request.path, environment.domains);
  bool is_path_style = request.path.starts_with(concat('/', address.bucket, '/'));
  return is_path_style && sqs::is_queue_path(concat('/', address.bucket, "/name")) && !state.s3().find_bucket(address.bucket);
}

/// "lambda", or what stands in X-Amz-Target: "AWSEvents.PutEvents".
std::string other_name(const http::Request& request) {
  std::string name = signed_service(request);
  if (name.empty() || by_name(name)) name = request.header("x-amz-target");
  return name.empty() ? "that service" : name;
}

}  // namespace

Service classify(const http::Request& request) {
  if (sqs::is_peek_path(request.path)) return Service::sqs;
  bool is_form = query::is_form(request);
  if (auto target = request.find("x-amz-target")) {
    // Some clients send one with a form, which says better what it is for.
    if (Service named = by_target(*target); named != Service::other || !is_form) return named;
  }
  std::string scope = signed_service(request);
  // S3's relatives, such as s3express, speak like it.
  if (!scope.empty()) return scope.starts_with("s3") ? Service::s3 : by_name(scope).value_or(Service::other);
  if (request.method == "POST" && is_form && !is_s3_post(request)) return is_place_of_s3(request) ? Service::s3 : Service::query;
  if (auto service = by_host(request.header("host"))) return *service;
  if (has_action(request)) return Service::query;
  return Service::s3;
}

namespace {

std::unique_ptr<PendingCall> open(const http::Request& request, const Environment& environment, const State& state, uint64_t request_id) {
  Service service = classify(request);
  if (service == Service::s3 && is_queue_url(request, environment, state)) service = Service::sqs;
  switch (service) {
    case Service::dynamodb:
    case Service::streams: return dynamodb::open_call(request, environment, request_id);
    case Service::sqs: return query::open_call(request, environment, request_id, {&sqs::service_at(request.path)});
    case Service::sts: return query::open_call(request, environment, request_id, {&sts::service()});
    case Service::query: return query::open_call(request, environment, request_id, {&sts::service(), &sqs::service()});
    case Service::other: return open_other_service_call(request, other_name(request), request_id);
    case Service::s3: break;
  }
  return s3::open_call(request, environment, request_id);
}

}  // namespace

std::unique_ptr<PendingCall> open_call(http::SharedRequest request, const Environment& environment, const State& state,
                                       uint64_t request_id) {
  std::unique_ptr<PendingCall> call = open(*request, environment, state, request_id);
  call->own(std::move(request));
  return call;
}

}  // namespace cloudemu
