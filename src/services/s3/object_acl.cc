// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html, API_GetObjectAcl.html
//
// An object belongs to the owner of its bucket; where ACLs have a say, to whoever wrote it.
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
  std::string_view owner = takes_acls(bucket) ? owner_of(object.attributes, bucket) : std::string_view(bucket.owner);
  http::Response response = acl_reply(call, has_own ? *object.attributes.acl : owner_only(owner), owner, bucket);
  set_version_id(response, bucket, object.version);
  return outcome_of(std::move(response));
}

AwsResult<Outcome> put_object_acl(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(require_unmarked_object(state, bucket, call));
  if (call.http.body.size() > kAclBytesMax) return fail(max_message_length_exceeded(kAclBytesMax));
  std::string_view owner = owner_of(object.attributes, bucket);
  Grants grants = TRY(put_acl(call, bucket, owner, AclOf::object, "PutObjectAcl"));
  ObjectAclPut event{.bucket = call.bucket, .key = call.key, .version = object.version, .acl = {}};
  if (grants != owner_only(owner)) event.acl = std::move(grants);
  http::Response response;
  set_version_id(response, bucket, object.version);
  return outcome_of(std::move(event), std::move(response));
}

}  // namespace cloudemu::s3
