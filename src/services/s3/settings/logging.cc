// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html, API_GetBucketLogging.html
//
// No access logs are delivered: AWS does it now and then, and promises nothing.
#include "services/s3/acl.h"
#include "services/s3/settings/ownership_controls.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kByEmail = "AmazonCustomerByEmail";
constexpr std::string_view kGranteeTypes[] = {"CanonicalUser", kByEmail, "Group"};
constexpr std::string_view kPermissions[] = {"FULL_CONTROL", "READ", "WRITE"};
constexpr std::string_view kDateSources[] = {"EventTime", "DeliveryTime"};

struct Grantee {
  std::string type;
  std::optional<std::string> display_name, email, id, uri;

  bool operator==(const Grantee&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("xsi:type", self.type, xml::kAttribute, xml::kRequired, xml::OneOf{kGranteeTypes});
    fields("DisplayName", self.display_name);
    fields("EmailAddress", self.email);
    fields("ID", self.id);
    fields("URI", self.uri);
  }
};

struct TargetGrant {
  Grantee grantee;
  std::string permission;

  bool operator==(const TargetGrant&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Grantee", self.grantee, xml::kRequired);
    fields("Permission", self.permission, xml::kRequired, xml::OneOf{kPermissions});
  }
};

struct TargetGrants {
  std::vector<TargetGrant> list;

  bool operator==(const TargetGrants&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Grant", self.list);
  }
};

struct SimplePrefix {
  bool operator==(const SimplePrefix&) const = default;
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

struct PartitionedPrefix {
  std::optional<std::string> source;

  bool operator==(const PartitionedPrefix&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("PartitionDateSource", self.source, xml::OneOf{kDateSources});
  }
};

struct KeyFormat {
  std::optional<SimplePrefix> simple;
  std::optional<PartitionedPrefix> partitioned;

  bool operator==(const KeyFormat&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("SimplePrefix", self.simple);
    fields("PartitionedPrefix", self.partitioned);
  }
};

struct LoggingEnabled {
  std::string bucket, prefix;
  std::optional<TargetGrants> grants;
  std::optional<KeyFormat> key_format;

  bool operator==(const LoggingEnabled&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("TargetBucket", self.bucket, xml::kRequired);
    fields("TargetGrants", self.grants);
    fields("TargetPrefix", self.prefix, xml::kRequired);
    fields("TargetObjectKeyFormat", self.key_format);
  }
};

struct Logging {
  std::optional<LoggingEnabled> enabled;

  bool operator==(const Logging&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("LoggingEnabled", self.enabled);
  }
};

/// As accounts were named before: kept, and of no meaning here.
AwsResult<void> check_grantees(const std::optional<TargetGrants>& grants, const Call& call) {
  if (!grants || call.legacy_acl) return {};
  for (const TargetGrant& grant : grants->list) {
    if (grant.grantee.type == kByEmail) return fail(grantee_by_email(call));
  }
  return {};
}

AwsResult<void> check(Logging& logging, const SettingCall& asked) {
  if (!logging.enabled) return {};
  TRY(check_grantees(logging.enabled->grants, asked.call));
  const auto& format = logging.enabled->key_format;
  if (format && format->simple.has_value() == format->partitioned.has_value()) return fail(malformed_xml());
  const Bucket* target = asked.state.find_bucket(logging.enabled->bucket);
  if (!target) {
    return fail(AwsError{"InvalidTargetBucketForLogging", 400, "The target bucket for logging does not exist"}.with(
        "TargetBucket", logging.enabled->bucket));
  }
  if (target->owner != asked.bucket.owner) {
    return fail(
        AwsError{"InvalidTargetBucketForLogging", 400, "The owner for the bucket to be logged and the target bucket must be the same"}.with(
            "TargetBucket", logging.enabled->bucket));
  }
  bool grants = logging.enabled->grants && !logging.enabled->grants->list.empty();
  if (grants && !takes_acls(*target)) {
    return fail(AwsError{"AccessControlListNotSupported", 400, "Target grants not allowed for bucket owner enforced buckets"});
  }
  if (target->region == asked.bucket.region) return {};
  // AWS spells it so, and names the source only where that is not us-east-1.
  AwsError error{"CrossLocationLoggingProhibitted", 403, "Cross S3 location logging not allowed. "};
  if (asked.bucket.region != "us-east-1") error.members.emplace_back("SourceBucketLocation", asked.bucket.region);
  error.members.emplace_back("TargetBucketLocation", target->region);
  return fail(std::move(error));
}

/// A status that enables nothing ends the logging.
AwsResult<std::optional<std::string>> read(const SettingCall& asked) {
  auto value = TRY((read_document<Logging, check>(asked)));
  if (value->empty()) return std::nullopt;
  return value;
}

}  // namespace

const Setting kLogging{.name = "logging", .root = "BucketLoggingStatus", .otherwise = "", .read = read, .write = write_document<Logging>};

}  // namespace cloudemu::s3
