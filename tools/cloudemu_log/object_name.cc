#include "object_name.h"

#include "core/strings.h"

namespace cloudemu::tool {

Result<ObjectName> parse_object_name(std::string_view text) {
  constexpr std::string_view kScheme = "s3://";
  if (!text.starts_with(kScheme)) return fail(Errc::bad_input, concat(text, " is no object: write s3://BUCKET/KEY"));
  auto [bucket, key] = split_once(text.substr(kScheme.size()), '/');
  if (bucket.empty()) return fail(Errc::bad_input, concat(text, " names no bucket: write s3://BUCKET/KEY"));
  return ObjectName{std::string(bucket), std::string(key)};
}

}  // namespace cloudemu::tool
