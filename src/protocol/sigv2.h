#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "protocol/http_message.h"
#include "protocol/uri.h"

/// AWS Signature Version 2, which S3 still takes, in a URL (boto3 still makes those by default) or in the Authorization header:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
namespace cloudemu::sigv2 {

struct Signature {
  std::string access_key, signature, security_token;
  std::string date;                 ///< the line of the string to sign: Date (none beside x-amz-date), or Expires
  TimeMs expires_at = 0;            ///< of a URL
  std::optional<TimeMs> signed_at;  ///< in a header; nothing without a date that can be read
};

/// Whether a URL carries a signature of this version.
bool is_presigned(const QueryParameters& query);
/// Whether the Authorization header does: "AWS KEY:SIGNATURE".
bool is_in_header(const http::Request& request);

/// Reads it; checks its form only. The error is S3's sentence.
Result<Signature, std::string> parse_signature(const QueryParameters& query);

/// The same, of the Authorization header. Nothing: it is not in that form.
std::optional<Signature> header_signature(const http::Request& request);

/// What is signed. `host_bucket`: the bucket that the Host header names, empty in path style.
std::string string_to_sign(const http::Request& request, const QueryParameters& query, const Signature& signature,
                           std::string_view host_bucket);
/// base64
std::string sign(std::string_view secret, std::string_view string_to_sign);

}  // namespace cloudemu::sigv2
