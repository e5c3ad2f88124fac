// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
#include "core/strings.h"
#include "core/time_format.h"
#include "services/s3/body.h"
#include "services/s3/errors.h"
#include "services/s3/operations.h"

namespace cloudemu::s3 {

AwsResult<Outcome> get_object(const S3ReadModel& state, const Call& call) {
  const Bucket* bucket = state.find_bucket(call.bucket);
  if (!bucket) return fail(no_such_bucket(call.bucket));
  auto object = state.latest(bucket->id, call.key);
  if (!object || object->marker) return fail(no_such_key(call.key));

  http::Response response;
  std::string type = "binary/octet-stream";
  for (const auto& [name, value] : object->attributes.headers) {
    if (name == "content-type") type = value;
  }
  response.set("Last-Modified", http_date(object->modified_at));
  response.set("ETag", concat('"', object->etag, '"'));
  response.set("x-amz-server-side-encryption", "AES256");
  response.set("Accept-Ranges", "bytes");
  response.set("Content-Type", type);
  Outcome outcome;
  if (object->parts.empty()) response.body = state.body(object->id);
  else outcome.body = blob_extents(object->parts, 0, object->size);
  response.content_length = object->size;
  outcome.response = std::move(response);
  return outcome;
}

}  // namespace cloudemu::s3
