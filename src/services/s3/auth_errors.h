#pragma once
#include "protocol/aws_error.h"
#include "services/iam/authenticate.h"

namespace cloudemu::s3 {

/// Why a request is not let in, in S3's words.
AwsError auth_error(const AuthRefusal& refusal, const http::Request& request, const QueryParameters& query, const Moment& moment);
/// The same of a form, whose credential is a field.
AwsError form_auth_error(const AuthRefusal& refusal, std::string_view credential, const http::Request& request,
                         const QueryParameters& query, const Moment& moment);

}  // namespace cloudemu::s3
