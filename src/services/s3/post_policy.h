#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "protocol/aws_error.h"

/// The policy of an upload by form: what its maker, who signed it, allows the one who fills the form in to upload:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
namespace cloudemu::s3 {

/// What is held against a policy.
struct PostedForm {
  std::vector<std::string> names;  ///< of all fields but the file, as sent, and `bucket`
  /// The value of a field, with `bucket`, and `key` as it will be; nothing if there is no such field.
  std::function<std::optional<std::string>(std::string_view name)> value;
  uint64_t file_bytes = 0;
  TimeMs now = 0;
};

/// `policy`: base64 of a JSON document. Errors: InvalidPolicyDocument if it cannot be read; AccessDenied where it has expired, a
/// condition is not met or a field is in no condition; EntityTooLarge, EntityTooSmall.
AwsResult<void> check_post_policy(std::string_view policy, const PostedForm& form);

}  // namespace cloudemu::s3
