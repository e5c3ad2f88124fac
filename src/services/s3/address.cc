#include "services/s3/address.h"

#include "core/encoding.h"
#include "core/region.h"
#include "core/strings.h"
#include "protocol/uri.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kLocalhost = ".localhost";

/// The label of S3 in a host name: "s3", or in AWS's older names "s3-eu-west-1".
bool is_service_label(std::string_view label) {
  constexpr std::string_view kPrefix = "s3-";
  if (!label.starts_with(kPrefix)) return label == "s3";
  label.remove_prefix(kPrefix.size());
  return is_region(label) || label.starts_with("website") || label == "fips" || label == "accelerate" || label == "external-1";
}

std::string_view cut_suffix(std::string_view host, std::string_view suffix) {
  if (host.size() <= suffix.size() || host.substr(host.size() - suffix.size()) != suffix) return {};
  return host.substr(0, host.size() - suffix.size());
}

/// What stands before S3's label, which must not be the last one. Buckets have dots and may be called like a service: the last
/// such label counts. Found: whether there is one.
struct BeforeService {
  bool found = false;
  std::string_view bucket, label;
};
BeforeService before_service(std::string_view host) {
  size_t end = host.rfind('.');
  while (end != std::string_view::npos && end > 0) {
    size_t dot = host.rfind('.', end - 1);
    size_t begin = dot == std::string_view::npos ? 0 : dot + 1;
    if (is_service_label(host.substr(begin, end - begin)))
      return {true, host.substr(0, begin == 0 ? 0 : dot), host.substr(begin, end - begin)};
    end = dot;
  }
  return {};
}

}  // namespace

bool climbs_out(std::string_view key) {
  if (key.find("..") == std::string_view::npos) return false;
  int depth = 0;
  for (std::string_view name : split(key, '/')) {
    depth += name == ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

bool is_website(std::string_view host_header) { return before_service(host_name(host_header)).label.starts_with("s3-website"); }

std::string_view bucket_of_website(std::string_view host_header) {
  return is_website(host_header) ? before_service(host_name(host_header)).bucket : std::string_view();
}

std::string_view bucket_of_host(std::string_view host_header, std::span<const std::string> domains) {
  std::string_view host = host_name(host_header);
  if (host.find('.') == std::string_view::npos) return {};
  if (auto named = before_service(host); named.found) return named.bucket;
  // Without a label of S3: "bucket.localhost", "bucket.NAME".
  if (std::string_view bucket = cut_suffix(host, kLocalhost); !bucket.empty()) return bucket;
  for (const std::string& domain : domains) {
    std::string_view bucket = cut_suffix(host, domain);
    if (bucket.size() > 1 && bucket.ends_with('.')) return bucket.substr(0, bucket.size() - 1);
  }
  return {};
}

Address parse_address(std::string_view host_header, std::string_view path, std::span<const std::string> domains) {
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  if (std::string_view bucket = bucket_of_host(host_header, domains); !bucket.empty()) {
    return {std::string(bucket), percent_decode(path), true};
  }
  auto [bucket, key] = split_once(path, '/');
  return {percent_decode(bucket), percent_decode(key)};
}

}  // namespace cloudemu::s3
