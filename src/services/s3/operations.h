#pragma once
#include <span>
#include <string_view>

#include "services/s3/call.h"

namespace cloudemu::s3 {

enum class Scope { service, bucket, object };
enum class Body { none, document, stream };

/// What a request must have for an operation. Of the rows that fit, the one with the most constraints wins.
struct Route {
  std::string_view method;
  Scope scope;
  std::string_view query[2] = {};   ///< parameters that must be there
  std::string_view header = {};     ///< header that must be there
};

/// One row of the table. Without `decide` the operation is real at AWS but not built: it answers NotImplemented by name.
struct Operation {
  std::string_view name;
  Route route;
  Decide decide = nullptr;
  Body body = Body::none;
  Admit admit = nullptr;
};

std::span<const Operation> operations();

/// The row for a request; null if none fits.
const Operation* find_operation(const http::Request& request, const QueryParameters& query, Scope scope);

AwsResult<Outcome> create_bucket(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_object(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> put_object(const S3ReadModel& state, const Call& call);

AwsResult<void> admit_put_object(const S3ReadModel& state, const Call& call);

}  // namespace cloudemu::s3
