#include "services/s3/route.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/strings.h"
#include "protocol/sigv4.h"
#include "services/s3/errors.h"
#include "services/s3/subresource.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kMethods[] = {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"};
constexpr size_t kScopes = 3;

/// The table, sorted out by method and scope.
struct Index {
  std::array<std::array<std::vector<const Operation*>, kScopes>, std::size(kMethods)> rows;

  Index() {
    for (const Operation& operation : operations()) {
      const Route& route = operation.route;
      auto method = std::find(std::begin(kMethods), std::end(kMethods), route.method) - std::begin(kMethods);
      rows[static_cast<size_t>(method)][static_cast<size_t>(route.scope)].push_back(&operation);
    }
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
    const std::string* value = query.find(route.parameter);
    if (!value || (!route.value.empty() && *value != route.value)) return -1;
    ++score;
  }
  if (!route.header.empty()) {
    if (!request.find(route.header)) return -1;
    ++score;
  }
  return score;
}

/// What AWS calls a resource when it refuses a method.
std::string_view resource_type(Scope scope, const Subresource* subresource) {
  if (subresource) return subresource->type_at(scope);
  return scope == Scope::service ? "SERVICE" : scope == Scope::bucket ? "BUCKET" : "OBJECT";
}

/// The methods that a resource takes, in the order in which AWS lists them; of a sub-resource that buckets and keys share, those of both.
std::string allowed_methods(Scope scope, const Subresource* subresource) {
  std::string allowed;
  for (std::string_view method : {"HEAD", "DELETE", "POST", "GET", "PUT"}) {
    auto takes = [&](const Operation& operation) {
      const Route& route = operation.route;
      if (route.method != method || route.subresource != (subresource ? subresource->name : std::string_view())) return false;
      return subresource ? subresource->type_at(route.scope) == subresource->type_at(scope) : route.scope == scope;
    };
    auto all = operations();
    if (std::any_of(all.begin(), all.end(), takes)) append(allowed, allowed.empty() ? "" : ", ", method);
  }
  return allowed;
}

AwsError not_taken(std::string_view method, Scope scope, const Subresource* subresource) {
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

/// What AWS refuses in words of its own when it is read at a key.
struct NotOfKey {
  std::string_view subresource, code, message;
};
constexpr NotOfKey kNotOfKey[] = {{"logging", "NoLoggingStatusForKey", "There is no such thing as the ?logging sub-resource for a key"},
                                  {"uploads", "InvalidRequest", "Key is not expected for the GET method ?uploads subresource"},
                                  {"versions", "InvalidRequest", "There is no such thing as the ?versions sub-resource for a key"}};

/// What answers for a bucket's sub-resource at a key, or for a key's at a bucket; null if nothing does.
AwsResult<const Operation*> at_other_scope(size_t method, Scope scope, const Subresource& subresource, const http::Request& request,
                                           const QueryParameters& query) {
  Scope other = scope == Scope::bucket ? Scope::object : Scope::bucket;
  const Operation* operation = best_row(method, other, subresource.name, request, query);
  if (!operation) return nullptr;
  for (const NotOfKey& row : kNotOfKey) {
    bool is_refused = scope == Scope::object && request.method == "GET" && row.subresource == subresource.name;
    if (is_refused) return fail(AwsError{std::string(row.code), 400, std::string(row.message)});
  }
  if (subresource.elsewhere == Elsewhere::acts) return operation;
  if (scope == Scope::object) return nullptr;
  return fail(subresource.name == "restore" ? no_key_named() : invalid_request("A key must be specified"));
}

/// The sub-resource that a parameter names, of what S3 sees there.
const Subresource* seen(const QueryParameters::Parameter& parameter, Scope scope) {
  const Subresource* subresource = find_subresource(parameter.name);
  bool is_unseen = subresource && scope == Scope::object && subresource->elsewhere == Elsewhere::ignored;
  return is_unseen ? nullptr : subresource;
}

AwsError conflicting(const QueryParameters& query, Scope scope) {
  std::vector<std::string> names;
  for (const auto& parameter : query.all()) {
    if (seen(parameter, scope)) names.push_back(parameter.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return invalid_argument(concat("Conflicting query string parameters: ", join(names, ", ")), "ResourceType", names.front());
}

/// The sub-resource that the query names; null: none, it is the plain resource.
AwsResult<const Subresource*> named_subresource(const QueryParameters& query, Scope scope) {
  const Subresource *first = nullptr, *second = nullptr;
  bool names_more = false;
  for (const auto& parameter : query.all()) {
    const Subresource* each = seen(parameter, scope);
    if (!each || each == first || each == second) continue;
    names_more = second != nullptr;
    (first ? second : first) = each;
  }
  if (!first) return nullptr;
  if (second) {
    bool is_part = !names_more && std::min(first->name, second->name) == kPart && std::max(first->name, second->name) == kUpload;
    if (!is_part) return fail(conflicting(query, scope));
    return first->name == kPart ? first : second;
  }
  if (first->name == kPart) {
    // Alone it is a parameter of whoever reads a key.
    if (scope == Scope::bucket) return fail(invalid_request("Object must have a valid key name."));
    return nullptr;
  }
  if (first->name == "website" && !query.get("website").empty()) {
    return fail(invalid_argument("The website parameter must not have a value", "website", query.get("website")));
  }
  return first;
}

}  // namespace

AwsResult<const Operation*> find_operation(const http::Request& request, const QueryParameters& query, Scope scope) {
  constexpr std::string_view kCopySource = "x-amz-copy-source";
  auto method = static_cast<size_t>(std::find(std::begin(kMethods), std::end(kMethods), request.method) - std::begin(kMethods));
  bool is_known = method < std::size(kMethods);
  if (!is_known && request.method != "PATCH") return fail(bad_request("An error occurred when parsing the HTTP request."));
  if (request.method == "OPTIONS") return index().rows[method][static_cast<size_t>(Scope::object)].front();
  const Subresource* subresource = scope == Scope::service ? nullptr : TRY(named_subresource(query, scope));
  if (!is_known) return fail(not_taken(request.method, scope, subresource));
  if (auto source = request.find(kCopySource); source && request.method != "PUT") {
    return fail(invalid_argument("You can only specify a copy source header for copy requests.", kCopySource, *source));
  }
  const Operation* operation = best_row(method, scope, subresource ? subresource->name : std::string_view(), request, query);
  if (!operation && subresource) operation = TRY(at_other_scope(method, scope, *subresource, request, query));
  if (!operation) return fail(not_taken(request.method, scope, subresource));
  return operation;
}

}  // namespace cloudemu::s3
