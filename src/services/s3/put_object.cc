// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/checksum.h"
#include "services/s3/errors.h"
#include "services/s3/operations.h"

namespace cloudemu::s3 {

AwsResult<void> admit_put_object(const S3ReadModel& state, const Call& call) {
  if (!state.find_bucket(call.bucket)) return fail(no_such_bucket(call.bucket));
  return {};
}

AwsResult<Outcome> put_object(const S3ReadModel& state, const Call& call) {
  TRY(admit_put_object(state, call));
  ObjectPut event{.bucket = call.bucket, .key = call.key, .version = "null"};
  event.size = call.body->size;
  event.etag = hex(call.body->digest(DigestKind::md5));
  event.modified_at = call.now;
  event.checksum = stored_checksum(call.http, *call.body);
  std::string_view type = call.header("content-type");
  if (!type.empty()) event.attributes.headers.emplace_back("content-type", type);
  if (call.body->blob.empty()) event.body.bytes = call.body->bytes;
  else event.parts.push_back(Part{.size = call.body->size, .blob = call.body->blob});

  http::Response response;
  response.set("ETag", concat('"', event.etag, '"'));
  response.set("x-amz-server-side-encryption", "AES256");
  return outcome_of(std::move(event), std::move(response));
}

}  // namespace cloudemu::s3
