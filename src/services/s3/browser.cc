// The preflight of a cross-origin request: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
#include "services/s3/browser.h"

#include <algorithm>

#include "core/strings.h"
#include "services/s3/errors.h"
#include "services/s3/object_headers.h"
#include "services/s3/operations.h"
#include "services/s3/settings/cors.h"

namespace cloudemu::s3 {

namespace {

/// Case counts. What of them a rule may allow is less.
bool is_preflight_method(std::string_view method) {
  constexpr std::string_view kMethods[] = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"};
  return std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
}

/// The first of a list of names that no header can have.
std::optional<std::string_view> find_impossible_name(std::string_view list) {
  for (std::string_view name : split(list, ',')) {
    if (!is_header_name(trim(name))) return name;
  }
  return std::nullopt;
}

}  // namespace

std::optional<PageAccess> cors_page_access(const S3ReadModel& state, std::string_view bucket, const http::Request& request,
                                           const Environment& environment) {
  auto origin = request.find("origin");
  const Bucket* found = origin ? state.find_bucket(bucket) : nullptr;
  const Cors* cors = found ? found->settings.find<Cors>() : nullptr;
  if (!cors) return std::nullopt;
  auto headers = cors_headers(*cors, {.origin = *origin, .method = request.method, .headers = {}});
  if (headers) return PageAccess{.reply_headers = std::move(*headers), .lets_in = true};
  // Where everybody must sign, or be let in by a policy, a page that may not read the reply is served all the same, as at AWS.
  return PageAccess{.lets_in = environment.auth == AuthMode::verify && environment.policy_mode() == iam::Mode::enforce};
}

/// Unsigned: browsers sign no preflight.
AwsResult<Outcome> options_object(const S3ReadModel& state, const Call& call) {
  std::string_view origin = call.http.header("origin");
  if (origin.empty()) return fail(bad_request("Insufficient information. Origin request header needed."));
  auto method = call.http.find("access-control-request-method");
  if (method && method->empty()) method.reset();
  auto unknown = [&] { return fail(bad_request(concat("Invalid Access-Control-Request-Method: ", method.value_or("null")))); };
  if (method && !is_preflight_method(*method)) return unknown();
  std::string_view names = call.http.header("access-control-request-headers");
  if (auto name = find_impossible_name(names)) {
    return fail(bad_request(concat("Access-Control-Request-Headers \"", *name, "\" contains invalid character.")));
  }
  auto refused = [&](std::string_view why, std::string_view resource_type) {
    return fail(access_forbidden(concat("CORSResponse: ", why), method.value_or("OPTIONS"), resource_type));
  };
  const Bucket* bucket = state.find_bucket(call.bucket);
  if (!bucket) return refused("Bucket not found", "BUCKET");
  const Cors* cors = bucket->settings.find<Cors>();
  if (!cors) return refused("CORS is not enabled for this bucket.", "BUCKET");
  if (!method) return unknown();
  auto headers = cors_headers(*cors, {.origin = origin, .method = *method, .headers = names});
  if (!headers) {
    return refused(
        "This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
        "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
        call.key.empty() ? "BUCKET" : "OBJECT");
  }
  http::Response response{.headers = std::move(*headers)};
  // https://wicg.github.io/private-network-access/: a public page asks whether it may call a private address.
  if (call.http.find("access-control-request-private-network")) response.set("Access-Control-Allow-Private-Network", "true");
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::s3
