#pragma once
#include <string>
#include <string_view>

namespace cloudemu::s3 {

/// The bucket and key that a request names: path style (/bucket/key) or virtual-host style (bucket.s3.REGION.amazonaws.com/key).
/// Keys are opaque bytes: percent-decoded once, never normalised.
struct Address {
  std::string bucket;
  std::string key;
};

Address parse_address(std::string_view host_header, std::string_view path);

/// The bucket in the labels of a host name before a known S3 host, or empty: bucket.localhost, bucket.s3.localhost.localstack.cloud,
/// bucket.s3.us-east-1.amazonaws.com, bucket.s3-eu-west-1.amazonaws.com ...
std::string_view bucket_of_host(std::string_view host_header);

}  // namespace cloudemu::s3
