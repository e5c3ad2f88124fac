#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "events/s3_events.h"
#include "services/s3/call.h"

/// Checksums: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
namespace cloudemu::s3 {

inline constexpr std::string_view kFullObject = "FULL_OBJECT";
inline constexpr std::string_view kComposite = "COMPOSITE";
/// What S3 computes when the client names no algorithm.
inline constexpr DigestKind kDefaultChecksum = DigestKind::crc64nvme;

/// "CRC32" -> DigestKind::crc32, whatever the case; nothing for unknown names.
std::optional<DigestKind> checksum_algorithm(std::string_view name);
/// "CRC32"
std::string_view algorithm_name(DigestKind kind);
/// CRCs of parts can be combined to the CRC of the whole; other checksums cannot.
bool is_crc(DigestKind kind);

/// The checksum that comes with a body: in an x-amz-checksum-* header, or in a trailer announced by x-amz-trailer.
struct DeclaredChecksum {
  DigestKind kind;
  std::string raw;  ///< decoded; empty if it is in the trailer
  bool in_trailer = false;
};
/// Errors: InvalidRequest, in AWS's words for each way of getting it wrong.
AwsResult<std::optional<DeclaredChecksum>> declared_checksum(const Call& call);

/// Whether a body comes with a digest to check it by: Content-MD5, or a checksum as above. Errors: those of declared_checksum.
AwsResult<bool> has_digest(const Call& call);

/// x-amz-checksum-algorithm of requests whose checksum S3 computes. Error: InvalidRequest for an unknown one.
AwsResult<std::optional<DigestKind>> requested_algorithm(const Call& call);

/// Content-MD5, decoded. Error: InvalidDigest.
AwsResult<std::optional<std::string>> declared_md5(const http::Request& http);

/// Checks a document against x-amz-content-sha256 and Content-MD5. Errors: XAmzContentSHA256Mismatch, InvalidDigest, BadDigest.
AwsResult<void> check_document_hashes(const http::Request& http);
/// Checks a document against x-amz-checksum-*. Errors: InvalidRequest, BadDigest.
AwsResult<void> check_document_checksum(const Call& call);

/// The value of x-amz-content-sha256, if it is a hash: 64 lower-case hexadecimal digits.
std::optional<std::string_view> declared_content_sha256(const http::Request& http);

/// Whether x-amz-content-sha256 is such a hash. Error: InvalidArgument if it is none, nor one of the words that may stand in its place.
AwsResult<bool> check_content_sha256(const http::Request& http);
/// Whether a body is said to be unsigned, with trailers: uploads alone may be.
bool is_unsigned_stream(const http::Request& http);

/// A checksum header, and x-amz-checksum-type unless `type` is empty.
void set_checksum(http::Response& response, const Checksum& checksum);

}  // namespace cloudemu::s3
