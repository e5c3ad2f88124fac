// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html, API_GetBucketPolicy.html, API_DeleteBucketPolicy.html,
// API_GetBucketPolicyStatus.html
//
// Policies are kept and given back byte for byte; they are not evaluated.
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"
#include "services/s3/policy_document.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kSetting = "policy";

AwsResult<std::string> require_policy(const S3ReadModel& state, const Bucket& bucket) {
  auto policy = state.setting(bucket.id, kSetting);
  if (!policy) return fail(no_such_bucket_setting("NoSuchBucketPolicy", "The bucket policy does not exist", bucket.name));
  return std::move(*policy);
}

}  // namespace

AwsResult<Outcome> get_bucket_policy(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  http::Response response{.body = TRY(require_policy(state, bucket))};
  response.set("Content-Type", "application/json");
  return outcome_of(std::move(response));
}

AwsResult<Outcome> put_bucket_policy(const S3ReadModel& state, const Call& call) {
  TRY(require_bucket(state, call));
  TRY(check_policy(call.http.body, call.bucket));
  return outcome_of(BucketSettingPut{.bucket = call.bucket, .setting = std::string(kSetting), .value = call.http.body}, no_content());
}

AwsResult<Outcome> delete_bucket_policy(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  Outcome outcome = outcome_of(no_content());
  if (state.setting(bucket.id, kSetting)) {
    outcome.events.push_back(BucketSettingDeleted{.bucket = call.bucket, .setting = std::string(kSetting)});
  }
  return outcome;
}

AwsResult<Outcome> get_bucket_policy_status(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  std::string policy = TRY(require_policy(state, bucket));
  xml::Writer xml;
  xml.open("PolicyStatus", kXmlns).element("IsPublic", is_public_policy(policy)).close();
  return outcome_of(xml_reply(xml));
}

}  // namespace cloudemu::s3
