// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
#include "services/s3/acl.h"
#include "services/s3/guards.h"
#include "services/s3/lifecycle.h"
#include "services/s3/listing.h"
#include "services/s3/multipart.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

AwsResult<Outcome> list_parts(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  Window window = TRY(parse_window(call, "max-parts"));
  int after = TRY(parse_number(call, "part-number-marker", 0));
  Upload upload = TRY(require_upload(state, bucket, call));
  auto parts = state.parts(upload.id, after, window.limit + 1);
  bool is_truncated = window.limit > 0 && parts.size() > window.limit;
  if (parts.size() > window.limit) parts.resize(window.limit);

  xml::Writer xml;
  xml.open("ListPartsResult", kXmlns).element("Bucket", bucket.name).element("Key", shown(call.key, window.url_encoded()));
  xml.element("UploadId", upload.upload);
  write_initiator(xml, upload.initiator);
  write_owner(xml, owner_of(upload.attributes, bucket), call);
  xml.element("StorageClass", storage_class_name(upload.attributes.storage_class));
  xml.element("PartNumberMarker", after);
  xml.element("NextPartNumberMarker", parts.empty() ? 0 : parts.back().part.number);
  xml.element("MaxParts", window.limit);
  if (window.url_encoded()) xml.element("EncodingType", window.encoding);
  xml.element("IsTruncated", is_truncated);
  if (shows_part_checksums(upload)) {
    xml.element("ChecksumAlgorithm", upload.checksum_algorithm).element("ChecksumType", upload.checksum_type);
  }
  for (const auto& [part, modified_at] : parts) {
    xml.open("Part").element("PartNumber", part.number).element("LastModified", xml_time(modified_at));
    xml.element("ETag", quoted(part.etag)).element("Size", part.size);
    write_part_checksum(xml, upload.checksum_algorithm, part.checksum);
    xml.close();
  }
  xml.close();
  http::Response response = xml_reply(xml);
  set_abort(response, bucket, ageing_of(upload), call.lifecycle_day);
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::s3
