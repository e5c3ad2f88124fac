// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
#include <algorithm>

#include "core/strings.h"
#include "events/field_json.h"
#include "protocol/uri.h"
#include "protocol/url_scheme.h"
#include "protocol/xml_reader.h"
#include "services/s3/acl.h"
#include "services/s3/bucket_name.h"
#include "services/s3/errors.h"
#include "services/s3/operations.h"
#include "services/s3/region.h"
#include "services/s3/reply.h"
#include "services/s3/settings/object_lock.h"
#include "services/s3/settings/ownership_controls.h"
#include "services/s3/settings/settings.h"
#include "services/s3/tags.h"

namespace cloudemu::s3 {

namespace {

/// The default quota of an account: https://docs.aws.amazon.com/general/latest/gr/s3.html
constexpr size_t kBucketsMax = 10'000;

struct Configuration {
  std::string location_constraint;
  bool has_constraint = false;
  StringMap tags;
};

AwsResult<Configuration> parse(const Call& call) {
  Configuration configuration;
  if (call.http.body.empty()) return configuration;
  const Document& root = *call.document;
  if (!root || root->name != "CreateBucketConfiguration") return fail(malformed_xml());
  if (root->find("Location") || root->find("Bucket")) return fail(not_implemented("CreateBucket of directory buckets"));
  if (const xml::Element* constraint = root->find("LocationConstraint")) {
    configuration.has_constraint = true;
    configuration.location_constraint = constraint->text;
  }
  const xml::Element* tags = root->find("Tags");
  if (!tags) return configuration;
  for (const xml::Element& tag : tags->children) {
    if (tag.name != "Tag" || !tag.find("Key") || !tag.find("Value")) return fail(malformed_xml());
    configuration.tags.emplace_back(tag.child_text("Key"), tag.child_text("Value"));
  }
  TRY(check_tags(configuration.tags, Tagged::new_bucket));
  return configuration;
}

/// Clients that are made for other stores sign for "US", "auto" or "local": they mean the only region there is.
std::string_view region_of_caller(const Call& call) { return is_region(call.principal.region) ? call.principal.region : kFirstRegion; }

/// The region a bucket is made in. us-east-1 may make buckets anywhere else, every other region only its own, and it must say so.
AwsResult<std::string> choose_region(const Configuration& configuration, std::string_view caller_region) {
  const std::string& constraint = configuration.location_constraint;
  std::string_view wanted = region_of_constraint(constraint);
  if (caller_region == kFirstRegion) {
    if (!configuration.has_constraint) return std::string(kFirstRegion);
    if (wanted.empty() || wanted == kFirstRegion) return fail(invalid_location_constraint(constraint));
    return std::string(wanted);
  }
  if (!configuration.has_constraint) return fail(illegal_location_constraint("unspecified"));
  if (wanted != caller_region) return fail(illegal_location_constraint(constraint));
  return std::string(wanted);
}

/// Who owns what is in a new bucket, and who is let in.
struct Access {
  std::optional<std::string> ownership;  ///< nothing: no controls, as there were none once
  bool blocks_public = true;
  std::optional<Grants> acl = {};

  bool takes_acls() const { return ownership != kOwnerEnforced; }
};

/// x-amz-object-ownership, or what new buckets have; the ACL that headers ask for. Where the owner is enforced there is none, and public
/// ones are blocked.
AwsResult<Access> requested_access(const Call& call) {
  constexpr std::string_view kHeader = "x-amz-object-ownership";
  Access access{.ownership = std::string(kOwnerEnforced), .blocks_public = !call.legacy_acl};
  if (call.legacy_acl) access.ownership.reset();
  if (auto wanted = call.find_header(kHeader)) {
    bool is_known = std::find(std::begin(kObjectOwnerships), std::end(kObjectOwnerships), *wanted) != std::end(kObjectOwnerships);
    if (!is_known) return fail(invalid_argument(concat("Invalid ", kHeader, " header: ", *wanted), kHeader));
    access.ownership = *wanted;
  }
  access.acl = TRY(acl_of_headers(call, {call.principal.account, call.principal.account}, AclOf::bucket));
  if (access.acl && !access.takes_acls()) return fail(bucket_acl_with_ownership());
  if (access.acl && access.blocks_public && is_public(*access.acl)) return fail(bucket_acl_with_public_access_block());
  return access;
}

bool wants_object_lock(const Call& call) { return equals_ignoring_case(call.header("x-amz-bucket-object-lock-enabled"), "true"); }

/// What a bucket is made with that other new buckets do not have.
std::vector<Event> unusual_settings(const Call& call, const Access& access, const StringMap& tags) {
  std::vector<Event> events;
  auto put = [&](const Setting& setting, std::string value) {
    events.push_back(BucketSettingPut{.bucket = call.bucket, .setting = std::string(setting.name), .value = std::move(value)});
  };
  auto remove = [&](const Setting& setting) {
    events.push_back(BucketSettingDeleted{.bucket = call.bucket, .setting = std::string(setting.name)});
  };
  if (!tags.empty()) put(kTagging, events::to_json(tags));
  if (!access.ownership) remove(kOwnershipControls);
  else if (access.takes_acls()) put(kOwnershipControls, events::to_json(OwnershipControls{{{*access.ownership}}}));
  if (!access.blocks_public) remove(kPublicAccessBlock);
  if (access.acl) put(kAcl, events::to_json(Acl{*access.acl}));
  if (wants_object_lock(call)) {
    put(kVersioning, "Enabled");
    put(kObjectLock, events::to_json(ObjectLock{.enabled = "Enabled", .rule = {}}));
  }
  return events;
}

/// "http://photos.s3.amazonaws.com/"; where the client calls a host of another name, that name.
std::string location_of(const Call& call) {
  std::string_view host = call.http.header("host");
  bool is_named = host_name(host).find_first_not_of("0123456789.[]:") != std::string_view::npos;
  if (host.starts_with("s3.")) host.remove_prefix(3);
  return concat(http::url_scheme(call.http), call.bucket, ".s3.", is_named ? host : "amazonaws.com", "/");
}

}  // namespace

AwsResult<Outcome> create_bucket(const S3ReadModel& state, const Call& call) {
  if (!is_bucket_name(call.bucket)) return fail(invalid_bucket_name(call.bucket));
  Configuration configuration = TRY(parse(call));
  std::string_view caller_region = region_of_caller(call);
  std::string region = TRY(choose_region(configuration, caller_region));
  Access access = TRY(requested_access(call));

  http::Response response;
  response.set("Location", configuration.has_constraint ? location_of(call) : concat("/", call.bucket));
  response.set("x-amz-bucket-arn", concat("arn:aws:s3:::", call.bucket));
  if (const Bucket* existing = state.find_bucket(call.bucket)) {
    if (existing->owner != call.principal.account) return fail(bucket_already_exists(call.bucket));
    // "For legacy compatibility" us-east-1 answers 200 to its own.
    bool is_legacy = existing->region == kFirstRegion && caller_region == kFirstRegion;
    if (!is_legacy) return fail(bucket_already_owned_by_you(call.bucket));
    return outcome_of(std::move(response));
  }
  if (state.bucket_count(call.principal.account) >= kBucketsMax) return fail(too_many_buckets());

  Answer answer = outcome_of(BucketCreated{.bucket = call.bucket,
                                           .owner = call.principal.account,
                                           .region = std::move(region),
                                           .location_constraint = std::move(configuration.location_constraint),
                                           .created_at = call.now},
                             std::move(response));
  for (Event& event : unusual_settings(call, access, configuration.tags)) answer.events.push_back(std::move(event));
  return answer;
}

}  // namespace cloudemu::s3
