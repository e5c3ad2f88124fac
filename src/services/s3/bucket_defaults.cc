// What AWS answers of the sub-resources of a new bucket, which no bucket here ever leaves: their writes are not built.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
#include "core/strings.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

AwsResult<Outcome> absent(const S3ReadModel& state, const Call& call, std::string_view code, std::string message) {
  TRY(require_bucket(state, call));
  return fail(no_such_bucket_setting(code, std::move(message), call.bucket));
}

AwsResult<Outcome> empty(const S3ReadModel& state, const Call& call, std::string_view root) {
  TRY(require_bucket(state, call));
  xml::Writer xml;
  xml.open(root, kXmlns).close();
  return outcome_of(xml_reply(xml));
}

/// An AccessControlPolicy that gives the owner everything, which is the only one without ACLs.
std::string owner_only_acl(std::string_view account) {
  xml::Writer xml;
  xml.open("AccessControlPolicy", kXmlns);
  write_owner(xml, account);
  xml.open("AccessControlList").open("Grant");
  xml.open("Grantee", "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"");
  xml.element("ID", canonical_user_id(account)).close().element("Permission", "FULL_CONTROL").close().close().close();
  return xml.take();
}

/// Analytics, inventory, metrics, intelligent tiering: an empty list, or no such configuration.
AwsResult<Outcome> no_configurations(const S3ReadModel& state, const Call& call, std::string_view root) {
  TRY(require_bucket(state, call));
  if (call.query.contains("id")) return fail(no_such_configuration());
  xml::Writer xml;
  xml.open(root, kXmlns).element("IsTruncated", false).close();
  return outcome_of(xml_reply(xml));
}

AwsError acls_are_off() { return access_control_list_not_supported(); }

AwsError lock_is_off() { return invalid_request("Bucket is missing Object Lock Configuration"); }

}  // namespace

AwsResult<Outcome> get_bucket_acl(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  return outcome_of(xml_reply(owner_only_acl(bucket.owner)));
}

AwsResult<Outcome> put_bucket_acl(const S3ReadModel& state, const Call& call) {
  TRY(require_bucket(state, call));
  return fail(acls_are_off());
}

AwsResult<Outcome> get_object_acl(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(require_object(state, bucket, call));
  http::Response response = xml_reply(owner_only_acl(bucket.owner));
  set_version_id(response, bucket, object.version);
  return outcome_of(std::move(response));
}

AwsResult<Outcome> put_object_acl(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  TRY(require_object(state, bucket, call));
  return fail(acls_are_off());
}

/// GetObjectRetention, PutObjectRetention, GetObjectLegalHold, PutObjectLegalHold.
AwsResult<Outcome> refuse_object_lock(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  TRY(require_object(state, bucket, call));
  return fail(lock_is_off());
}

AwsResult<Outcome> get_bucket_abac(const S3ReadModel& state, const Call& call) {
  TRY(require_bucket(state, call));
  xml::Writer xml;
  xml.open("AbacStatus", kXmlns).element("Status", "Disabled").close();
  return outcome_of(xml_reply(xml));
}

AwsResult<Outcome> get_bucket_accelerate(const S3ReadModel& state, const Call& call) {
  return empty(state, call, "AccelerateConfiguration");
}

AwsResult<Outcome> get_bucket_analytics(const S3ReadModel& state, const Call& call) {
  return no_configurations(state, call, "ListBucketAnalyticsConfigurationResult");
}

AwsResult<Outcome> get_bucket_cors(const S3ReadModel& state, const Call& call) {
  return absent(state, call, "NoSuchCORSConfiguration", "The CORS configuration does not exist");
}

AwsResult<Outcome> get_bucket_encryption(const S3ReadModel& state, const Call& call) {
  TRY(require_bucket(state, call));
  xml::Writer xml;
  xml.open("ServerSideEncryptionConfiguration", kXmlns).open("Rule").open("ApplyServerSideEncryptionByDefault");
  xml.element("SSEAlgorithm", "AES256").close().element("BucketKeyEnabled", false).close().close();
  return outcome_of(xml_reply(xml));
}

AwsResult<Outcome> get_bucket_intelligent_tiering(const S3ReadModel& state, const Call& call) {
  return no_configurations(state, call, "ListBucketIntelligentTieringConfigurationsOutput");
}

AwsResult<Outcome> get_bucket_inventory(const S3ReadModel& state, const Call& call) {
  return no_configurations(state, call, "ListInventoryConfigurationsResult");
}

AwsResult<Outcome> get_bucket_lifecycle(const S3ReadModel& state, const Call& call) {
  return absent(state, call, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist");
}

AwsResult<Outcome> get_bucket_logging(const S3ReadModel& state, const Call& call) { return empty(state, call, "BucketLoggingStatus"); }

AwsResult<Outcome> get_bucket_metrics(const S3ReadModel& state, const Call& call) {
  return no_configurations(state, call, "ListMetricsConfigurationsResult");
}

AwsResult<Outcome> get_bucket_notification(const S3ReadModel& state, const Call& call) {
  return empty(state, call, "NotificationConfiguration");
}

AwsResult<Outcome> get_bucket_object_lock(const S3ReadModel& state, const Call& call) {
  return absent(state, call, "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket");
}

AwsResult<Outcome> get_bucket_ownership_controls(const S3ReadModel& state, const Call& call) {
  TRY(require_bucket(state, call));
  xml::Writer xml;
  xml.open("OwnershipControls", kXmlns).open("Rule").element("ObjectOwnership", "BucketOwnerEnforced").close().close();
  return outcome_of(xml_reply(xml));
}

AwsResult<Outcome> get_bucket_replication(const S3ReadModel& state, const Call& call) {
  return absent(state, call, "ReplicationConfigurationNotFoundError", "The replication configuration was not found");
}

AwsResult<Outcome> get_bucket_request_payment(const S3ReadModel& state, const Call& call) {
  TRY(require_bucket(state, call));
  xml::Writer xml;
  xml.open("RequestPaymentConfiguration", kXmlns).element("Payer", "BucketOwner").close();
  return outcome_of(xml_reply(xml));
}

AwsResult<Outcome> get_bucket_website(const S3ReadModel& state, const Call& call) {
  return absent(state, call, "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration");
}

AwsResult<Outcome> get_public_access_block(const S3ReadModel& state, const Call& call) {
  TRY(require_bucket(state, call));
  xml::Writer xml;
  xml.open("PublicAccessBlockConfiguration", kXmlns);
  for (std::string_view name : {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}) {
    xml.element(name, true);
  }
  xml.close();
  return outcome_of(xml_reply(xml));
}

}  // namespace cloudemu::s3
