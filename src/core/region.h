#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

namespace cloudemu {

/// AWS's regions, of all its partitions: https://docs.aws.amazon.com/general/latest/gr/rande.html
inline constexpr std::string_view kRegions[] = {
    "af-south-1",     "ap-east-1",      "ap-east-2",      "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-south-2",     "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
    "ap-southeast-7", "ca-central-1",   "ca-west-1",      "cn-north-1",     "cn-northwest-1", "eu-central-1",   "eu-central-2",
    "eu-north-1",     "eu-south-1",     "eu-south-2",     "eu-west-1",      "eu-west-2",      "eu-west-3",      "il-central-1",
    "me-central-1",   "me-south-1",     "mx-central-1",   "sa-east-1",      "us-east-1",      "us-east-2",      "us-gov-east-1",
    "us-gov-west-1",  "us-west-1",      "us-west-2"};
static_assert(std::is_sorted(std::begin(kRegions), std::end(kRegions)));

/// The partition that a region lies in, as ARNs name it.
inline std::string_view partition_of(std::string_view region) {
  struct Partition {
    std::string_view prefix, name;
  };
  constexpr Partition kOthers[] = {{"cn-", "aws-cn"},      {"eu-isoe-", "aws-iso-e"}, {"eusc-", "aws-eusc"},    {"us-gov-", "aws-us-gov"},
                                   {"us-iso-", "aws-iso"}, {"us-isob-", "aws-iso-b"}, {"us-isof-", "aws-iso-f"}};
  auto found =
      std::find_if(std::begin(kOthers), std::end(kOthers), [&](const Partition& other) { return region.starts_with(other.prefix); });
  return found == std::end(kOthers) ? "aws" : found->name;
}

/// Whether AWS has a region of that name.
inline bool is_region(std::string_view name) { return std::binary_search(std::begin(kRegions), std::end(kRegions), name); }

}  // namespace cloudemu
