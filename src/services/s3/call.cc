#include "services/s3/call.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kAmzPrefix = "x-amz-", kConditionPrefix = "if-";

/// A presigned URL carries headers as parameters, but S3 looks for some among the headers only: for tags
/// (https://github.com/aws/aws-sdk-js-v3/issues/3496), and for checksums, since the JavaScript SDK puts that of an empty body into every URL
/// it signs (https://github.com/aws/aws-sdk/issues/480).
bool must_be_header(std::string_view parameter) {
  constexpr std::string_view kNames[] = {"x-amz-sdk-checksum-algorithm", "x-amz-tagging"};
  if (std::any_of(std::begin(kNames), std::end(kNames), [&](std::string_view name) { return equals_ignoring_case(parameter, name); })) {
    return true;
  }
  constexpr std::string_view kOptions[] = {"x-amz-checksum-mode", "x-amz-checksum-algorithm", "x-amz-checksum-type"};
  bool is_option = std::any_of(std::begin(kOptions), std::end(kOptions),
                               [&](std::string_view option) { return equals_ignoring_case(parameter, option); });
  return starts_with_ignoring_case(parameter, "x-amz-checksum-") && !is_option;
}

}  // namespace

std::optional<std::string_view> Call::find_header(std::string_view name) const {
  if (auto value = http.find(name)) return value;
  bool may_be_parameter = name.starts_with(kAmzPrefix) || name.starts_with(kConditionPrefix);
  if (!presigned || !may_be_parameter) return std::nullopt;
  for (const auto& parameter : query.all()) {
    if (equals_ignoring_case(parameter.name, name) && !must_be_header(name)) return parameter.value;
  }
  return std::nullopt;
}

bool Call::has_header_with(std::string_view prefix) const {
  size_t last = prefix.size() - 1;  // compared first: many names begin with "x-amz-"
  for (const http::Header& header : http.headers) {
    if (header.name.size() > last && header.name[last] == prefix[last] && header.name.starts_with(prefix)) return true;
  }
  if (!presigned) return false;
  for (const auto& parameter : query.all()) {
    if (starts_with_ignoring_case(parameter.name, prefix)) return true;
  }
  return false;
}

void Call::for_each_header(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) const {
  for (const http::Header& header : http.headers) {
    if (header.name.starts_with(prefix)) visit(header.name, header.value);
  }
  if (!presigned) return;
  for (const auto& parameter : query.all()) {
    if (starts_with_ignoring_case(parameter.name, prefix) && !must_be_header(parameter.name)) visit(lower(parameter.name), parameter.value);
  }
}

}  // namespace cloudemu::s3
