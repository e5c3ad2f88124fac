#include "services/s3/operations.h"

namespace cloudemu::s3 {

namespace {

constexpr Operation kOperations[] = {
    {"CreateBucket", {"PUT", Scope::bucket}, create_bucket, Body::document},
    {"GetObject", {"GET", Scope::object}, get_object},
    {"PutObject", {"PUT", Scope::object}, put_object, Body::stream, admit_put_object},
};

/// Number of constraints that a request meets, or -1 if it fails one.
int fit(const Route& route, const http::Request& request, const QueryParameters& query, Scope scope) {
  if (route.method != request.method || route.scope != scope) return -1;
  int score = 0;
  for (std::string_view parameter : route.query) {
    if (parameter.empty()) continue;
    if (!query.contains(parameter)) return -1;
    ++score;
  }
  if (!route.header.empty()) {
    if (!request.find(route.header)) return -1;
    ++score;
  }
  return score;
}

}  // namespace

std::span<const Operation> operations() { return kOperations; }

const Operation* find_operation(const http::Request& request, const QueryParameters& query, Scope scope) {
  const Operation* best = nullptr;
  int best_score = -1;
  for (const Operation& operation : kOperations) {
    int score = fit(operation.route, request, query, scope);
    if (score > best_score) {
      best = &operation;
      best_score = score;
    }
  }
  return best;
}

}  // namespace cloudemu::s3
