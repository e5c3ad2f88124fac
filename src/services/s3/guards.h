#pragma once
#include <optional>
#include <string>

#include "services/s3/call.h"

/// The checks that many operations begin with.
namespace cloudemu::s3 {

/// A bucket that is there, is the expected owner's (x-amz-expected-bucket-owner) and lets the caller in. Errors: InvalidBucketName,
/// NoSuchBucket, InvalidBucketOwnerAWSAccountID, AccessDenied. The bucket is good until the next change to any bucket.
AwsResult<const Bucket*> require_bucket(const S3ReadModel& state, const Call& call);

/// The same for the source of a copy, with x-amz-source-expected-bucket-owner.
AwsResult<const Bucket*> require_source_bucket(const S3ReadModel& state, const Call& call, std::string_view bucket);

/// The version that `?versionId=` names, if any. Errors: InvalidArgument for what cannot be a version id in that bucket.
AwsResult<std::optional<std::string>> requested_version(const Bucket& bucket, const Call& call);
/// The same check for a version id that stands elsewhere (a copy source, a document).
AwsResult<void> check_version_id(const Bucket& bucket, std::string_view version);

/// Keys have up to 1024 bytes. Error: KeyTooLongError.
AwsResult<void> check_key_size(std::string_view key);

/// The object that key and versionId name. Errors: those above, NoSuchKey, NoSuchVersion, and MethodNotAllowed for a delete marker.
AwsResult<ObjectVersion> require_object(const S3ReadModel& state, const Bucket& bucket, const Call& call);

/// The same for the operations to which a key whose latest version is a delete marker is not missing (404) but marked (405).
AwsResult<ObjectVersion> require_unmarked_object(const S3ReadModel& state, const Bucket& bucket, const Call& call);

/// The same for the few operations that tell the key of what is missing with its bucket: "photos/cat".
AwsResult<ObjectVersion> named_with_bucket(AwsResult<ObjectVersion> found, const Call& call);

/// What a read finds where a delete marker is the current version. Error: NoSuchKey, with the marker's headers.
AwsError hidden_by_marker(const ObjectVersion& marker);

/// x-amz-bypass-governance-retention has no meaning in a bucket without object lock. Error: InvalidArgument.
AwsResult<void> refuse_governance_bypass(const Call& call);

/// x-amz-version-id of what is there: in buckets that have ever been versioned.
void set_version_id(http::Response& response, const Bucket& bucket, std::string_view version);
/// x-amz-version-id of what was just written: AWS leaves it out while versioning is suspended.
void set_written_version_id(http::Response& response, const Bucket& bucket, std::string_view version);

/// A new version id, or "null" where the bucket keeps no versions now.
std::string new_version_id(const Bucket& bucket, Entropy& entropy);
/// Whether a version of that id may once have been there: of others it is certain that they never were.
bool may_have_given(const Bucket& bucket, std::string_view version);

}  // namespace cloudemu::s3
