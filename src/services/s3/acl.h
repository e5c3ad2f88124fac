#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "protocol/xml_writer.h"
#include "services/iam/evaluate.h"
#include "services/s3/call.h"

/// Access control lists: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
namespace cloudemu::s3 {

/// The setting of a bucket.
struct Acl {
  static constexpr std::string_view kSetting = "acl";
  Grants grants;

  bool operator==(const Acl&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("grants", self.grants);
  }
};

/// Of a document: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html has at most 100 grants.
inline constexpr uint64_t kAclBytesMax = 200 << 10;

/// What an ACL is of: the canned ones differ.
enum class AclOf { bucket, object };

/// Full control for the owner, nothing for anybody else: what there is where nobody said otherwise.
Grants owner_only(std::string_view account);
/// The ACL of a bucket.
Grants bucket_acl(const Bucket& bucket);

/// The refusal of grantees that are named by an e-mail address: AWS takes none since October 2025. Before that they were another way to name an
/// account, and nobody here has one.
AwsError grantee_by_email(const Call& call);

bool grants_only_owner(const Grants& grants, std::string_view account);

/// The account that an object, or what an upload will become, belongs to.
std::string_view owner_of(const ObjectAttributes& attributes, const Bucket& bucket);
/// The account that the object which a request writes will belong to: the writer's, where ACLs have a say and the bucket's owner does not
/// get it by the bucket's rule. Empty: the bucket's. What nobody signed for is the bucket owner's, too.
std::string owner_of_new_object(const Call& call, const Bucket& bucket);
/// Whether it grants anything to everybody, or to everybody who has an account anywhere.
bool is_public(const Grants& grants);

/// Whether it grants a caller a permission, or FULL_CONTROL. `for_public`: what it grants to everybody counts.
bool grants(const Grants& acl, std::string_view permission, const iam::Caller& caller, bool for_public);

/// Whether the headers ask for an ACL at all.
bool names_acl(const Call& call);

/// Whose a thing is with an ACL, and whose the bucket is that it is in.
struct Owners {
  std::string_view thing, bucket;
};

/// What x-amz-acl or x-amz-grant-* ask for; nothing without such a header, or for the ACL of the owner alone. Errors: InvalidArgument,
/// InvalidRequest for both at once, UnresolvableGrantByEmailAddress.
AwsResult<std::optional<Grants>> acl_of_headers(const Call& call, const Owners& owners, AclOf of);

/// The same for an object that is being written: what of it the bucket takes. Errors: those above, AccessControlListNotSupported,
/// AccessDenied for a public one that the bucket blocks.
AwsResult<std::optional<Grants>> requested_object_acl(const Call& call, const Bucket& bucket);

/// The ACL that PutBucketAcl or PutObjectAcl (`operation`) is given for what belongs to `owner`, by headers or as a document. Errors: those
/// above, MissingSecurityHeader, UnexpectedContent, MalformedACLError.
AwsResult<Grants> put_acl(const Call& call, const Bucket& bucket, std::string_view owner, AclOf of, std::string_view operation);

/// The reply to GetBucketAcl and GetObjectAcl: of what belongs to `owner`.
http::Response acl_reply(const Call& call, const Grants& grants, std::string_view owner, const Bucket& bucket);

}  // namespace cloudemu::s3
