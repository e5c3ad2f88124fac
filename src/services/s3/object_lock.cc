// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html, API_PutObjectRetention.html, API_GetObjectLegalHold.html,
// API_PutObjectLegalHold.html: no bucket has object lock yet, and this is what AWS says then.
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"

namespace cloudemu::s3 {

AwsResult<Outcome> refuse_object_lock(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  TRY(require_object(state, bucket, call));
  return fail(invalid_request("Bucket is missing Object Lock Configuration"));
}

}  // namespace cloudemu::s3
