#pragma once
#include <string_view>

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
namespace cloudemu::s3 {

/// What a new bucket may be called.
bool is_bucket_name(std::string_view name);

/// What a bucket may have been called when us-east-1 was lenient. Other names are refused as such, without a look for the bucket.
bool could_be_bucket_name(std::string_view name);

}  // namespace cloudemu::s3
