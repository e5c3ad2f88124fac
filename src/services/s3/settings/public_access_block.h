#pragma once
#include <string_view>

#include "protocol/xml_shape.h"
#include "services/s3/call.h"

/// What keeps a bucket from being opened to everybody:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
namespace cloudemu::s3 {

struct PublicAccessBlock {
  static constexpr std::string_view kSetting = "publicAccessBlock";
  static constexpr std::string_view kDefault =
      R"({"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true})";
  bool block_public_acls = false;
  bool ignore_public_acls = false;
  bool block_public_policy = false;
  bool restrict_public_buckets = false;

  bool operator==(const PublicAccessBlock&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("BlockPublicAcls", self.block_public_acls);
    fields("IgnorePublicAcls", self.ignore_public_acls);
    fields("BlockPublicPolicy", self.block_public_policy);
    fields("RestrictPublicBuckets", self.restrict_public_buckets);
  }
};

/// What is blocked in a bucket: everything, until it is set otherwise or removed. Authorisation asks for `ignore_public_acls` (ACLs grant
/// nothing to everybody) and `restrict_public_buckets` (a public policy lets in nobody but the owner's account).
const PublicAccessBlock& public_access_block(const Bucket& bucket);

/// 403 for a public policy. `operation`: "PutBucketPolicy".
AwsError public_policy_is_blocked(const Call& call, std::string_view operation);
/// 403 for a public ACL.
AwsError public_acl_is_blocked(const Call& call, std::string_view operation);

}  // namespace cloudemu::s3
