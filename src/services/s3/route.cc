#include "services/s3/route.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/strings.h"
#include "protocol/sigv4.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kMethods[] = {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"};
constexpr size_t kScopes = 3;

/// The table, sorted out by method and scope, and all names of sub-resources.
struct Index {
  std::array<std::array<std::vector<const Operation*>, kScopes>, std::size(kMethods)> rows;
  std::vector<std::string_view> subresources;

  Index() {
    for (const Operation& operation : operations()) {
      const Route& route = operation.route;
      auto method = std::find(std::begin(kMethods), std::end(kMethods), route.method) - std::begin(kMethods);
      rows[static_cast<size_t>(method)][static_cast<size_t>(route.scope)].push_back(&operation);
      if (!route.subresource.empty()) subresources.push_back(route.subresource);
    }
    std::sort(subresources.begin(), subresources.end());
    subresources.erase(std::unique(subresources.begin(), subresources.end()), subresources.end());
  }
};

const Index& index() {
  static const Index built;
  return built;
}

/// Number of further constraints that a request meets, or -1 if it fails one.
int fit(const Route& route, const http::Request& request, const QueryParameters& query) {
  int score = 0;
  if (!route.signed_for.empty()) {
    auto scope = sigv4::scope_of(request);
    if (!scope || scope->service != route.signed_for) return -1;
    ++score;
  }
  if (!route.parameter.empty()) {
    if (!query.contains(route.parameter)) return -1;
    ++score;
  }
  if (!route.header.empty()) {
    if (!request.find(route.header)) return -1;
    ++score;
  }
  return score;
}

/// What AWS calls the resource in its refusal: "BUCKET", "OBJECT", or the sub-resource: "BUCKETPOLICY", "TAGGING".
std::string resource_type(Scope scope, std::string_view subresource) {
  if (subresource.empty()) return scope == Scope::service ? "SERVICE" : scope == Scope::bucket ? "BUCKET" : "OBJECT";
  if (subresource == "uploads" || subresource == "uploadId") return "UPLOAD";
  if (subresource == "policy") return "BUCKETPOLICY";
  return upper(subresource);
}

/// The methods that a resource takes, in the order in which AWS lists them; for a sub-resource, those of buckets and keys together.
std::string allowed_methods(Scope scope, std::string_view subresource) {
  std::string allowed;
  for (std::string_view method : {"HEAD", "DELETE", "POST", "GET", "PUT"}) {
    auto takes = [&](const Operation& operation) {
      const Route& route = operation.route;
      return route.method == method && route.subresource == subresource && (route.scope == scope || !subresource.empty());
    };
    auto all = operations();
    if (std::any_of(all.begin(), all.end(), takes)) append(allowed, allowed.empty() ? "" : ", ", method);
  }
  return allowed;
}

AwsError not_taken(std::string_view method, Scope scope, std::string_view subresource) {
  AwsError error = method_not_allowed(method, resource_type(scope, subresource));
  error.headers.set("Allow", allowed_methods(scope, subresource));
  return error;
}

/// The row that fits best, or none.
const Operation* best_row(size_t method, Scope scope, std::string_view subresource, const http::Request& request,
                          const QueryParameters& query) {
  const Operation* best = nullptr;
  int best_score = -1;
  for (const Operation* operation : index().rows[method][static_cast<size_t>(scope)]) {
    if (operation->route.subresource != subresource) continue;
    int score = fit(operation->route, request, query);
    if (score <= best_score) continue;
    best = operation;
    best_score = score;
  }
  return best;
}

/// Sub-resources of keys need a key; those of buckets do not look at it when they are read, but for two that refuse it.
AwsResult<const Operation*> at_other_scope(size_t method, Scope scope, std::string_view subresource, const http::Request& request,
                                           const QueryParameters& query) {
  if (subresource.empty() || scope == Scope::service) return nullptr;
  Scope other = scope == Scope::bucket ? Scope::object : Scope::bucket;
  const Operation* operation = best_row(method, other, subresource, request, query);
  if (!operation) return nullptr;
  if (scope == Scope::bucket) return fail(invalid_request("A key must be specified"));
  if (request.method != "GET") return nullptr;
  if (subresource == "uploads") return fail(invalid_request("Key is not expected for the GET method ?uploads subresource"));
  if (subresource == "versions") return fail(invalid_request("There is no such thing as the ?versions sub-resource for a key"));
  return operation;
}

/// The sub-resource that the query names, or nothing.
AwsResult<std::string_view> find_subresource(const QueryParameters& query) {
  const auto& known = index().subresources;
  std::string_view found;
  for (const auto& parameter : query.all()) {
    if (!std::binary_search(known.begin(), known.end(), std::string_view(parameter.name))) continue;
    if (!found.empty() && found != parameter.name) {
      return fail(invalid_argument(concat("Conflicting query string parameters: ", found, ", ", parameter.name), "ResourceType", found));
    }
    found = parameter.name;
  }
  return found;
}

}  // namespace

AwsResult<const Operation*> find_operation(const http::Request& request, const QueryParameters& query, Scope scope) {
  constexpr std::string_view kCopySource = "x-amz-copy-source";
  auto method = static_cast<size_t>(std::find(std::begin(kMethods), std::end(kMethods), request.method) - std::begin(kMethods));
  if (method == std::size(kMethods)) return fail(not_taken(request.method, scope, {}));
  if (request.method == "OPTIONS") return index().rows[method][static_cast<size_t>(Scope::object)].front();
  std::string_view subresource = TRY(find_subresource(query));
  if (auto source = request.find(kCopySource); source && request.method != "PUT") {
    return fail(invalid_argument("You can only specify a copy source header for copy requests.", kCopySource, *source));
  }
  const Operation* operation = best_row(method, scope, subresource, request, query);
  if (!operation) operation = TRY(at_other_scope(method, scope, subresource, request, query));
  if (!operation) return fail(not_taken(request.method, scope, subresource));
  return operation;
}

}  // namespace cloudemu::s3
