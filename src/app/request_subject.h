#pragma once
#include <string>
#include <string_view>

#include "protocol/http_message.h"

namespace cloudemu {

/// The service that a request is for, as people call it: "s3", "dynamodb", "sqs" ... `operation` is what it was understood as, if it
/// was: a form for SQS or STS says so in its body.
std::string_view service_name(const http::Request& request, std::string_view operation);

/// What a request is about, without its bucket and key: "orders", "jobs"; empty if it names nothing. A look at the text, not a reading
/// of it: good enough to be shown, and cheap enough for every request.
std::string subject_in_body(const http::Request& request);

}  // namespace cloudemu
