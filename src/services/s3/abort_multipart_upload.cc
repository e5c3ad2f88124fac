// https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/multipart.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

AwsResult<Outcome> abort_multipart_upload(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (call.find_header("x-amz-if-match-initiated-time")) return fail(header_not_implemented("x-amz-if-match-initiated-time"));
  Upload upload = TRY(require_upload(state, bucket, call));
  return outcome_of(UploadEnded{.bucket = call.bucket, .upload = upload.upload}, no_content());
}

}  // namespace cloudemu::s3
