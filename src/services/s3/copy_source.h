#pragma once
#include <optional>
#include <string>

#include "services/s3/call.h"

namespace cloudemu::s3 {

/// The largest object that one request copies: https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html
inline constexpr uint64_t kCopyBytesMax = 5ULL << 30;

/// What x-amz-copy-source names.
struct CopySourceName {
  std::string bucket, key;
  std::optional<std::string> version;
};

/// A copy with a body is an upload by mistake: one that forgot what the header makes of it. Error: InvalidRequest.
AwsResult<void> refuse_body(const Call& call);

/// Reads the header. Error: InvalidArgument.
AwsResult<CopySourceName> parse_copy_source(const Call& call);

/// What x-amz-copy-source names, found.
struct CopySource {
  Bucket bucket;
  ObjectVersion object;
  bool by_version = false;  ///< the version was named
};

/// Finds the source of a copy and checks that it may be copied: its name, bucket, version, storage class and the
/// x-amz-copy-source-if-* conditions. Errors: InvalidArgument, NoSuchBucket, AccessDenied, NoSuchKey, NoSuchVersion,
/// InvalidRequest (a delete marker by its id), InvalidObjectState, PreconditionFailed.
AwsResult<CopySource> require_copy_source(const S3ReadModel& state, const Call& call);

/// x-amz-copy-source-version-id, for sources that were named by a version, or have one with an id of its own.
void set_source_version_id(http::Response& response, const CopySource& source);

/// The MD5 of a source, if it is known without reading it: that of a multipart object is not, nor one that its ETag does not tell.
std::optional<std::string> known_md5(const ObjectVersion& object);

}  // namespace cloudemu::s3
