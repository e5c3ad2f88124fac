// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTorrent.html
//
// S3 gives torrents no more.
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"

namespace cloudemu::s3 {

AwsResult<Outcome> get_object_torrent(const S3ReadModel& state, const Call& call) {
  TRY(require_bucket(state, call));
  return fail(method_not_allowed(call.http.method, "TORRENT"));
}

}  // namespace cloudemu::s3
