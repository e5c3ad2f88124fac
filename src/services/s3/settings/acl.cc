// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html, API_GetBucketAcl.html
#include "services/s3/acl.h"

#include "services/s3/guards.h"
#include "services/s3/settings/ownership_controls.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

const Setting kAcl{.name = Acl::kSetting, .root = "AccessControlPolicy"};

/// Where the owner owns everything, no ACL has a say, and none is shown.
AwsResult<Outcome> get_bucket_acl(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  return outcome_of(acl_reply(call, takes_acls(bucket) ? bucket_acl(bucket) : owner_only(bucket.owner), bucket.owner, bucket));
}

AwsResult<Outcome> put_bucket_acl(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (call.http.body.size() > kAclBytesMax) return fail(max_message_length_exceeded(kAclBytesMax));
  Acl acl;
  acl.grants = TRY(put_acl(call, bucket, bucket.owner, AclOf::bucket, "PutBucketAcl"));
  return outcome_of(BucketSettingPut{.bucket = call.bucket, .setting = std::string(Acl::kSetting), .value = events::to_json(acl)}, {});
}

}  // namespace cloudemu::s3
