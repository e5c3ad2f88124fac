#pragma once
#include <string_view>

#include "protocol/aws_error.h"

/// Bucket policies: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
namespace cloudemu::s3 {

/// What S3 checks of a policy when it is put on a bucket. Error: MalformedPolicy.
AwsResult<void> check_policy(std::string_view document, std::string_view bucket);

/// Whether a policy lets anyone in: it allows something to every principal without narrowing it to fixed values:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
bool is_public_policy(std::string_view document);

}  // namespace cloudemu::s3
