#include "services/s3/guards.h"

#include <algorithm>

#include "core/account_id.h"
#include "core/digest.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "services/s3/bucket_name.h"
#include "services/s3/errors.h"
#include "services/s3/settings/request_payment.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kVersionIdBytes = 32, kSealBytes = 4;
constexpr size_t kKeyBytesMax = 1024;
constexpr std::string_view kIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

AwsResult<void> check_expected_owner(const Bucket& bucket, std::optional<std::string_view> expected) {
  if (!expected) return {};
  if (!is_account_id(*expected)) return fail(invalid_bucket_owner_account(*expected));
  if (*expected != bucket.owner) return fail(access_denied());
  return {};
}

/// Where policies are not evaluated, a bucket that has one lets everyone in; all others only their owner's account.
bool lets_in(const Bucket& bucket, const Call& call) {
  return call.judge || call.principal.account == bucket.owner || bucket.settings.value("policy");
}

AwsResult<const Bucket*> find_bucket(const S3ReadModel& state, const Call& call, std::string_view name, std::string_view owner_header) {
  const Bucket* bucket = state.find_bucket(name);
  if (!bucket) return fail(could_be_bucket_name(name) ? no_such_bucket(name) : invalid_bucket_name(name));
  TRY(check_expected_owner(*bucket, call.find_header(owner_header)));
  if (!lets_in(*bucket, call)) return fail(access_denied());
  TRY(check_payer(*bucket, call));
  return bucket;
}

bool is_version_id(std::string_view version) {
  return version == kNullVersion || (version.size() == kVersionIdBytes && version.find_first_not_of(kIdAlphabet) == std::string_view::npos);
}

/// The end of an id that a bucket gave: no secret, but no accident either.
std::string seal(const Bucket& bucket, std::string_view id) {
  std::string text = digest(DigestKind::crc32c, concat(bucket.name, '/', id));
  for (char& c : text) c = kIdAlphabet[static_cast<unsigned char>(c) % kIdAlphabet.size()];
  return text;
}

AwsError with_marker(AwsError error, const ObjectVersion& marker) {
  error.headers.set("x-amz-delete-marker", "true");
  error.headers.set("x-amz-version-id", marker.version);
  return error;
}

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html: 404 when the current version is a marker, 405 when a
/// marker is asked for by its id.
AwsError marker_error(const Call& call, const ObjectVersion& marker, bool by_id) {
  if (!by_id) return hidden_by_marker(marker);
  AwsError error = with_marker(method_not_allowed(call.http.method, "DeleteMarker"), marker);
  error.headers.set("Allow", "DELETE");
  error.headers.set("Last-Modified", http_date(marker.modified_at));
  return error;
}

}  // namespace

AwsResult<const Bucket*> require_bucket(const S3ReadModel& state, const Call& call) {
  return find_bucket(state, call, call.bucket, "x-amz-expected-bucket-owner");
}

AwsResult<const Bucket*> require_source_bucket(const S3ReadModel& state, const Call& call, std::string_view bucket) {
  return find_bucket(state, call, bucket, "x-amz-source-expected-bucket-owner");
}

AwsResult<void> check_version_id(const Bucket& bucket, std::string_view version) {
  // A bucket that never had versions knows none but "null", and says so as if the id were no id.
  bool can_have = bucket.versioning != Versioning::never || version == kNullVersion;
  if (!can_have || !is_version_id(version)) return fail(invalid_version_id(version));
  return {};
}

AwsResult<std::optional<std::string>> requested_version(const Bucket& bucket, const Call& call) {
  const std::string* version = call.query.find("versionId");
  if (!version) return std::nullopt;
  TRY(check_version_id(bucket, *version));
  return *version;
}

AwsResult<void> check_key_size(std::string_view key) {
  if (key.size() > kKeyBytesMax) return fail(key_too_long(key.size(), kKeyBytesMax));
  return {};
}

AwsResult<ObjectVersion> require_object(const S3ReadModel& state, const Bucket& bucket, const Call& call) {
  auto version = TRY(requested_version(bucket, call));
  auto found = version ? state.version(bucket.id, call.key, *version) : state.current(bucket.id, call.key);
  if (!found && version) return fail(no_such_version(call.key, *version));
  if (!found) return fail(no_such_key(call.key));
  if (found->marker) return fail(marker_error(call, *found, version.has_value()));
  return std::move(*found);
}

AwsResult<ObjectVersion> require_unmarked_object(const S3ReadModel& state, const Bucket& bucket, const Call& call) {
  auto object = require_object(state, bucket, call);
  if (object || object.error().code != "NoSuchKey" || !state.current(bucket.id, call.key)) return object;
  return fail(method_not_allowed(call.http.method, "DeleteMarker"));
}

AwsResult<ObjectVersion> named_with_bucket(AwsResult<ObjectVersion> found, const Call& call) {
  if (found) return found;
  AwsError error = std::move(found.error());
  for (auto& [name, value] : error.members) {
    if (name == "Key") value = concat(call.bucket, '/', value);
  }
  return fail(std::move(error));
}

AwsError hidden_by_marker(const ObjectVersion& marker) { return with_marker(no_such_key(marker.key), marker); }

AwsResult<void> refuse_governance_bypass(const Call& call) {
  constexpr std::string_view kHeader = "x-amz-bypass-governance-retention";
  auto bypass = call.find_header(kHeader);
  if (!bypass || equals_ignoring_case(*bypass, "false")) return {};
  return fail(invalid_argument(concat(kHeader, " is only applicable to Object Lock enabled buckets."), kHeader));
}

void set_version_id(http::Response& response, const Bucket& bucket, std::string_view version) {
  if (bucket.versioning != Versioning::never) response.set("x-amz-version-id", version);
}

void set_written_version_id(http::Response& response, const Bucket& bucket, std::string_view version) {
  if (bucket.versioning == Versioning::enabled) response.set("x-amz-version-id", version);
}

std::string new_version_id(const Bucket& bucket, Entropy& entropy) {
  if (bucket.versioning != Versioning::enabled) return std::string(kNullVersion);
  std::string id = entropy.text(kVersionIdBytes - kSealBytes, kIdAlphabet);
  return id + seal(bucket, id);
}

bool may_have_given(const Bucket& bucket, std::string_view version) {
  if (version == kNullVersion) return true;
  size_t sealed = version.size() - kSealBytes;
  return version.size() == kVersionIdBytes && version.substr(sealed) == seal(bucket, version.substr(0, sealed));
}

}  // namespace cloudemu::s3
