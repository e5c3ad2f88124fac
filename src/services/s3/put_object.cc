// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/multipart.h"
#include "services/s3/object_headers.h"
#include "services/s3/object_lock.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/tags.h"
#include "services/s3/upload_rules.h"

namespace cloudemu::s3 {

namespace {

/// What only directory buckets do to an object that is there.
AwsResult<void> refuse_directory_headers(const Call& call) {
  for (std::string_view header : {"x-amz-rename-source", "x-amz-write-offset-bytes"}) {
    if (call.find_header(header)) return fail(header_not_supported(header));
  }
  return {};
}

}  // namespace

AwsResult<void> admit_put_object(const S3ReadModel& state, const Call& call) {
  TRY(refuse_part_number(call));
  TRY(refuse_directory_headers(call));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  TRY(check_upload_headers(call));
  TRY(check_object_headers(call, bucket));
  TRY(check_lock_digest(call, bucket));
  auto condition = TRY(write_condition(call));
  if (condition) TRY(check_write_condition(*condition, call.key, state.current(bucket.id, call.key)));
  return {};
}

UploadPlan plan_put_object(const S3ReadModel&, const Call& call) { return upload_plan(call, kept_algorithm(call)); }

AwsResult<Outcome> put_object(const S3ReadModel& state, const Call& call) {
  TRY(admit_put_object(state, call));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectAttributes attributes = TRY(request_attributes(call, bucket));
  StringMap tags = TRY(parse_tag_header(call.header("x-amz-tagging")));
  TRY(check_upload(call));

  return stored_object(call, object_put(call, bucket, std::move(attributes), std::move(tags)), bucket, {});
}

}  // namespace cloudemu::s3
