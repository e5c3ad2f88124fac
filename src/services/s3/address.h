#pragma once
#include <span>
#include <string>
#include <string_view>

namespace cloudemu::s3 {

/// Whether a key, read as a path, leads out of the bucket: up to some place in it there are more ".." than other names.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-guidelines
bool climbs_out(std::string_view key);

/// The bucket and key that a request names: path style (/bucket/key) or virtual-host style (bucket.s3.REGION.amazonaws.com/key).
/// Keys are opaque bytes: percent-decoded once, never normalised.
struct Address {
  std::string bucket;
  std::string key;
  bool by_host = false;  ///< the bucket is in the Host header
};

/// `domains`: the names of this endpoint, under which `bucket.NAME` is a bucket.
Address parse_address(std::string_view host_header, std::string_view path, std::span<const std::string> domains = {});

/// The bucket of a website endpoint: "photos" of photos.s3-website-eu-west-1.amazonaws.com, photos.s3-website.localhost. Empty: it is none.
std::string_view bucket_of_website(std::string_view host_header);

/// Whether a host name is a website endpoint, of a bucket or of none.
bool is_website(std::string_view host_header);

/// The bucket in the labels of a host name, or empty: bucket.s3.ANY.HOST, bucket.s3.us-east-1.amazonaws.com,
/// bucket.s3-eu-west-1.amazonaws.com, bucket.localhost, bucket.NAME of one of the `domains`.
std::string_view bucket_of_host(std::string_view host_header, std::span<const std::string> domains = {});

}  // namespace cloudemu::s3
