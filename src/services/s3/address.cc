#include "services/s3/address.h"

#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/uri.h"

namespace cloudemu::s3 {

namespace {

/// Labels that may stand between the bucket and the base name: "s3", "s3.us-east-1", "s3-us-west-2", "s3.dualstack.eu-west-1".
bool is_service_label(std::string_view label) { return label == "s3" || label.substr(0, 3) == "s3-"; }

std::string_view cut_suffix(std::string_view host, std::string_view suffix) {
  if (host.size() <= suffix.size() || host.substr(host.size() - suffix.size()) != suffix) return {};
  return host.substr(0, host.size() - suffix.size());
}

}  // namespace

std::string_view bucket_of_host(std::string_view host_header) {
  std::string_view host = host_name(host_header);
  std::string_view labels;
  for (std::string_view base : {".localhost.localstack.cloud", ".amazonaws.com", ".localhost"}) {
    labels = cut_suffix(host, base);
    if (!labels.empty()) break;
  }
  if (labels.empty()) return {};
  // Everything before the service label is the bucket, dots and all: the last service label counts.
  size_t end = labels.size();
  while (true) {
    size_t dot = labels.rfind('.', end - 1);
    std::string_view label =
        labels.substr(dot == std::string_view::npos ? 0 : dot + 1, end - (dot == std::string_view::npos ? 0 : dot + 1));
    if (is_service_label(label)) return dot == std::string_view::npos ? std::string_view() : labels.substr(0, dot);
    if (dot == std::string_view::npos || dot == 0) break;
    end = dot;
  }
  // "bucket.localhost": only there may the service label be missing.
  return cut_suffix(host, ".localhost");
}

Address parse_address(std::string_view host_header, std::string_view path) {
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  if (std::string_view bucket = bucket_of_host(host_header); !bucket.empty()) {
    return {std::string(bucket), percent_decode(path)};
  }
  auto [bucket, key] = split_once(path, '/');
  return {percent_decode(bucket), percent_decode(key)};
}

}  // namespace cloudemu::s3
