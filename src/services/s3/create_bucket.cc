// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
#include "core/strings.h"
#include "services/s3/errors.h"
#include "services/s3/operations.h"

namespace cloudemu::s3 {

AwsResult<Outcome> create_bucket(const S3ReadModel& state, const Call& call) {
  http::Response response;
  response.set("Location", concat("/", call.bucket));
  if (const Bucket* existing = state.find_bucket(call.bucket)) {
    if (existing->owner != call.principal.account) return fail(bucket_already_exists(call.bucket));
    return outcome_of(std::move(response));
  }
  BucketCreated event{.bucket = call.bucket,
                      .owner = call.principal.account,
                      .region = call.principal.region,
                      .location_constraint = {},
                      .created_at = call.now};
  return outcome_of(std::move(event), std::move(response));
}

}  // namespace cloudemu::s3
