// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and API_HeadObject.html
//
// Order of checks: bucket, part number, checksum mode, version, key, conditions, part or range.
#include "core/strings.h"
#include "services/s3/checksum.h"
#include "services/s3/conditions.h"
#include "services/s3/content.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/lifecycle.h"
#include "services/s3/multipart.h"
#include "services/s3/object_headers.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/restore.h"
#include "services/s3/settings/encryption.h"

namespace cloudemu::s3 {

namespace {

/// Query parameters that take the place of a header of the object.
constexpr std::pair<std::string_view, std::string_view> kOverrides[] = {
    {"response-cache-control", "Cache-Control"},       {"response-content-disposition", "Content-Disposition"},
    {"response-content-encoding", "Content-Encoding"}, {"response-content-language", "Content-Language"},
    {"response-content-type", "Content-Type"},         {"response-expires", "Expires"}};

/// UTF-8 to ISO 8859-1, which is all that a header can hold; nothing if there are characters beyond it.
std::optional<std::string> to_latin1(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      out.push_back(text[i]);
      continue;
    }
    if (byte > 0xC3 || i + 1 == text.size()) return std::nullopt;
    out.push_back(static_cast<char>((byte & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F)));
  }
  return out;
}

/// Applies response-* parameters. Errors: InvalidRequest for anonymous callers, InvalidArgument.
AwsResult<void> override_headers(const Call& call, http::Response& response) {
  for (auto [parameter, header] : kOverrides) {
    const std::string* value = call.query.find(parameter);
    if (!value) continue;
    if (call.principal.access_key.empty()) {
      return fail(invalid_request("Request specific response headers cannot be used for anonymous GET requests."));
    }
    auto text = to_latin1(*value);
    if (!text) return fail(invalid_argument("Header value cannot be represented using ISO-8859-1.", parameter, *value));
    response.headers.replace(header, *text);
  }
  return {};
}

/// What of the object is asked for, by Range or partNumber.
struct Selection {
  ByteRange range;
  bool is_partial = false;
  std::optional<Part> part = {};  ///< of a multipart object
};

/// What is asked for by a part's number, as far as it can be told without the object; nothing: by no number.
AwsResult<std::optional<int>> requested_part(const Call& call) {
  const std::string* text = call.query.find("partNumber");
  if (!text) return std::nullopt;
  if (call.http.find("range")) return fail(invalid_request("Cannot specify both Range header and partNumber query parameter"));
  return TRY(parse_part_number(*text));
}

/// Whether x-amz-checksum-mode asks for the checksum.
AwsResult<bool> asks_for_checksum(const Call& call) {
  auto mode = call.find_header("x-amz-checksum-mode");
  if (!mode) return false;
  if (!equals_ignoring_case(*mode, "ENABLED")) return fail(invalid_request("Value for x-amz-checksum-mode header is invalid."));
  return true;
}

AwsResult<Selection> select_part(const S3ReadModel& state, const ObjectVersion& object, int number) {
  if (object.part_count == 0) {
    // A plain object counts as one part, which an empty one has no range of.
    if (number > 1) return fail(invalid_part_number(number, 1));
    return Selection{.range = whole(object), .is_partial = object.size > 0};
  }
  auto parts = state.object_parts(object.id, number - 1, 1);
  if (parts.empty() || parts.front().part.number != number) return fail(invalid_part_number(number, object.part_count));
  ObjectPart& found = parts.front();
  return Selection{{found.start, found.part.size}, true, std::move(found.part)};
}

AwsResult<Selection> select(const S3ReadModel& state, const Call& call, const ObjectVersion& object, std::optional<int> part) {
  if (part) return select_part(state, object, *part);
  auto header = call.http.find("range");
  if (!header || !is_range_wanted(call, object)) return Selection{.range = whole(object)};
  auto range = TRY(parse_range(*header, object.size));
  if (!range) return Selection{.range = whole(object)};
  return Selection{.range = *range, .is_partial = true};
}

/// The part that a range holds from its first byte to its last, and nothing else; of a multipart object.
std::optional<Part> part_in_range(const S3ReadModel& state, const ObjectVersion& object, const ByteRange& range) {
  if (object.part_count == 0 || range.length == 0) return std::nullopt;
  auto parts = state.object_parts_between(object.id, range.begin, range.begin + range.length);
  bool is_one = parts.size() == 1 && parts.front().start == range.begin && parts.front().part.size == range.length;
  return is_one ? std::optional(std::move(parts.front().part)) : std::nullopt;
}

/// The checksum of the whole object, or of the one part that is read, if the object's is made of those of its parts. Other ranges have none:
/// SDKs would check by it what they get.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html#Part-level-checksums
std::optional<Checksum> checksum_of(const S3ReadModel& state, const ObjectVersion& object, const Selection& selection) {
  bool is_all = !selection.part && selection.range.length == object.size;
  bool is_whole = object.part_count == 1 && object.checksum.type == kFullObject;
  if (is_all || (selection.part && is_whole)) return object.checksum;
  if (object.checksum.type == kFullObject) return std::nullopt;
  auto part = selection.part ? selection.part : part_in_range(state, object, selection.range);
  if (!part || part->checksum.empty()) return std::nullopt;
  return Checksum{object.checksum.algorithm, object.checksum.type, part->checksum};
}

}  // namespace

AwsResult<Outcome> get_object(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  auto part = TRY(requested_part(call));
  bool with_checksum = TRY(asks_for_checksum(call));
  ObjectVersion object = TRY(require_object(state, bucket, call));
  TRY(check_read_key(call, object));
  TRY(check_kms_signature(call, object.attributes.encryption));
  bool is_head = call.http.method == "HEAD";
  if (!is_head) TRY(check_readable(object));
  if (TRY(check_read_conditions(call, object)) == Verdict::not_modified) return outcome_of(not_modified(object));
  Selection selection = TRY(select(state, call, object, part));

  Answer answer;
  http::Response& response = answer.response;
  set_object_headers(response, object);
  set_version_id(response, bucket, object.version);
  if (selection.is_partial) {
    uint64_t begin = selection.range.begin;
    response.status = 206;
    response.set("Content-Range", concat("bytes ", begin, '-', begin + selection.range.length - 1, '/', object.size));
  }
  if (selection.part) response.set("x-amz-mp-parts-count", std::to_string(object.part_count));
  if (with_checksum) {
    if (auto checksum = checksum_of(state, object, selection)) set_checksum(response, *checksum);
  }
  TRY(override_headers(call, response));
  set_expiration(response, state, bucket, object, call.lifecycle_day);
  if (is_head) announce_body(answer, state, object, selection.range);
  else set_body(answer, state, object, selection.range);
  return answer;
}

}  // namespace cloudemu::s3
