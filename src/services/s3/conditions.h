#pragma once
#include <optional>
#include <string_view>

#include "services/s3/call.h"

/// Conditional requests: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
namespace cloudemu::s3 {

enum class Verdict { go_on, not_modified };

/// If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since of reads. Error: PreconditionFailed.
AwsResult<Verdict> check_read_conditions(const Call& call, const ObjectVersion& object);

/// Whether If-Range lets a Range be served: without it, or where the object is still the very same.
bool is_range_wanted(const Call& call, const ObjectVersion& object);

/// The reply where that verdict is not_modified.
http::Response not_modified(const ObjectVersion& object);

/// x-amz-copy-source-if-*. Error: PreconditionFailed, for all four.
AwsResult<void> check_copy_conditions(const Call& call, const ObjectVersion& source);

/// If-Match and If-None-Match of a write. The write conditions of a request; nothing for a request without.
struct WriteCondition {
  std::string_view header;  ///< "If-Match" or "If-None-Match", as errors name it
  std::string_view etag;    ///< of If-Match; If-None-Match can only be `*`
};
/// Error: NotImplemented for values that S3 does not take.
AwsResult<std::optional<WriteCondition>> write_condition(const Call& call);
/// Errors: PreconditionFailed; NoSuchKey for If-Match on a key without an object.
AwsResult<void> check_write_condition(const WriteCondition& condition, std::string_view key, const std::optional<ObjectVersion>& current);

/// Whether an ETag in a header or a document (with or without quotes) is this one.
bool is_etag(std::string_view text, std::string_view etag);

}  // namespace cloudemu::s3
