#pragma once
#include <string_view>

#include "protocol/aws_error.h"
#include "services/iam/authenticate.h"
#include "services/pending_call.h"
#include "services/query/call.h"

namespace cloudemu::query {

AwsError internal_failure();
/// `version`: that of the API which was asked for, if any was.
AwsError invalid_action(const ServiceTraits& service, std::string_view action, const Text& version);
AwsError malformed_input(std::string message);
AwsError not_implemented(const ServiceTraits& service, std::string_view operation);
AwsError access_denied(std::string message);
AwsError request_too_large();
AwsError service_unavailable();
AwsError overloaded();
/// What the daemon itself could not do.
AwsError unavailable_error(Unavailable why);
/// A refusal in the words of the services that speak Query.
/// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
AwsError refused(const AuthRefusal& refusal, const ServiceTraits& service, TimeMs real_now);

/// A whole reply: status, headers and body in the call's shape.
http::Response render_error(const AwsError& error, const ServiceTraits& service, Shape shape, uint64_t request_id);

}  // namespace cloudemu::query
