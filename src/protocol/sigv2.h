#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "protocol/http_message.h"
#include "protocol/uri.h"

/// AWS Signature Version 2 in a URL, which S3 still takes and boto3 still makes by default:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html#RESTAuthenticationQueryStringAuth
namespace cloudemu::sigv2 {

struct Signature {
  std::string access_key, signature, security_token;
  TimeMs expires_at = 0;
};

/// Whether a URL carries a signature of this version.
bool is_presigned(const QueryParameters& query);

/// Reads it; checks its form only. The error is S3's sentence.
Result<Signature, std::string> parse_signature(const QueryParameters& query);

/// What is signed. `host_bucket`: the bucket that the Host header names, empty in path style.
std::string string_to_sign(const http::Request& request, const QueryParameters& query, std::string_view host_bucket);
/// base64
std::string sign(std::string_view secret, std::string_view string_to_sign);

}  // namespace cloudemu::sigv2
