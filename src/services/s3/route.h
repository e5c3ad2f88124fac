#pragma once
#include "services/s3/operations.h"

namespace cloudemu::s3 {

/// The operation that a request is a call of. The row with the most satisfied constraints wins, never the earliest. A query parameter
/// that names a sub-resource is overlooked only where AWS does so: DELETE ?lifecycle can be no DeleteBucket. Errors: BadRequest for what is
/// no method of S3's; MethodNotAllowed where the resource knows no such method; InvalidArgument for two sub-resources at once, or a copy
/// source where nothing is copied.
AwsResult<const Operation*> find_operation(const http::Request& request, const QueryParameters& query, Scope scope);

}  // namespace cloudemu::s3
