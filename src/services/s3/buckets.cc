// Buckets as such:
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html, API_HeadBucket.html, API_GetBucketLocation.html
#include "core/strings.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/listing.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

AwsResult<Outcome> delete_bucket(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  switch (state.fill(bucket.id)) {
    case S3ReadModel::Fill::empty: break;  // unfinished uploads do not count; they go with the bucket
    case S3ReadModel::Fill::objects:
      return fail(bucket_not_empty(call.bucket, bucket.versioning == Versioning::never ? Leftovers::objects : Leftovers::only_versions));
    case S3ReadModel::Fill::only_versions: return fail(bucket_not_empty(call.bucket, Leftovers::only_versions));
  }
  return outcome_of(BucketDeleted{.bucket = call.bucket}, no_content());
}

/// A listing without its document: it refuses what that would.
AwsResult<Outcome> head_bucket(const S3ReadModel& state, const Call& call) {
  TRY(check_listing(call, call.query.get("list-type") == "2" ? ListType::v2 : ListType::v1));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  TRY(parse_encoding(call));
  http::Response response;
  response.set("x-amz-bucket-region", bucket.region)
      .set("x-amz-access-point-alias", "false")
      .set("x-amz-bucket-arn", concat("arn:aws:s3:::", bucket.name))
      .set("Content-Type", "application/xml");
  return outcome_of(std::move(response));
}

AwsResult<Outcome> get_bucket_location(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  xml::Writer xml;
  if (bucket.location_constraint.empty()) xml.empty(concat("LocationConstraint ", kXmlns));
  else xml.open("LocationConstraint", kXmlns).text(bucket.location_constraint).close();
  return outcome_of(xml_reply(xml));
}

}  // namespace cloudemu::s3
