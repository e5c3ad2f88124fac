// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html, API_GetBucketOwnershipControls.html,
// API_DeleteBucketOwnershipControls.html
#include "services/s3/settings/ownership_controls.h"

#include "services/s3/acl.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr uint64_t kDocumentBytesMax = 2 << 10;

AwsResult<void> check(OwnershipControls& controls, const SettingCall& asked) {
  if (controls.rules.size() != 1) return fail(malformed_xml());
  if (controls.rules.front().ownership != kOwnerEnforced) return {};
  if (!grants_only_owner(bucket_acl(asked.bucket), asked.bucket.owner)) return fail(bucket_acl_with_ownership());
  return {};
}

}  // namespace

const Setting kOwnershipControls{.name = OwnershipControls::kSetting,
                                 .root = "OwnershipControls",
                                 .otherwise = OwnershipControls::kDefault,
                                 .absent_code = "OwnershipControlsNotFoundError",
                                 .absent_message = "The bucket ownership controls were not found",
                                 .read = read_document<OwnershipControls, check>,
                                 .write = write_document<OwnershipControls>,
                                 .bytes_max = kDocumentBytesMax,
                                 .can_be_missed = true};

bool takes_acls(const Bucket& bucket) {
  if (bucket.settings.was_removed(OwnershipControls::kSetting)) return true;
  return setting_of<OwnershipControls>(bucket).rules.front().ownership != kOwnerEnforced;
}

}  // namespace cloudemu::s3
