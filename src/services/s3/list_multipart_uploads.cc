// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
#include "services/s3/acl.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/listing.h"
#include "services/s3/multipart.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

constexpr int64_t kBeforeAll = -1;

struct Markers {
  std::string_view key, upload;
  int64_t after_id = kBeforeAll;  ///< of that key, go on with uploads begun later than this one
};

AwsResult<Markers> parse_markers(const S3ReadModel& state, const Bucket& bucket, const Call& call) {
  Markers markers{.key = call.query.get("key-marker"), .upload = call.query.get("upload-id-marker")};
  // Without a key marker the upload id marker is ignored.
  if (markers.key.empty()) markers.upload = {};
  if (markers.upload.empty()) return markers;
  auto upload = state.upload(bucket.id, markers.upload);
  // A client that aborts what it lists comes back with an upload that is gone: what is left of its key is then still to come.
  bool may_be_gone = !upload && could_be_upload_id(markers.upload);
  bool is_of_key = upload && upload->key == markers.key;
  if (!is_of_key && !may_be_gone) {
    return fail(invalid_argument("Invalid uploadId marker", "upload-id-marker", markers.upload));
  }
  if (upload) markers.after_id = upload->id;
  return markers;
}

void write_upload(xml::Writer& xml, const Window& window, const Upload& upload, const Bucket& bucket, const Call& call) {
  xml.open("Upload").element("Key", shown(upload.key, window.url_encoded())).element("UploadId", upload.upload);
  write_initiator(xml, upload.initiator);
  write_owner(xml, owner_of(upload.attributes, bucket), call);
  xml.element("StorageClass", storage_class_name(upload.attributes.storage_class));
  xml.element("Initiated", xml_time(upload.started_at));
  if (!upload.checksum_algorithm.empty()) {
    xml.element("ChecksumAlgorithm", upload.checksum_algorithm).element("ChecksumType", upload.checksum_type);
  }
  xml.close();
}

}  // namespace

AwsResult<Outcome> list_multipart_uploads(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  Window window = TRY(parse_window(call, "max-uploads"));
  Markers markers = TRY(parse_markers(state, bucket, call));
  xml::Writer items = xml::Writer::fragment();
  std::string last_upload;
  std::string from(markers.key);
  bool inside_key = !markers.upload.empty();
  if (!from.empty() && !inside_key) from.push_back('\0');  // the next possible key
  auto scan = [&](std::string_view start, const auto& visit) {
    int64_t after_id = start == markers.key ? markers.after_id : kBeforeAll;
    state.scan_uploads(bucket.id, start, after_id, [&](const Upload& upload) { return visit(upload.key, upload); });
  };
  Page page = collect_page(window, inside_key ? std::string_view() : markers.key, std::move(from), scan, [&](const Upload& upload) {
    write_upload(items, window, upload, bucket, call);
    last_upload = upload.upload;
  });
  // Where the last entry is a common prefix, no upload is the last.
  if (page.last_is_prefix) last_upload.clear();
  write_common_prefixes(items, page, window.url_encoded());

  xml::Writer xml;
  xml.open("ListMultipartUploadsResult", kXmlns).element("Bucket", bucket.name);
  xml.element("KeyMarker", shown(markers.key, window.url_encoded())).element("UploadIdMarker", markers.upload);
  xml.element("NextKeyMarker", shown(page.last, window.url_encoded())).element("NextUploadIdMarker", last_upload);
  if (!window.delimiter.empty()) xml.element("Delimiter", shown(window.delimiter, window.url_encoded()));
  if (!window.prefix.empty()) xml.element("Prefix", shown(window.prefix, window.url_encoded()));
  if (window.url_encoded()) xml.element("EncodingType", window.encoding);
  xml.element("MaxUploads", window.limit).element("IsTruncated", page.is_truncated).raw(items.take()).close();
  return outcome_of(listing_reply(xml, bucket));
}

}  // namespace cloudemu::s3
