// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html and API_GetBucketVersioning.html
#include "protocol/xml_reader.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

/// Told once it was said, though it can only be "Disabled".
constexpr std::string_view kMfaDelete = "mfa-delete";

}  // namespace

AwsResult<Outcome> get_bucket_versioning(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  xml::Writer xml;
  xml.open("VersioningConfiguration", kXmlns);
  if (bucket.versioning != Versioning::never) {
    xml.element("Status", bucket.versioning == Versioning::enabled ? "Enabled" : "Suspended");
  }
  if (auto mfa_delete = state.setting(bucket.id, kMfaDelete)) xml.element("MfaDelete", *mfa_delete);
  xml.close();
  return outcome_of(xml_reply(xml));
}

AwsResult<Outcome> put_bucket_versioning(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  auto root = xml::parse(call.http.body);
  if (!root || root->name != "VersioningConfiguration") return fail(malformed_xml());
  const xml::Element* mfa_delete = root->find("MfaDelete");
  if (mfa_delete && mfa_delete->text != "Disabled") {
    return fail(mfa_delete->text == "Enabled" ? not_implemented("PutBucketVersioning with MfaDelete") : malformed_xml());
  }
  const xml::Element* status = root->find("Status");
  if (!status) return fail(illegal_versioning_configuration());
  if (status->text != "Enabled" && status->text != "Suspended") return fail(malformed_xml());
  Outcome outcome = outcome_of(BucketSettingPut{.bucket = call.bucket, .setting = "versioning", .value = status->text}, {});
  if (mfa_delete && !state.setting(bucket.id, kMfaDelete)) {
    outcome.events.push_back(BucketSettingPut{.bucket = call.bucket, .setting = std::string(kMfaDelete), .value = mfa_delete->text});
  }
  return outcome;
}

}  // namespace cloudemu::s3
