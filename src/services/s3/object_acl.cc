// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html, API_GetObjectAcl.html
//
// An object belongs to the owner of its bucket here, whoever wrote it.
#include "services/s3/acl.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/settings/ownership_controls.h"
#include "services/s3/settings/setting.h"

namespace cloudemu::s3 {

AwsResult<Outcome> get_object_acl(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(require_object(state, bucket, call));
  bool has_own = takes_acls(bucket) && object.attributes.acl;
  xml::Writer xml;
  xml.open("AccessControlPolicy", kXmlns);
  write_acl(xml, has_own ? *object.attributes.acl : owner_only(bucket.owner), bucket.owner);
  xml.close();
  http::Response response = xml_reply(xml);
  set_version_id(response, bucket, object.version);
  return outcome_of(std::move(response));
}

AwsResult<Outcome> put_object_acl(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(require_object(state, bucket, call));
  if (call.http.body.size() > kSettingBytesMax) return fail(max_message_length_exceeded(kSettingBytesMax));
  Grants grants = TRY(put_acl(call, bucket, AclOf::object, "PutObjectAcl"));
  ObjectAclPut event{.bucket = call.bucket, .key = call.key, .version = object.version, .acl = {}};
  if (grants != owner_only(bucket.owner)) event.acl = std::move(grants);
  http::Response response;
  set_version_id(response, bucket, object.version);
  return outcome_of(std::move(event), std::move(response));
}

}  // namespace cloudemu::s3
