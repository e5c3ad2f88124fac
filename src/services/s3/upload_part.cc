// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/customer_key.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/multipart.h"
#include "services/s3/object_headers.h"
#include "services/s3/object_lock.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/settings/encryption.h"
#include "services/s3/upload_rules.h"

namespace cloudemu::s3 {

namespace {

/// A part must bring a checksum of the upload's algorithm, or none: and none only where the object's own is not made of the parts'.
/// An upload without an algorithm takes any; it is checked and then forgotten.
AwsResult<void> check_algorithm(const Call& call, const Upload& upload) {
  auto declared = TRY(declared_checksum(call));
  if (!shows_part_checksums(upload) || (!declared && upload.checksum_type != kComposite)) return {};
  std::string expected = lower(upload.checksum_algorithm);
  std::string actual = declared ? lower(algorithm_name(declared->kind)) : "null";
  if (expected == actual) return {};
  return fail(
      invalid_request(concat("Checksum Type mismatch occurred, expected checksum Type: ", expected, ", actual checksum Type: ", actual)));
}

}  // namespace

AwsResult<void> admit_upload_part(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  TRY(parse_part_number(call.query.get("partNumber")));
  TRY(check_upload_headers(call));
  TRY(check_object_headers(call, bucket));
  Upload upload = TRY(require_upload(state, bucket, call));
  TRY(check_part_key(call, upload));
  TRY(check_kms_signature(call, upload.attributes.encryption));
  TRY(check_lock_digest(call, bucket, upload));
  return check_algorithm(call, upload);
}

UploadPlan plan_upload_part(const S3ReadModel& state, const Call& call) {
  const Bucket* bucket = state.find_bucket(call.bucket);
  auto upload = bucket ? state.upload(bucket->id, call.query.get("uploadId")) : std::nullopt;
  return upload_plan(call, upload ? part_algorithm(*upload) : kDefaultChecksum);
}

AwsResult<Outcome> upload_part(const S3ReadModel& state, const Call& call) {
  TRY(admit_upload_part(state, call));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  Upload upload = TRY(require_upload(state, bucket, call));
  TRY(check_upload(call));

  PartUploaded event{.bucket = call.bucket, .key = call.key, .upload = upload.upload, .modified_at = call.now};
  event.part = Part{.number = TRY(parse_part_number(call.query.get("partNumber"))),
                    .size = call.body->size,
                    .etag = etag_of(call.body->digest(DigestKind::md5), upload.attributes.encryption, call.entropy),
                    .content = upload_content(*call.body)};
  DigestKind kind = part_algorithm(upload);
  event.checksum = {std::string(algorithm_name(kind)), std::string(kFullObject), base64(call.body->digest(kind))};
  http::Response response;
  set_encryption(response, upload.attributes.encryption);
  response.set("ETag", quoted(event.part.etag));
  // An upload without an algorithm keeps none of what the client sends, but says it again.
  auto declared = TRY(declared_checksum(call));
  if (declared) response.set(checksum_header(algorithm_name(declared->kind)), base64(call.body->digest(declared->kind)));
  else if (shows_part_checksums(upload)) response.set(checksum_header(event.checksum.algorithm), event.checksum.value);
  return outcome_of(std::move(event), std::move(response));
}

}  // namespace cloudemu::s3
