// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html, API_GetObjectTagging.html, API_DeleteObjectTagging.html
#include "core/strings.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/tags.h"

namespace cloudemu::s3 {

namespace {

ObjectTagsPut tags_put(const Call& call, const ObjectVersion& object, StringMap tags) {
  return {.bucket = call.bucket, .key = call.key, .version = object.version, .tags = std::move(tags)};
}

}  // namespace

AwsResult<Outcome> get_object_tagging(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(named_with_bucket(require_unmarked_object(state, bucket, call), call));
  http::Response response = xml_reply(tagging_document(object.tags));
  set_version_id(response, bucket, object.version);
  return outcome_of(std::move(response));
}

AwsResult<Outcome> put_object_tagging(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(require_unmarked_object(state, bucket, call));
  StringMap tags = TRY(parse_tagging(*call.document, Tagged::object));
  http::Response response;
  set_version_id(response, bucket, object.version);
  return outcome_of(tags_put(call, object, std::move(tags)), std::move(response));
}

AwsResult<Outcome> delete_object_tagging(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(require_unmarked_object(state, bucket, call));
  http::Response response = no_content();
  set_version_id(response, bucket, object.version);
  if (object.tags.empty()) return outcome_of(std::move(response));
  return outcome_of(tags_put(call, object, {}), std::move(response));
}

}  // namespace cloudemu::s3
