// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html and API_GetBucketVersioning.html
#include "services/s3/guards.h"
#include "services/s3/object_lock.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr uint64_t kDocumentBytesMax = 1 << 10;
/// Reported only after a client has set it; the only value accepted is "Disabled".
constexpr std::string_view kMfaDelete = "mfa-delete";

void write(xml::Writer& xml, std::string_view status, const Bucket& bucket) {
  if (!status.empty()) xml.element("Status", status);
  if (const std::string* mfa_delete = bucket.settings.value(kMfaDelete)) xml.element("MfaDelete", *mfa_delete);
}

}  // namespace

const Setting kVersioning{.name = "versioning", .root = "VersioningConfiguration", .otherwise = "", .write = write};

AwsResult<Outcome> put_bucket_versioning(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (call.http.body.size() > kDocumentBytesMax) return fail(max_message_length_exceeded(kDocumentBytesMax));
  const Document& root = *call.document;
  if (!root || root->name != kVersioning.root) return fail(malformed_xml());
  const xml::Element* status = root->find("Status");
  if (!status) return fail(illegal_versioning_configuration());
  const xml::Element* mfa_delete = root->find("MfaDelete");
  if (mfa_delete && mfa_delete->text != "Disabled") {
    return fail(mfa_delete->text == "Enabled" ? not_implemented("PutBucketVersioning with MfaDelete") : malformed_xml());
  }
  if (status->text != "Enabled" && status->text != "Suspended") return fail(malformed_xml());
  if (status->text == "Suspended" && has_object_lock(bucket)) {
    return fail(invalid_bucket_state("An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."));
  }
  if (status->text == "Suspended" && bucket.settings.value(kReplication.name)) {
    return fail(invalid_bucket_state(
        "A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, "
        "first delete the replication configuration."));
  }
  Answer answer = outcome_of(BucketSettingPut{.bucket = call.bucket, .setting = std::string(kVersioning.name), .value = status->text}, {});
  if (mfa_delete && !bucket.settings.value(kMfaDelete)) {
    answer.events.push_back(BucketSettingPut{.bucket = call.bucket, .setting = std::string(kMfaDelete), .value = mfa_delete->text});
  }
  return answer;
}

}  // namespace cloudemu::s3
