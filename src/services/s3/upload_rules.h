#pragma once
#include "services/s3/call.h"
#include "services/s3/checksum.h"

/// What PutObject and UploadPart have in common: how a streamed body is taken in and what is checked of it.
namespace cloudemu::s3 {

inline constexpr uint64_t kUploadBytesMax = 5ULL << 30;

/// The headers that say how long the body is and what is to be checked of it. Errors: MissingContentLength, NotImplemented for
/// chunks of unknown total length, EntityTooLarge, InvalidArgument, InvalidDigest, InvalidRequest.
AwsResult<void> check_upload_headers(const Call& call);

/// How the body is to be taken in. `kept`: a checksum to compute besides the one that the client sends. Headers must have been checked.
UploadPlan upload_plan(const Call& call, std::optional<DigestKind> kept);

/// What went wrong while the body came in: framing, size, x-amz-content-sha256, Content-MD5, checksum.
AwsResult<void> check_upload(const Call& call);

/// The body as an event keeps it.
std::vector<Piece> upload_content(const UploadedBody& body);

/// The algorithm of the checksum that an object keeps: of the one that the client sent, else the default.
DigestKind kept_algorithm(const Call& call);

/// The object that a body which was taken in whole becomes, whatever was checked before.
ObjectPut object_put(const Call& call, const Bucket& bucket, ObjectAttributes attributes, StringMap tags);

/// That object and the reply to it: `response` with the headers that tell of what was stored.
Answer stored_object(const Call& call, ObjectPut event, const Bucket& bucket, http::Response response);

}  // namespace cloudemu::s3
