// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
#include "core/strings.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/lifecycle.h"
#include "services/s3/multipart.h"
#include "services/s3/object_headers.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/settings/encryption.h"
#include "services/s3/tags.h"

namespace cloudemu::s3 {

namespace {

/// How the checksum of the whole object will come of those of its parts.
AwsResult<std::string> checksum_type(const Call& call, const std::optional<DigestKind>& algorithm) {
  auto requested = call.find_header("x-amz-checksum-type");
  if (!algorithm) {
    if (!requested) return std::string();
    return fail(invalid_request("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."));
  }
  bool only_full_object = *algorithm == DigestKind::crc64nvme;
  std::string type = requested ? upper(*requested) : std::string(only_full_object ? kFullObject : kComposite);
  if (type != kFullObject && type != kComposite) return fail(invalid_request("Value for x-amz-checksum-type header is invalid."));
  bool fits = type == kFullObject ? is_crc(*algorithm) : !only_full_object;
  if (!fits) {
    return fail(invalid_request(
        concat("The ", type, " checksum type cannot be used with the ", lower(algorithm_name(*algorithm)), " checksum algorithm.")));
  }
  return type;
}

}  // namespace

AwsResult<Outcome> create_multipart_upload(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  TRY(check_object_headers(call, bucket));
  ObjectAttributes attributes = TRY(request_attributes(call, bucket));
  StringMap tags = TRY(parse_tag_header(call.header("x-amz-tagging")));
  auto algorithm = TRY(requested_algorithm(call));
  std::string type = TRY(checksum_type(call, algorithm));

  UploadStarted event{.bucket = call.bucket,
                      .key = call.key,
                      .upload = new_upload_id(call.entropy),
                      .started_at = call.now,
                      .initiator = call.principal.account,
                      .checksum_algorithm = algorithm ? std::string(algorithm_name(*algorithm)) : std::string(),
                      .checksum_type = std::move(type),
                      .attributes = std::move(attributes),
                      .tags = std::move(tags)};
  xml::Writer xml;
  xml.open("InitiateMultipartUploadResult", kXmlns).element("Bucket", call.bucket).element("Key", call.key);
  xml.element("UploadId", event.upload).close();
  http::Response response = xml_reply(xml);
  set_abort(response, bucket, {.key = call.key, .since = call.now, .kind = Ageing::Kind::upload}, call.lifecycle_day);
  set_encryption(response, event.attributes.encryption);
  set_encryption_context(response, call);
  if (algorithm) {
    response.set("x-amz-checksum-algorithm", event.checksum_algorithm).set("x-amz-checksum-type", event.checksum_type);
  }
  return outcome_of(std::move(event), std::move(response));
}

}  // namespace cloudemu::s3
