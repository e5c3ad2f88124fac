// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html, API_GetBucketTagging.html, API_DeleteBucketTagging.html
#include "events/field_json.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/tags.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kSetting = "tagging";

/// Removes the tags, if there are any; nothing to remove is no error.
Outcome remove_tags(const S3ReadModel& state, const Bucket& bucket) {
  Outcome outcome = outcome_of(no_content());
  if (state.setting(bucket.id, kSetting)) {
    outcome.events.push_back(BucketSettingDeleted{.bucket = bucket.name, .setting = std::string(kSetting)});
  }
  return outcome;
}

}  // namespace

AwsResult<Outcome> get_bucket_tagging(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  auto tags = state.setting(bucket.id, kSetting);
  if (!tags) return fail(no_such_bucket_setting("NoSuchTagSet", "The TagSet does not exist", call.bucket));
  return outcome_of(xml_reply(tagging_document(events::from_json<StringMap>(*tags))));
}

AwsResult<Outcome> put_bucket_tagging(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  StringMap tags = TRY(parse_tagging(call.http.body, Tagged::bucket));
  if (tags.empty()) return remove_tags(state, bucket);
  return outcome_of(BucketSettingPut{.bucket = call.bucket, .setting = std::string(kSetting), .value = events::to_json(tags)},
                    no_content());
}

AwsResult<Outcome> delete_bucket_tagging(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  return remove_tags(state, bucket);
}

}  // namespace cloudemu::s3
