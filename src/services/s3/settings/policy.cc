// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html, API_GetBucketPolicy.html, API_DeleteBucketPolicy.html,
// API_GetBucketPolicyStatus.html
#include "protocol/json.h"
#include "services/s3/acl.h"
#include "services/s3/guards.h"
#include "services/s3/policy_document.h"
#include "services/s3/reply.h"
#include "services/s3/settings/ownership_controls.h"
#include "services/s3/settings/public_access_block.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

/// The document as it is kept and given back: byte for byte, but that the version that it goes by stands there, be it the default one.
std::string with_version(std::string document) {
  auto parsed = json::Document::parse(document);
  if (parsed && !parsed->root()["Version"]) document.insert(1, R"("Version":"2008-10-17",)");
  return document;
}

AwsResult<std::optional<std::string>> read(const SettingCall& asked) {
  const std::string& document = asked.call.http.body;
  TRY(check_policy(document, asked.call.bucket));
  if (public_access_block(asked.bucket).block_public_policy && is_public_policy(document)) {
    return fail(public_policy_is_blocked(asked.call, "PutBucketPolicy"));
  }
  return std::optional(with_version(document));
}

}  // namespace

const Setting kPolicy{.name = "policy",
                      .root = {},
                      .absent_code = "NoSuchBucketPolicy",
                      .absent_message = "The bucket policy does not exist",
                      .read = read,
                      .put_status = 204};

AwsResult<Outcome> get_bucket_policy_status(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  const std::string* policy = bucket.settings.value(kPolicy.name);
  bool opened_by_acl = takes_acls(bucket) && !public_access_block(bucket).ignore_public_acls && is_public(bucket_acl(bucket));
  // Where ACLs are what opens buckets, a bucket without a policy has a status, too.
  if (!policy && !call.legacy_acl) {
    return fail(no_such_bucket_setting(kPolicy.absent_code, std::string(kPolicy.absent_message), call.bucket));
  }
  xml::Writer xml;
  xml.open("PolicyStatus", kXmlns).element("IsPublic", opened_by_acl || (policy && is_public_policy(*policy))).close();
  return outcome_of(xml_reply(xml));
}

}  // namespace cloudemu::s3
