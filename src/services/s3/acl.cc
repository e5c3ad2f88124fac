#include "services/s3/acl.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/xml_shape.h"
#include "services/s3/errors.h"
#include "services/s3/reply.h"
#include "services/s3/settings/ownership_controls.h"
#include "services/s3/settings/public_access_block.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kGrantsMax = 100;
constexpr std::string_view kAllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
constexpr std::string_view kAuthenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
constexpr std::string_view kLogDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";
constexpr std::string_view kFullControl = "FULL_CONTROL";
constexpr std::string_view kPermissions[] = {kFullControl, "WRITE", "WRITE_ACP", "READ", "READ_ACP"};
constexpr std::string_view kByEmail = "AmazonCustomerByEmail";
constexpr std::string_view kGranteeTypes[] = {"CanonicalUser", kByEmail, "Group"};
constexpr std::string_view kUserArgument = "CanonicalUser/ID";
constexpr std::string_view kCannedHeader = "x-amz-acl";
constexpr std::string_view kOwnerFullControl = "bucket-owner-full-control";
constexpr std::string_view kCanned[] = {"private",       "public-read",       "public-read-write", "authenticated-read",
                                        "aws-exec-read", "bucket-owner-read", kOwnerFullControl,   "log-delivery-write"};
constexpr std::pair<std::string_view, std::string_view> kGrantHeaders[] = {{"x-amz-grant-full-control", kFullControl},
                                                                           {"x-amz-grant-read", "READ"},
                                                                           {"x-amz-grant-read-acp", "READ_ACP"},
                                                                           {"x-amz-grant-write", "WRITE"},
                                                                           {"x-amz-grant-write-acp", "WRITE_ACP"}};

struct XmlOwner {
  std::string id;
  std::optional<std::string> display_name;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ID", self.id, xml::kRequired);
    fields("DisplayName", self.display_name);
  }
};

struct XmlGrantee {
  std::string type;
  std::optional<std::string> id, display_name, email, uri;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("xsi:type", self.type, xml::kAttribute, xml::kRequired, xml::OneOf{kGranteeTypes});
    fields("ID", self.id);
    fields("DisplayName", self.display_name);
    fields("EmailAddress", self.email);
    fields("URI", self.uri);
  }
};

struct XmlGrant {
  XmlGrantee grantee;
  std::string permission;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Grantee", self.grantee, xml::kRequired);
    fields("Permission", self.permission, xml::kRequired, xml::OneOf{kPermissions});
  }
};

struct XmlGrants {
  std::vector<XmlGrant> list;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Grant", self.list);
  }
};

struct XmlPolicy {
  XmlOwner owner;
  XmlGrants grants;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Owner", self.owner, xml::kRequired);
    fields("AccessControlList", self.grants, xml::kRequired);
  }
};

bool is_canonical_id(std::string_view id) { return is_hex_of(id, 32); }

/// `argument`: what a refusal names, of a header or of a document.
AwsResult<Grant> user_grant(std::string_view id, std::string_view permission, std::string_view argument) {
  if (!is_canonical_id(id)) return fail(invalid_argument("Invalid id", argument, id));
  return Grant{.user = std::string(id), .group = {}, .permission = std::string(permission)};
}

AwsResult<Grant> group_grant(std::string_view uri, std::string_view permission, std::string_view argument) {
  bool is_known = uri == kAllUsers || uri == kAuthenticatedUsers || uri == kLogDelivery;
  if (!is_known) return fail(invalid_argument("Invalid group uri", argument, uri));
  return Grant{.user = {}, .group = std::string(uri), .permission = std::string(permission)};
}

AwsResult<Grant> to_grant(const Call& call, const XmlGrant& grant) {
  const XmlGrantee& grantee = grant.grantee;
  if (grantee.type == kByEmail) return fail(grantee.email ? grantee_by_email(call) : malformed_acl());
  if (grantee.type == "Group" ? !grantee.uri : !grantee.id) return fail(malformed_acl());
  if (grantee.type == "Group") return group_grant(*grantee.uri, grant.permission, "Group/URI");
  return user_grant(*grantee.id, grant.permission, kUserArgument);
}

AwsResult<Grants> parse_document(const Call& call, std::string_view owner) {
  const Document& root = *call.document;
  XmlPolicy policy;
  if (!root || root->name != "AccessControlPolicy" || !xml::read_shape(*root, policy)) return fail(malformed_acl());
  if (policy.grants.list.size() > kGrantsMax) return fail(malformed_acl());
  if (policy.owner.id != canonical_user_id(owner)) return fail(invalid_argument("Invalid id", kUserArgument, policy.owner.id));
  Grants grants;
  for (const XmlGrant& grant : policy.grants.list) grants.push_back(TRY(to_grant(call, grant)));
  return grants;
}

/// `id="79a5...", uri="http://..."`
AwsResult<void> add_grants(const Call& call, std::string_view header, std::string_view list, std::string_view permission, Grants& grants) {
  for (std::string_view grantee : split(list, ',')) {
    auto [kind, value] = split_once(trim(grantee), '=');
    value = trim(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (grants.size() == kGrantsMax) return fail(invalid_argument("Argument format not recognized", header, list));
    if (kind == "id") grants.push_back(TRY(user_grant(value, permission, kind)));
    else if (kind == "uri") grants.push_back(TRY(group_grant(value, permission, kind)));
    else if (kind == "emailAddress") return fail(grantee_by_email(call));
    else return fail(invalid_argument("Argument format not recognized", header, list));
  }
  return {};
}

/// The owner's grant comes first; with --legacy-acl behind those of groups, as ceph's suite, which sorts by names that groups lack, needs it.
Grants canned_acl(std::string_view name, const Owners& owners, AclOf of, bool legacy) {
  auto group = [](std::string_view uri, std::string_view permission) {
    return Grant{.user = {}, .group = std::string(uri), .permission = std::string(permission)};
  };
  Grants grants = owner_only(owners.thing);
  if (name.starts_with("public-read")) grants.push_back(group(kAllUsers, "READ"));
  if (name == "public-read-write") grants.push_back(group(kAllUsers, "WRITE"));
  if (name == "authenticated-read") grants.push_back(group(kAuthenticatedUsers, "READ"));
  if (name == "log-delivery-write" && of == AclOf::bucket) {
    grants.push_back(group(kLogDelivery, "WRITE"));
    grants.push_back(group(kLogDelivery, "READ_ACP"));
  }
  if (legacy) std::rotate(grants.begin(), grants.begin() + 1, grants.end());
  if (of == AclOf::object && owners.thing != owners.bucket && name.starts_with("bucket-owner-")) {
    grants.push_back(owner_only(owners.bucket).front());
    if (name == "bucket-owner-read") grants.back().permission = "READ";
  }
  return grants;
}

}  // namespace

/// Most requests do not, and pay one look at each header.
bool names_acl(const Call& call) { return call.has_header_with(kCannedHeader) || call.has_header_with("x-amz-grant-"); }

AwsError grantee_by_email(const Call& call) {
  if (!call.legacy_acl) return method_not_allowed(call.http.method, call.key.empty() ? "BUCKET" : "OBJECT");
  return {"UnresolvableGrantByEmailAddress", 400, "The e-mail address you provided does not match any account on record."};
}

Grants owner_only(std::string_view account) {
  return {Grant{.user = canonical_user_id(account), .group = {}, .permission = std::string(kFullControl)}};
}

Grants bucket_acl(const Bucket& bucket) {
  const Acl* acl = bucket.settings.find<Acl>();
  return acl ? acl->grants : owner_only(bucket.owner);
}

bool grants_only_owner(const Grants& grants, std::string_view account) {
  std::string owner = canonical_user_id(account);
  return std::all_of(grants.begin(), grants.end(), [&](const Grant& grant) { return grant.user == owner; });
}

bool grants(const Grants& acl, std::string_view permission, const iam::Caller& caller, bool for_public) {
  return std::any_of(acl.begin(), acl.end(), [&](const Grant& grant) {
    if (grant.permission != permission && grant.permission != kFullControl) return false;
    bool is_for_all = grant.group == kAllUsers || (grant.group == kAuthenticatedUsers && !caller.is_anonymous());
    return grant.group.empty() ? grant.user == caller.canonical_user && !caller.is_anonymous() : is_for_all && for_public;
  });
}

std::string_view owner_of(const ObjectAttributes& attributes, const Bucket& bucket) {
  return attributes.owner.empty() ? bucket.owner : attributes.owner;
}

std::string owner_of_new_object(const Call& call, const Bucket& bucket) {
  const Principal& writer = call.principal;
  // Nearly all writers own the bucket.
  if (writer.account == bucket.owner || writer.access_key.empty() || !takes_acls(bucket)) return {};
  const OwnershipControls* controls = bucket.settings.find<OwnershipControls>();
  bool is_preferred = controls && controls->rules.front().ownership == "BucketOwnerPreferred";
  if (is_preferred && call.header(kCannedHeader) == kOwnerFullControl) return {};
  return writer.account;
}

bool is_public(const Grants& grants) {
  return std::any_of(grants.begin(), grants.end(),
                     [](const Grant& grant) { return grant.group == kAllUsers || grant.group == kAuthenticatedUsers; });
}

AwsResult<std::optional<Grants>> acl_of_headers(const Call& call, const Owners& owners, AclOf of) {
  if (!names_acl(call)) return std::nullopt;
  auto canned = call.find_header(kCannedHeader);
  if (canned && std::find(std::begin(kCanned), std::end(kCanned), *canned) == std::end(kCanned)) {
    return fail(invalid_argument("", kCannedHeader, *canned));
  }
  bool has_grants = call.has_header_with("x-amz-grant-");
  if (canned && has_grants) return fail(invalid_request("Specifying both Canned ACLs and Header Grants is not allowed"));
  if (!canned && !has_grants) return std::nullopt;
  Grants grants;
  for (auto [header, permission] : kGrantHeaders) {
    if (auto list = call.find_header(header)) TRY(add_grants(call, header, *list, permission, grants));
  }
  if (canned) grants = canned_acl(*canned, owners, of, call.legacy_acl);
  if (grants == owner_only(owners.thing)) return std::nullopt;
  return std::optional(std::move(grants));
}

AwsResult<std::optional<Grants>> requested_object_acl(const Call& call, const Bucket& bucket) {
  if (!names_acl(call)) return std::nullopt;
  if (!takes_acls(bucket)) {
    // Only what comes to full control of the bucket's owner, which he has anyway: his own `private`, too, which PHP's Flysystem sends with
    // each upload (https://github.com/thephpleague/flysystem/issues/1580), but not another account's.
    std::string_view writer = call.principal.access_key.empty() ? bucket.owner : call.principal.account;
    auto acl = TRY(acl_of_headers(call, {writer, bucket.owner}, AclOf::object));
    bool is_his = call.header(kCannedHeader) == kOwnerFullControl || acl.value_or(owner_only(writer)) == owner_only(bucket.owner);
    if (is_his) return std::nullopt;
    return fail(access_control_list_not_supported());
  }
  std::string writer = owner_of_new_object(call, bucket);
  auto acl = TRY(acl_of_headers(call, {writer.empty() ? bucket.owner : writer, bucket.owner}, AclOf::object));
  if (!acl) return std::nullopt;
  if (is_public(*acl) && public_access_block(bucket).block_public_acls) return fail(public_acl_is_blocked(call, "PutObject"));
  return acl;
}

AwsResult<Grants> put_acl(const Call& call, const Bucket& bucket, std::string_view owner, AclOf of, std::string_view operation) {
  bool by_headers = names_acl(call);
  if (by_headers && !call.http.body.empty()) {
    return fail(AwsError{"UnexpectedContent", 400, "This request does not support content"});
  }
  if (!by_headers && call.http.body.empty()) {
    return fail(AwsError{"MissingSecurityHeader", 400, "Your request was missing a required header"}.with("MissingHeaderName",
                                                                                                          std::string(kCannedHeader)));
  }
  Grants grants;
  if (by_headers) grants = TRY(acl_of_headers(call, {owner, bucket.owner}, of)).value_or(owner_only(owner));
  else grants = TRY(parse_document(call, owner));
  if (!takes_acls(bucket)) return fail(access_control_list_not_supported());
  if (is_public(grants) && public_access_block(bucket).block_public_acls) return fail(public_acl_is_blocked(call, operation));
  return grants;
}

http::Response acl_reply(const Call& call, const Grants& grants, std::string_view owner, const Bucket& bucket) {
  // Names are told of those accounts that have to do with the call: an id does not say which account it is of.
  auto name_of = [&](const std::string& user) -> std::optional<std::string> {
    if (!call.legacy_acl) return std::nullopt;
    for (std::string_view account : {owner, std::string_view(bucket.owner), std::string_view(call.principal.account)}) {
      if (canonical_user_id(account) == user) return std::string(account);
    }
    return std::nullopt;
  };
  std::string owner_id = canonical_user_id(owner);
  XmlPolicy policy{.owner = {.id = owner_id, .display_name = name_of(owner_id)}, .grants = {}};
  for (const Grant& grant : grants) {
    XmlGrant& written = policy.grants.list.emplace_back();
    written.permission = grant.permission;
    written.grantee.type = grant.group.empty() ? "CanonicalUser" : "Group";
    if (grant.group.empty()) written.grantee.id = grant.user;
    else written.grantee.uri = grant.group;
    if (grant.group.empty()) written.grantee.display_name = name_of(grant.user);
  }
  xml::Writer xml;
  xml.open("AccessControlPolicy", kXmlns);
  xml::write_shape(xml, policy);
  xml.close();
  return xml_reply(xml);
}

}  // namespace cloudemu::s3
