#pragma once
#include <optional>
#include <string_view>

#include "services/s3/operations.h"

/// Who may do what to buckets and objects. Only called where policies are evaluated: with a Call::judge.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
namespace cloudemu::s3 {

/// One thing to be done to a bucket, or (with a key) to an object.
struct Wish {
  std::string_view action;  ///< without "s3:"
  std::string_view key = {};
  std::optional<std::string_view> version = {};
  std::string_view prefix = {};  ///< of ListBucket: the key that is looked for, where the request names no prefix
  bool granted = false;          ///< by something besides policies and ACLs; a policy's Deny still counts
};

/// Whether the caller may do that. Error: AccessDenied.
AwsResult<void> require_access(const S3ReadModel& state, const Call& call, const Bucket& bucket, const Wish& wish);

/// All that an operation needs: its own action, those of what it does besides (tags, lists of grants, retention), and what is copied.
/// A bucket that is not there is left to the rule. Error: AccessDenied.
AwsResult<void> authorise_call(const S3ReadModel& state, const Operation& operation, const Call& call);

/// "If the object does not exist and you have no s3:ListBucket permission, S3 returns 403": what a rule's error becomes for such a caller.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
AwsError hide_missing_key(const S3ReadModel& state, const Operation& operation, const Call& call, AwsError error);

}  // namespace cloudemu::s3
