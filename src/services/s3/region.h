#pragma once
#include <string_view>

namespace cloudemu::s3 {

/// Whether AWS has a region of that name: https://docs.aws.amazon.com/general/latest/gr/s3.html
bool is_region(std::string_view name);

/// The region that a LocationConstraint stands for: "EU" is eu-west-1, all others name themselves. Empty if it names none.
std::string_view region_of_constraint(std::string_view constraint);

inline constexpr std::string_view kFirstRegion = "us-east-1";

}  // namespace cloudemu::s3
