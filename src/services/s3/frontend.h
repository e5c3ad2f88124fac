#pragma once
#include <memory>

#include "protocol/aws_error.h"
#include "services/environment.h"
#include "services/pending_call.h"

namespace cloudemu::s3 {

/// Understands a request as a call of S3 (REST-XML).
std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id);

/// An error as S3 words it.
http::Response render_error(const AwsError& error, uint64_t request_id);

}  // namespace cloudemu::s3
