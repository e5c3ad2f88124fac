// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html, API_GetPublicAccessBlock.html,
// API_DeletePublicAccessBlock.html
#include "services/s3/settings/public_access_block.h"

#include "core/strings.h"
#include "services/iam/call_context.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

/// "User: arn:aws:iam::111122223333:root is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::photos" because ..."
AwsError blocked(const Call& call, std::string_view operation, std::string_view why) {
  std::string key = call.key.empty() ? std::string() : concat("/", call.key);
  return access_denied(concat("User: ", iam::caller_arn(call.principal), " is not authorized to perform: s3:", operation,
                              " on resource: \"arn:aws:s3:::", call.bucket, key, "\" because ", why, " block public access setting."));
}

}  // namespace

const Setting kPublicAccessBlock{.name = PublicAccessBlock::kSetting,
                                 .root = "PublicAccessBlockConfiguration",
                                 .otherwise = PublicAccessBlock::kDefault,
                                 .absent_code = "NoSuchPublicAccessBlockConfiguration",
                                 .absent_message = "The public access block configuration was not found",
                                 .read = read_document<PublicAccessBlock>,
                                 .write = write_document<PublicAccessBlock>,
                                 .bytes_max = kLargeSettingBytesMax,
                                 .can_be_missed = true};

const PublicAccessBlock& public_access_block(const Bucket& bucket) {
  static constexpr PublicAccessBlock kNone;
  if (bucket.settings.was_removed(PublicAccessBlock::kSetting)) return kNone;
  return setting_of<PublicAccessBlock>(bucket);
}

AwsError public_policy_is_blocked(const Call& call, std::string_view operation) {
  return blocked(call, operation, "public policies are blocked by the BlockPublicPolicy");
}

AwsError public_acl_is_blocked(const Call& call, std::string_view operation) {
  return blocked(call, operation, "public access control lists (ACLs) are blocked by the BlockPublicAcls");
}

}  // namespace cloudemu::s3
