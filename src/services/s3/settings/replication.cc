// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html, API_GetBucketReplication.html,
// API_DeleteBucketReplication.html. What comes of the rules: replicate.h.
#include "services/s3/settings/replication.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/strings.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kRulesMax = 1000;
constexpr size_t kIdBytesMax = 255;
constexpr size_t kIdCharacters = 48;
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html: "Valid value: 15".
constexpr int64_t kReplicationMinutes = 15;
constexpr std::string_view kIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kClasses[] = {"STANDARD",   "REDUCED_REDUNDANCY",  "STANDARD_IA", "ONEZONE_IA",
                                         "GLACIER_IR", "INTELLIGENT_TIERING", "GLACIER",     "DEEP_ARCHIVE"};

/// Rules have a bare prefix, as all had once, or a filter. `must`: "must be specified", "cannot be used".
AwsError of_generation(std::string_view element, std::string_view must) {
  return invalid_request(
      concat(element, ' ', must,
             " for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for "
             "more information."));
}

AwsError lacks(std::string_view element) { return of_generation(element, "must be specified"); }

AwsResult<void> check_filter(const ReplicationRule& rule) {
  if (rule.prefix && rule.filter) return fail(malformed_xml());
  if (!rule.prefix && !rule.filter) return fail(malformed_xml());
  if (prefix_of(rule).size() > kRulePrefixBytesMax) {
    return fail(invalid_argument("Rule prefix cannot be longer than maximum allowed key length of 1024"));
  }
  // AWS's model has it, and no bucket takes it.
  if (rule.existing_objects) return fail(malformed_xml());
  if (!rule.filter && rule.delete_markers) return fail(of_generation("DeleteMarkerReplication", "cannot be used"));
  if (!rule.filter) return {};
  const ReplicationFilter& filter = *rule.filter;
  if (filter.prefix.has_value() + filter.tag.has_value() + filter.all_of.has_value() > 1) return fail(malformed_xml());
  if (!rule.priority) return fail(lacks("Priority"));
  if (!rule.delete_markers) return fail(lacks("DeleteMarkerReplication"));
  bool by_tag = filter.tag || (filter.all_of && !filter.all_of->tags.empty());
  if (by_tag && rule.delete_markers->is_on()) {
    return fail(
        invalid_request("Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer "
                        "Guide for more information."));
  }
  return {};
}

/// Objects under KMS are copied if there is a key for the copies, and a key is of use for nothing else.
AwsResult<void> check_encryption(const ReplicationRule& rule) {
  const auto& encryption = rule.destination.encryption;
  bool names_objects = rule.selection && rule.selection->kms_objects;
  if (encryption && !names_objects) {
    return fail(invalid_request("SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present."));
  }
  if (names_objects && (!encryption || !encryption->key)) {
    return fail(invalid_request("ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present."));
  }
  return {};
}

/// A promised time is held against metrics, and both know one number of minutes.
AwsResult<void> check_time(const ReplicationDestination& to) {
  const ReplicationMinutes* threshold = to.metrics && to.metrics->threshold ? &*to.metrics->threshold : nullptr;
  bool is_known = (!to.time || to.time->time.minutes == kReplicationMinutes) && (!threshold || threshold->minutes == kReplicationMinutes);
  if (!is_known) return fail(invalid_argument(concat("Minutes must be ", kReplicationMinutes)));
  bool is_promised = to.time && to.time->status == "Enabled";
  if (is_promised && !to.metrics) return fail(invalid_argument("Metrics must be specified when ReplicationTime is Enabled"));
  if (threshold && !is_promised) {
    return fail(invalid_argument("Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled"));
  }
  return {};
}

AwsResult<void> check_destination(const ReplicationRule& rule, const SettingCall& asked) {
  const ReplicationDestination& to = rule.destination;
  std::string_view name = target_bucket(rule);
  if (name.empty()) return fail(invalid_argument("Invalid bucket ARN"));
  if (name == asked.bucket.name) return fail(invalid_request("Destination bucket cannot be the same as the source bucket."));
  const Bucket* bucket = asked.state.find_bucket(name);
  if (!bucket) return fail(invalid_request("Destination bucket must exist."));
  if (bucket->versioning != Versioning::enabled) return fail(invalid_request("Destination bucket must have versioning enabled."));
  if (to.storage_class && std::find(std::begin(kClasses), std::end(kClasses), *to.storage_class) == std::end(kClasses)) {
    return fail(malformed_xml());
  }
  if (to.owner && !to.account) {
    return fail(invalid_request("Account must be specified when AccessControlTranslation is specified in the destination."));
  }
  TRY(check_encryption(rule));
  return check_time(to);
}

/// Rules with bare prefixes all copy to one bucket.
AwsResult<void> check_one_destination(const std::vector<ReplicationRule>& rules) {
  auto is_other = [&](const ReplicationRule& rule) { return !rule.filter && rule.destination.bucket != rules.front().destination.bucket; };
  if (rules.front().filter || std::none_of(rules.begin(), rules.end(), is_other)) return {};
  return fail(invalid_request("Number of distinct destination bucket ARNs cannot exceed 1"));
}

AwsResult<void> check(Replication& replication, const SettingCall& asked) {
  // The bucket itself may change while others are looked up: its name and versioning are of this moment.
  if (asked.bucket.versioning != Versioning::enabled) {
    return fail(invalid_request("Versioning must be 'Enabled' on the bucket to apply a replication configuration"));
  }
  if (!replication.role.starts_with("arn:")) return fail(invalid_argument("Invalid Role specified in replication configuration"));
  if (replication.rules.size() > kRulesMax) return fail(malformed_xml());
  std::set<std::string> ids;
  std::set<int64_t> priorities;
  for (ReplicationRule& rule : replication.rules) {
    if (rule.id.size() > kIdBytesMax) return fail(invalid_argument("Rule Id should not exceed allowed limit of 255"));
    TRY(check_filter(rule));
    TRY(check_destination(rule, asked));
    if (rule.id.empty()) rule.id = asked.call.entropy.text(kIdCharacters, kIdAlphabet);
    if (!ids.insert(rule.id).second) {
      return fail(invalid_argument("Rule Id must be unique. Found same Id for more than one rule"));
    }
    if (rule.priority && !priorities.insert(*rule.priority).second) {
      return fail(
          invalid_request(concat("Found duplicate priority '", *rule.priority, "' in the configuration. Priority must be unique.")));
    }
  }
  return check_one_destination(replication.rules);
}

}  // namespace

const Setting kReplication{.name = Replication::kSetting,
                           .root = "ReplicationConfiguration",
                           .absent_code = "ReplicationConfigurationNotFoundError",
                           .absent_message = "The replication configuration was not found",
                           .read = read_document<Replication, check>,
                           .write = write_document<Replication>};

}  // namespace cloudemu::s3
