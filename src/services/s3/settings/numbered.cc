#include "services/s3/settings/numbered.h"

#include <algorithm>

#include "core/strings.h"
#include "services/s3/bucket_name.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kIdBytesMax = 64;

bool is_id_character(char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_'; }

}  // namespace

AwsResult<void> check_filter(const std::optional<ObjectFilter>& filter) {
  if (!filter) return {};
  int conditions = filter->prefix.has_value() + filter->tag.has_value() + filter->access_point.has_value() + filter->both.has_value();
  if (conditions != 1) return fail(malformed_xml());
  if (!filter->both) return {};
  size_t joined = filter->both->prefix.has_value() + filter->both->tags.size() + filter->both->access_point.has_value();
  if (joined < 2) return fail(malformed_xml());
  return {};
}

AwsResult<void> check_id(std::string_view id, const SettingCall& asked) {
  if (id != asked.call.query.get("id")) {
    return fail(AwsError{"IdMismatch", 400, "Document ID does not match the specified configuration ID."});
  }
  bool is_id = !id.empty() && id.size() <= kIdBytesMax && std::all_of(id.begin(), id.end(), is_id_character);
  if (!is_id) return fail(AwsError{"InvalidConfigurationId", 400, "The specified configuration id is invalid."});
  return {};
}

AwsResult<void> check_destination(std::string_view arn) {
  constexpr std::string_view kPrefix = "arn:aws:s3:::";
  constexpr size_t kAccountAt = 4, kFields = 6;
  auto fields = split(arn, ':');
  if (arn.starts_with("arn:aws:s3:") && fields.size() == kFields && !fields[kAccountAt].empty()) {
    return fail(AwsError{"InvalidS3DestinationBucket", 400, "Bucket ARN should not specify a namespace."});
  }
  if (!arn.starts_with(kPrefix) || !is_bucket_name(arn.substr(kPrefix.size()))) {
    return fail(AwsError{"InvalidS3DestinationBucket", 400, "Invalid bucket ARN."});
  }
  return {};
}

}  // namespace cloudemu::s3
