#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "events/s3_events.h"
#include "protocol/aws_error.h"
#include "protocol/http_message.h"
#include "services/upload.h"

namespace cloudemu::s3 {

/// "CRC32" -> DigestKind::crc32, whatever the case; nothing for unknown names.
std::optional<DigestKind> checksum_algorithm(std::string_view name);
/// "CRC32"
std::string_view algorithm_name(DigestKind kind);

/// How the body of a PutObject or UploadPart is to be taken in, by its headers.
UploadPlan upload_plan(const http::Request& request, uint64_t size_max);

/// What went wrong while the body came in: framing, size, Content-MD5, x-amz-content-sha256, x-amz-checksum-*.
AwsResult<void> check_upload(const http::Request& request, const UploadedBody& body);

/// The checksum to keep: the one the client sent, else CRC64NVME.
Checksum stored_checksum(const http::Request& request, const UploadedBody& body);

}  // namespace cloudemu::s3
