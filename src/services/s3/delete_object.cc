// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
#include "services/s3/delete_object.h"

#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/object_lock.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

/// Conditions beyond If-Match are for directory buckets only.
AwsResult<void> check_delete_conditions(const S3ReadModel& state, const Bucket& bucket, const Call& call) {
  for (std::string_view name : {"x-amz-if-match-last-modified-time", "x-amz-if-match-size"}) {
    if (call.find_header(name)) return fail(header_not_supported(name));
  }
  auto match = call.find_header("if-match");
  if (!match) return {};
  // Which version goes is said already: https://github.com/localstack/localstack/issues/13894 shows what AWS answers.
  if (call.query.contains("versionId")) return fail(header_not_supported("If-Match"));
  auto current = state.current(bucket.id, call.key);
  if (!current || current->marker) return fail(no_such_key(call.key));
  if (*match != "*" && !is_etag(*match, current->etag)) return fail(precondition_failed("If-Match"));
  return {};
}

}  // namespace

Deletion decide_deletion(const S3ReadModel& state, const Bucket& bucket, const Call& call, std::string_view key,
                         const std::optional<std::string>& version) {
  Deletion deletion;
  if (version) {
    deletion.version = version;
    auto found = state.version(bucket.id, key, *version);
    if (!found) return deletion;
    deletion.was_marker = found->marker;
    deletion.event = VersionDeleted{.bucket = bucket.name, .key = std::string(key), .version = *version};
    return deletion;
  }
  if (bucket.versioning == Versioning::never) {
    if (state.current(bucket.id, key)) {
      deletion.event = VersionDeleted{.bucket = bucket.name, .key = std::string(key), .version = std::string(kNullVersion)};
    }
    return deletion;
  }
  DeleteMarkerPut marker{
      .bucket = bucket.name, .key = std::string(key), .version = new_version_id(bucket, call.entropy), .modified_at = call.now};
  deletion.made_marker = true;
  deletion.version = marker.version;
  deletion.event = std::move(marker);
  return deletion;
}

AwsResult<Outcome> delete_object(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  auto version = TRY(requested_version(bucket, call));
  TRY(check_governance_bypass(bucket, call));
  TRY(check_delete_conditions(state, bucket, call));
  if (version) TRY(check_deletable(state, bucket, call, call.key, *version));

  // 204 also for what was never there, so that a delete can be repeated.
  Deletion deletion = decide_deletion(state, bucket, call, call.key, version);
  http::Response response = no_content();
  if (deletion.made_marker || deletion.was_marker) response.set("x-amz-delete-marker", "true");
  if (deletion.version) response.set("x-amz-version-id", *deletion.version);
  Answer answer = outcome_of(std::move(response));
  if (deletion.event) answer.events.push_back(std::move(*deletion.event));
  return answer;
}

}  // namespace cloudemu::s3
