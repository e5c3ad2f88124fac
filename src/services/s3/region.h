#pragma once
#include <string_view>

#include "core/region.h"

namespace cloudemu::s3 {

/// The region that a LocationConstraint stands for: "EU" is eu-west-1, all others name themselves. Empty if it names none.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
std::string_view region_of_constraint(std::string_view constraint);

inline constexpr std::string_view kFirstRegion = "us-east-1";

}  // namespace cloudemu::s3
