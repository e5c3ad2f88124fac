#pragma once
#include <string>
#include <string_view>

#include "protocol/aws_error.h"

/// S3's errors, to the letter: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
namespace cloudemu::s3 {

AwsError access_denied();
AwsError bad_digest(std::string_view algorithm);
AwsError bucket_already_exists(std::string_view bucket);
AwsError entity_too_large(uint64_t size, uint64_t max);
AwsError incomplete_body();
AwsError internal_error();
AwsError invalid_argument(std::string message, std::string_view name, std::string_view value);
AwsError invalid_bucket_name(std::string_view bucket);
AwsError invalid_request(std::string message);
AwsError malformed_xml();
AwsError method_not_allowed(std::string_view method, std::string_view resource_type);
AwsError no_such_bucket(std::string_view bucket);
AwsError no_such_key(std::string_view key);
AwsError not_implemented(std::string_view operation);
AwsError service_unavailable();

}  // namespace cloudemu::s3
