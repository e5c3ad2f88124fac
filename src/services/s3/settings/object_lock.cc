// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html, API_GetObjectLockConfiguration.html
#include "services/s3/settings/object_lock.h"

#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html: 100 years.
constexpr int64_t kDaysMax = 36'500, kYearsMax = 100;

AwsResult<void> check_period(const std::optional<int64_t>& period, std::string_view field, int64_t max) {
  if (!period) return {};
  if (*period < 1) return fail(invalid_argument("Default retention period must be a positive integer value.", field));
  if (*period > max) return fail(invalid_argument("Default retention period is too large.", field));
  return {};
}

AwsResult<void> check(ObjectLock& lock, const SettingCall& asked) {
  if (lock.rule) {
    const DefaultRetention& retention = lock.rule->retention;
    if (retention.days.has_value() == retention.years.has_value()) return fail(malformed_xml());
    TRY(check_period(retention.days, "Days", kDaysMax));
    TRY(check_period(retention.years, "Years", kYearsMax));
  }
  if (asked.bucket.versioning != Versioning::enabled) {
    return fail(invalid_bucket_state("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"));
  }
  return {};
}

}  // namespace

const Setting kObjectLock{.name = ObjectLock::kSetting,
                          .root = "ObjectLockConfiguration",
                          .absent_code = "ObjectLockConfigurationNotFoundError",
                          .absent_message = "Object Lock configuration does not exist for this bucket",
                          .read = read_document<ObjectLock, check>,
                          .write = write_document<ObjectLock>,
                          .bytes_max = kLargeSettingBytesMax,
                          .digest = kAnyDigest};

}  // namespace cloudemu::s3
