// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/checksum.h"
#include "services/s3/content.h"
#include "services/s3/copy_source.h"
#include "services/s3/customer_key.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/multipart.h"
#include "services/s3/object_headers.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/settings/encryption.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kRangeHeader = "x-amz-copy-source-range";

/// Stricter than Range: "bytes=first-last", both there, both inside the source.
AwsResult<ByteRange> copied_range(const Call& call, uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  auto header = call.find_header(kRangeHeader);
  if (!header) return ByteRange{0, size};
  auto [first_text, last_text] = split_once(header->starts_with(kUnit) ? header->substr(kUnit.size()) : "", '-');
  auto first = parse_integer<uint64_t>(first_text), last = parse_integer<uint64_t>(last_text);
  if (!first || !last || *last < *first) {
    return fail(
        invalid_argument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are "
                         "the zero-based offsets of the first and last bytes to copy",
                         kRangeHeader, *header));
  }
  if (*first >= size) return fail(invalid_request("The specified copy range is invalid for the source object size"));
  if (*last >= size) {
    return fail(invalid_argument(concat("Range specified is not valid for source object of size: ", size), kRangeHeader, *header));
  }
  return ByteRange{*first, *last - *first + 1};
}

http::Response reply(const PartUploaded& event, const Upload& upload, const CopySource& source) {
  xml::Writer xml;
  xml.open("CopyPartResult", kXmlns).element("LastModified", xml_time(event.modified_at)).element("ETag", quoted(event.part.etag));
  write_part_checksum(xml, upload.checksum_algorithm, event.checksum.value);
  xml.close();
  http::Response response = xml_reply(xml);
  set_encryption(response, upload.attributes.encryption);
  set_source_version_id(response, source);
  return response;
}

}  // namespace

AwsResult<Outcome> upload_part_copy(const S3ReadModel& state, const Call& call) {
  TRY(refuse_body(call));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  int number = TRY(parse_part_number(call.query.get("partNumber")));
  TRY(check_object_headers(call, bucket));
  Upload upload = TRY(require_upload(state, bucket, call));
  TRY(check_part_key(call, upload));
  TRY(check_kms_signature(call, upload.attributes.encryption));
  CopySource source = TRY(require_copy_source(state, call));
  const ObjectVersion& object = source.object;
  ByteRange range = TRY(copied_range(call, object.size));
  if (range.length > kCopyBytesMax) return fail(entity_too_large(range.length, kCopyBytesMax));

  DigestKind kind = part_algorithm(upload);
  bool is_whole = range.length == object.size;
  auto known = is_whole ? known_md5(object) : std::nullopt;
  bool keeps_checksum = is_whole && object.checksum.type == kFullObject && object.checksum.algorithm == algorithm_name(kind);
  DigestRequest request{.extents = extents_of(state, object, range), .kinds = {}, .owner = object_name(source.bucket.name, object.key)};
  if (!known) request.kinds.push_back(DigestKind::md5);
  if (!keeps_checksum && (known || kind != DigestKind::md5)) request.kinds.push_back(kind);
  auto digests = digests_of(call, request);
  if (!digests) return request;

  PartUploaded event{.bucket = call.bucket, .key = call.key, .upload = upload.upload, .modified_at = call.now};
  event.part = Part{.number = number,
                    .size = range.length,
                    .etag = etag_of(known ? *known : digests->at(DigestKind::md5), upload.attributes.encryption, call.entropy),
                    .content = pieces_of(request.extents)};
  event.checksum = {std::string(algorithm_name(kind)), std::string(kFullObject),
                    keeps_checksum ? object.checksum.value : base64(digests->at(kind))};
  http::Response response = reply(event, upload, source);
  return outcome_of(std::move(event), std::move(response));
}

}  // namespace cloudemu::s3
