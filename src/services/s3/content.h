#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/s3/byte_range.h"
#include "services/s3/call.h"

namespace cloudemu::s3 {

/// Where a stretch of an object's bytes is. An empty range gives nothing.
std::vector<BodyExtent> extents_of(const S3ReadModel& state, const ObjectVersion& object, const ByteRange& range);

/// The whole object.
inline ByteRange whole(const ObjectVersion& object) { return {0, object.size}; }

/// Puts a stretch of an object into a reply: small bodies into the response, others to be streamed.
void set_body(Answer& answer, const S3ReadModel& state, const ObjectVersion& object, const ByteRange& range);

/// For HEAD: its length, and where it is if that is not the state, so that it can be seen to be there.
void announce_body(Answer& answer, const S3ReadModel& state, const ObjectVersion& object, const ByteRange& range);

/// The same bytes as an event keeps them, and back.
std::vector<Piece> pieces_of(const std::vector<BodyExtent>& extents);
std::vector<BodyExtent> extents_of(const std::vector<Piece>& content);
std::vector<BodyExtent> extents_of(const std::vector<Part>& parts);

/// "s3://photos/cat.jpg", percent-encoded, for warnings.
std::string object_name(std::string_view bucket, std::string_view key);

/// Digests of a stretch of an object, by kind, raw: taken at once where the bytes are at hand, else those that the call was given for
/// exactly this request. Nothing: they must be asked for, with a DigestRequest. Without a kind: that the bytes are whole.
std::optional<std::map<DigestKind, std::string>> digests_of(const Call& call, const DigestRequest& request);

}  // namespace cloudemu::s3
