#include "services/s3/authorise.h"

#include <algorithm>

#include "core/strings.h"
#include "services/iam/judge.h"
#include "services/s3/acl.h"
#include "services/s3/copy_source.h"
#include "services/s3/errors.h"
#include "services/s3/object_annotation.h"
#include "services/s3/policy_context.h"
#include "services/s3/policy_document.h"
#include "services/s3/reply.h"
#include "services/s3/settings/ownership_controls.h"
#include "services/s3/settings/public_access_block.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kPolicy = "policy";
constexpr std::string_view kNeedsName = "Anonymous users cannot invoke this API. Please authenticate.";

/// What the account's root may do whatever the policy says, so that nobody locks himself out.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
bool is_always_roots(std::string_view action) {
  return action == "GetBucketPolicy" || action == "PutBucketPolicy" || action == "DeleteBucketPolicy";
}

bool is_root_of(const Call& call, std::string_view account) { return call.principal.arn.empty() && call.principal.account == account; }

/// S3 tells those who signed why; to others it says no more than ever.
AwsError refused(const iam::Refusal& refusal) { return refusal.anonymous ? access_denied() : access_denied(iam::sentence(refusal, "\"")); }

/// What belongs to an account is told nobody. AWS shows him who asks for his buckets what S3 is.
AwsError refused_of_account(const iam::Refusal& refusal, std::string_view action) {
  if (!refusal.anonymous) return refused(refusal);
  if (action != "ListAllMyBuckets") return access_denied(std::string(kNeedsName));
  AwsError elsewhere = bare_error(307);
  elsewhere.headers.set("Location", "https://aws.amazon.com/s3/");
  return elsewhere;
}

/// What the grants of an access control list come to:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping
struct AclRight {
  std::string_view action;
  AclOf of;
  std::string_view permission;
};
constexpr AclRight kAclRights[] = {
    {"GetBucketAcl", AclOf::bucket, "READ_ACP"},           {"GetObject", AclOf::object, "READ"},
    {"GetObjectAcl", AclOf::object, "READ_ACP"},           {"GetObjectVersion", AclOf::object, "READ"},
    {"GetObjectVersionAcl", AclOf::object, "READ_ACP"},    {"ListBucket", AclOf::bucket, "READ"},
    {"ListBucketMultipartUploads", AclOf::bucket, "READ"}, {"ListBucketVersions", AclOf::bucket, "READ"},
    {"PutBucketAcl", AclOf::bucket, "WRITE_ACP"},          {"PutObject", AclOf::bucket, "WRITE"},
    {"PutObjectAcl", AclOf::object, "WRITE_ACP"},          {"PutObjectVersionAcl", AclOf::object, "WRITE_ACP"}};

/// The right that ACLs may give for an action; null where no ACL has a say.
const AclRight* acl_right(const Bucket& bucket, std::string_view action) {
  auto right = std::find_if(std::begin(kAclRights), std::end(kAclRights), [&](const AclRight& row) { return row.action == action; });
  return right == std::end(kAclRights) || !takes_acls(bucket) ? nullptr : right;
}

std::optional<ObjectVersion> find_object(const S3ReadModel& state, const Bucket& bucket, const Wish& wish) {
  return wish.version ? state.version(bucket.id, wish.key, *wish.version) : state.current(bucket.id, wish.key);
}

/// `object`: the one that is wished for, if it is there. Where it is not, whoever may list the bucket may see that.
bool is_granted_by_acl(const Bucket& bucket, const AclRight& right, const std::optional<ObjectVersion>& object, const iam::Caller& caller) {
  bool for_public = !public_access_block(bucket).ignore_public_acls;
  if (right.of == AclOf::bucket) return grants(bucket_acl(bucket), right.permission, caller, for_public);
  if (!object || object->marker) return grants(bucket_acl(bucket), "READ", caller, for_public);
  return object->attributes.acl && grants(*object->attributes.acl, right.permission, caller, for_public);
}

/// Whoever began an upload may look at it and give it up: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuAndPermissions.html
bool is_initiator(const S3ReadModel& state, const Call& call, const Bucket& bucket, const Wish& wish) {
  if (wish.action != "AbortMultipartUpload" && wish.action != "ListMultipartUploadParts") return false;
  auto upload = call.principal.access_key.empty() ? std::nullopt : state.upload(bucket.id, call.query.get("uploadId"));
  return upload && upload->key == wish.key && upload->initiator == call.principal.account;
}

std::string arn_of(std::string_view bucket, std::string_view key) {
  return key.empty() ? concat("arn:aws:s3:::", bucket) : concat("arn:aws:s3:::", bucket, '/', key);
}

/// What belongs to no bucket that is there: listing them, making one.
AwsResult<void> require_of_account(const S3ReadModel& state, const Call& call, std::string_view action) {
  iam::Caller caller = iam::caller_of(call.principal, canonical_user_id(call.principal.account));
  std::string name = concat("s3:", action), arn = arn_of(call.bucket.empty() ? std::string_view("*") : call.bucket, {});
  PolicyContext context(state, call, caller, nullptr, {});
  auto refusal = call.judge->refuse({.action = name, .resource = arn, .owner = call.principal.account}, caller, context);
  if (refusal) return fail(refused_of_account(*refusal, action));
  return {};
}

/// Why the caller is refused where no policy and no ACL is asked; nothing for the bucket's owner.
std::optional<iam::Refusal> refused_to_others(const S3ReadModel& state, const Call& call, const Bucket& bucket, const Wish& wish) {
  iam::Caller caller = iam::caller_of(call.principal, canonical_user_id(call.principal.account));
  std::string name = concat("s3:", wish.action), arn = arn_of(bucket.name, wish.key);
  PolicyContext context(state, call, caller, &bucket, wish);
  return call.judge->refuse({.action = name, .resource = arn, .owner = bucket.owner}, caller, context);
}

/// What nobody does without a name, whatever the bucket lets everyone do.
struct Named {
  std::string_view operation, words;
};
constexpr Named kNamed[] = {{"CopyObject", "Anonymous users cannot copy objects.  Please authenticate."},
                            {"CreateMultipartUpload", "Anonymous users cannot initiate multipart uploads.  Please authenticate."},
                            {"DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls does not support Anonymous requests!"},
                            {"GetBucketOwnershipControls", "s3:GetBucketOwnershipControls does not support Anonymous requests!"},
                            {"PutBucketAcl", kNeedsName},
                            {"PutBucketOwnershipControls", "s3:PutBucketOwnershipControls does not support Anonymous requests!"},
                            {"PutObjectAcl", kNeedsName}};

AwsResult<void> require_name(const S3ReadModel& state, const Operation& operation, const Call& call, const Bucket& bucket,
                             const Wish& wish) {
  auto named = std::find_if(std::begin(kNamed), std::end(kNamed), [&](const Named& row) { return row.operation == operation.name; });
  bool may_lack_name = named == std::end(kNamed) || !call.principal.access_key.empty();
  if (may_lack_name || !refused_to_others(state, call, bucket, wish)) return {};
  return fail(access_denied(std::string(named->words)));
}

/// The policy of a bucket is its owner's account's, even where the policy gives it to others.
AwsResult<void> require_own_policy(const S3ReadModel& state, const Call& call, const Bucket& bucket, const Wish& wish) {
  if (!is_always_roots(wish.action) || !refused_to_others(state, call, bucket, wish)) return {};
  return fail(method_not_allowed(call.http.method, "BUCKETPOLICY"));
}

/// Whether the ACL that a write asks for needs no permission of its own: it gives nothing to others than the two owners, or the bucket's ACL
/// lets the writer make objects, which are then his.
bool may_give_acl(const Call& call, const Bucket& bucket) {
  iam::Caller caller = iam::caller_of(call.principal, canonical_user_id(call.principal.account));
  const AclRight* right = acl_right(bucket, "PutObject");
  if (right && is_granted_by_acl(bucket, *right, std::nullopt, caller)) return true;
  auto acl = acl_of_headers(call, {call.principal.account, bucket.owner}, AclOf::object);
  if (!acl || !*acl) return true;
  return std::all_of((**acl).begin(), (**acl).end(), [&](const Grant& grant) {
    return grant.group.empty() && (grant.user == caller.canonical_user || grant.user == canonical_user_id(bucket.owner));
  });
}

/// Further actions that a write needs for what its headers ask for.
AwsResult<void> require_for_headers(const S3ReadModel& state, const Call& call, const Bucket& bucket) {
  if (names_acl(call)) {
    TRY(require_access(state, call, bucket, {.action = "PutObjectAcl", .key = call.key, .granted = may_give_acl(call, bucket)}));
  }
  if (!call.header("x-amz-tagging").empty()) TRY(require_access(state, call, bucket, {.action = "PutObjectTagging", .key = call.key}));
  if (call.find_header("x-amz-object-lock-mode"))
    TRY(require_access(state, call, bucket, {.action = "PutObjectRetention", .key = call.key}));
  if (call.find_header("x-amz-object-lock-legal-hold")) {
    TRY(require_access(state, call, bucket, {.action = "PutObjectLegalHold", .key = call.key}));
  }
  return {};
}

/// What is copied must be readable, and so must its tags and annotations if they are copied as well.
AwsResult<void> require_source(const S3ReadModel& state, const Call& call, const Bucket& target) {
  auto name = parse_copy_source(call);
  const Bucket* bucket = name ? state.find_bucket(name->bucket) : nullptr;
  if (!bucket) return {};
  std::optional<std::string_view> version;
  if (name->version) version = *name->version;
  TRY(require_access(state, call, *bucket, {.action = version ? "GetObjectVersion" : "GetObject", .key = name->key, .version = version}));
  if (call.query.contains("uploadId")) return {};
  auto object = version ? state.version(bucket->id, name->key, *version) : state.current(bucket->id, name->key);
  if (!object) return {};
  auto copies = copies_annotations(call);
  if (copies && *copies && state.annotation_count(object->id) > 0) {
    TRY(require_access(state, call, *bucket, {.action = "GetObjectAnnotation", .key = name->key, .version = version}));
    TRY(require_access(state, call, target, {.action = "PutObjectAnnotation", .key = call.key}));
  }
  if (object->tags.empty() || call.header("x-amz-tagging-directive") == "REPLACE") return {};
  std::string_view action = version ? "GetObjectVersionTagging" : "GetObjectTagging";
  TRY(require_access(state, call, *bucket, {.action = action, .key = name->key, .version = version}));
  return require_access(state, call, target, {.action = "PutObjectTagging", .key = call.key});
}

/// DeleteObjects asks for each key. Where there is no policy that could let an anonymous caller in, this can be said at once.
AwsResult<void> require_some_policy(const S3ReadModel& state, const Call& call) {
  const Bucket* bucket = call.principal.access_key.empty() ? state.find_bucket(call.bucket) : nullptr;
  if (!bucket || bucket->settings.value(kPolicy)) return {};
  return require_access(state, call, *bucket, {.action = "DeleteObject", .key = "*"});
}

bool is_copy(const Operation& operation) { return operation.route.header == "x-amz-copy-source"; }

}  // namespace

namespace {

/// A read of what is not there: who may list the bucket, and look for that key, is told so, whatever he may read of it.
bool may_see_absence(const S3ReadModel& state, const Call& call, const Bucket& bucket, const Wish& wish) {
  bool is_read = wish.action == "GetObject" || wish.action == "GetObjectVersion";
  if (!is_read || find_object(state, bucket, wish)) return false;
  return require_access(state, call, bucket, {.action = "ListBucket", .prefix = wish.key}).has_value();
}

}  // namespace

AwsResult<void> require_access(const S3ReadModel& state, const Call& call, const Bucket& bucket, const Wish& wish) {
  if (is_always_roots(wish.action) && is_root_of(call, bucket.owner)) return {};
  const std::string* policy = bucket.settings.value(kPolicy);
  const AclRight* right = acl_right(bucket, wish.action);
  std::optional<ObjectVersion> object;
  if (right && right->of == AclOf::object) object = find_object(state, bucket, wish);
  std::string_view owner = object ? owner_of(object->attributes, bucket) : std::string_view(bucket.owner);
  // Nearly all calls are of the owner, and most buckets have no policy.
  if (!policy && iam::owns(call.principal, owner)) return {};
  iam::Caller caller = iam::caller_of(call.principal, canonical_user_id(call.principal.account));
  std::string action = concat("s3:", wish.action), arn = arn_of(bucket.name, wish.key);
  PolicyContext context(state, call, caller, &bucket, wish);
  iam::Access access{.action = action, .resource = arn, .owner = owner};
  if (policy) access.policy = *policy;
  if (policy && public_access_block(bucket).restrict_public_buckets) access.policy_can_grant = !is_public_policy(*policy);
  // What belongs to another account is not the bucket owner's to give away.
  access.policy_can_grant = access.policy_can_grant && owner == bucket.owner;
  access.granted = wish.granted || (right && is_granted_by_acl(bucket, *right, object, caller)) || is_initiator(state, call, bucket, wish);
  bool is_refused = !call.judge->allows(access, caller, context);
  if (is_refused && !access.granted) access.granted = may_see_absence(state, call, bucket, wish);
  auto refusal = call.judge->refuse(access, caller, context);
  if (refusal) return fail(refused(*refusal));
  return {};
}

AwsResult<void> authorise_call(const S3ReadModel& state, const Operation& operation, const Call& call) {
  const Needs& needs = operation.needs;
  if (operation.decide == delete_objects) return require_some_policy(state, call);
  if (needs.action.empty()) return {};
  bool is_of_account = operation.route.scope == Scope::service || operation.decide == create_bucket;
  if (is_of_account) return require_of_account(state, call, needs.action);
  const Bucket* bucket = state.find_bucket(call.bucket);
  if (!bucket) return {};
  Wish wish{.action = needs.action};
  if (operation.route.scope == Scope::object || operation.decide == post_object) wish.key = call.key;
  const std::string* version = takes_version_id(operation) ? call.query.find("versionId") : nullptr;
  if (version) wish = {.action = needs.on_version, .key = wish.key, .version = *version};
  TRY(require_name(state, operation, call, *bucket, wish));
  auto allowed = require_access(state, call, *bucket, wish);
  // Who may not enter is told where the bucket is all the same: SDKs find its region so.
  if (!allowed && operation.decide == head_bucket) allowed.error().headers.set("x-amz-bucket-region", bucket->region);
  TRY(std::move(allowed));
  TRY(require_own_policy(state, call, *bucket, wish));
  if (operation.decide == get_object_attributes) {
    wish.action = version ? "GetObjectVersion" : "GetObject";
    TRY(require_access(state, call, *bucket, wish));
  }
  if (equals_ignoring_case(call.header("x-amz-bypass-governance-retention"), "true")) {
    wish.action = "BypassGovernanceRetention";
    TRY(require_access(state, call, *bucket, wish));
  }
  if (needs.action == "PutObject") TRY(require_for_headers(state, call, *bucket));
  if (is_copy(operation)) TRY(require_source(state, call, *bucket));
  return {};
}

AwsError hide_missing_key(const S3ReadModel& state, const Operation& operation, const Call& call, AwsError error) {
  if (error.code != "NoSuchKey") return error;
  std::string name = call.bucket;
  if (is_copy(operation)) {
    if (auto source = parse_copy_source(call)) name = source->bucket;
  }
  const Bucket* bucket = state.find_bucket(name);
  auto may_list = bucket ? require_access(state, call, *bucket, {.action = "ListBucket", .prefix = call.key}) : AwsResult<void>();
  return may_list ? error : std::move(may_list.error());
}

}  // namespace cloudemu::s3
