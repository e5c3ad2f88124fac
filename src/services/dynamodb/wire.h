#pragma once
#include <string>

#include "protocol/aws_error.h"
#include "protocol/http_message.h"

/// DynamoDB's replies as HTTP: what is the same whatever the operation.
namespace cloudemu::dynamodb {

/// {"__type":"com.amazonaws.dynamodb.v20120810#...","message":"..."}
http::Response render(const AwsError& error);

/// Adds what every reply has: content type as in the request, request id, CRC; packs the body if the client wants it.
void finish(http::Response& response, const http::Request& request, uint64_t request_id);

/// Requests that are no calls. GET / tells that the service is well.
http::Response health(const http::Request& request);
/// The page for any other method or content type.
http::Response unknown_page();

/// The body as it was before its content coding. Error: a reply with status 413 or 500.
Result<std::string, http::Response> decoded_body(const http::Request& request, size_t bytes_max);

}  // namespace cloudemu::dynamodb
