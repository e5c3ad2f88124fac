// The preflight of a cross-origin request: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
#include "core/strings.h"
#include "services/s3/errors.h"
#include "services/s3/operations.h"

namespace cloudemu::s3 {

/// Unsigned: browsers sign no preflight. No bucket has a CORS configuration, so none is ever allowed.
AwsResult<Outcome> options_object(const S3ReadModel& state, const Call& call) {
  if (call.http.header("origin").empty()) {
    return fail(bad_request("Insufficient information. Origin request header needed."));
  }
  std::string_view method = call.http.find("access-control-request-method").value_or("OPTIONS");
  std::string_view message =
      state.find_bucket(call.bucket) ? "CORSResponse: CORS is not enabled for this bucket." : "CORSResponse: Bucket not found";
  return fail(access_forbidden(std::string(message), method, "BUCKET"));
}

}  // namespace cloudemu::s3
