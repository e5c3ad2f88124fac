#pragma once
#include "services/s3/call.h"

/// What keeps a version from being deleted: a retention until some time, which those who may can pass in GOVERNANCE mode and nobody in
/// COMPLIANCE mode, and a legal hold. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
namespace cloudemu::s3 {

bool has_object_lock(const Bucket& bucket);

/// The lock that a new version gets: by x-amz-object-lock-*, else the bucket's default. Errors: InvalidRequest where the bucket has no
/// object lock, InvalidArgument.
AwsResult<Lock> requested_lock(const Call& call, const Bucket& bucket);

/// The body of what will be locked, by headers or by the bucket's default, must come with a digest: an object's, and each part's of an upload.
/// Error: InvalidRequest.
AwsResult<void> check_lock_digest(const Call& call, const Bucket& bucket);
AwsResult<void> check_lock_digest(const Call& call, const Bucket& bucket, const Upload& upload);

/// Whether a version may be deleted for good. Errors: AccessDenied; InvalidArgument for x-amz-bypass-governance-retention in a bucket
/// where it has no meaning.
AwsResult<void> check_deletable(const S3ReadModel& state, const Bucket& bucket, const Call& call, std::string_view key,
                                std::string_view version);
AwsResult<void> check_governance_bypass(const Bucket& bucket, const Call& call);

/// x-amz-object-lock-* of an object.
void set_lock(http::Response& response, const Lock& lock);

}  // namespace cloudemu::s3
