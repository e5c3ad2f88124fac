#include "services/s3/call.h"

#include "core/strings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kAmzPrefix = "x-amz-";

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

}  // namespace

std::optional<std::string_view> Call::find_header(std::string_view name) const {
  if (auto value = http.find(name)) return value;
  if (!presigned || !name.starts_with(kAmzPrefix)) return std::nullopt;
  for (const auto& parameter : query.all()) {
    if (equals_ignoring_case(parameter.name, name)) return parameter.value;
  }
  return std::nullopt;
}

void Call::for_each_header(std::string_view prefix,
                           const std::function<void(std::string_view, std::string_view)>& visit) const {
  for (const http::Header& header : http.headers) {
    if (header.name.starts_with(prefix)) visit(header.name, header.value);
  }
  if (!presigned) return;
  for (const auto& parameter : query.all()) {
    if (starts_with_ignoring_case(parameter.name, prefix)) visit(lower(parameter.name), parameter.value);
  }
}

}  // namespace cloudemu::s3
