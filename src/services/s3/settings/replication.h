#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/xml_shape.h"
#include "services/s3/settings/lifecycle.h"

/// Which objects of a bucket are copied to which other: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
namespace cloudemu::s3 {

struct ReplicationAnd {
  std::optional<std::string> prefix;
  std::vector<RuleTag> tags;

  bool operator==(const ReplicationAnd&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Prefix", self.prefix);
    fields("Tag", self.tags);
  }
};

struct ReplicationFilter {
  std::optional<std::string> prefix;
  std::optional<RuleTag> tag;
  std::optional<ReplicationAnd> all_of;

  bool operator==(const ReplicationFilter&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Prefix", self.prefix);
    fields("Tag", self.tag);
    fields("And", self.all_of);
  }
};

/// Something that is enabled or not.
struct Switch {
  std::string status;

  bool operator==(const Switch&) const = default;
  bool is_on() const { return status == "Enabled"; }
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Status", self.status, xml::kRequired, xml::OneOf{kRuleStatuses});
  }
};

struct SourceSelection {
  std::optional<Switch> kms_objects, replica_modifications;

  bool operator==(const SourceSelection&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("SseKmsEncryptedObjects", self.kms_objects);
    fields("ReplicaModifications", self.replica_modifications);
  }
};

struct ReplicaOwner {
  std::string owner;

  bool operator==(const ReplicaOwner&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Owner", self.owner, xml::kRequired);
  }
};

struct ReplicaEncryption {
  std::optional<std::string> key;

  bool operator==(const ReplicaEncryption&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ReplicaKmsKeyID", self.key);
  }
};

struct ReplicationMinutes {
  int64_t minutes = 0;

  bool operator==(const ReplicationMinutes&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Minutes", self.minutes, xml::kRequired);
  }
};

struct ReplicationTime {
  std::string status;
  ReplicationMinutes time;

  bool operator==(const ReplicationTime&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Status", self.status, xml::kRequired, xml::OneOf{kRuleStatuses});
    fields("Time", self.time, xml::kRequired);
  }
};

struct ReplicationMetrics {
  std::string status;
  std::optional<ReplicationMinutes> threshold;

  bool operator==(const ReplicationMetrics&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Status", self.status, xml::kRequired, xml::OneOf{kRuleStatuses});
    fields("EventThreshold", self.threshold);
  }
};

struct ReplicationDestination {
  std::string bucket;  ///< its ARN
  std::optional<std::string> account, storage_class;
  std::optional<ReplicaOwner> owner;
  std::optional<ReplicaEncryption> encryption;
  std::optional<ReplicationTime> time;
  std::optional<ReplicationMetrics> metrics;

  bool operator==(const ReplicationDestination&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Bucket", self.bucket, xml::kRequired);
    fields("Account", self.account);
    fields("StorageClass", self.storage_class);
    fields("AccessControlTranslation", self.owner);
    fields("EncryptionConfiguration", self.encryption);
    fields("ReplicationTime", self.time);
    fields("Metrics", self.metrics);
  }
};

struct ReplicationRule {
  std::string id;
  std::optional<int64_t> priority;
  std::optional<std::string> prefix;  ///< of the older form, instead of a filter
  std::optional<ReplicationFilter> filter;
  std::string status;
  std::optional<SourceSelection> selection;
  std::optional<Switch> existing_objects;
  ReplicationDestination destination;
  std::optional<Switch> delete_markers;

  bool operator==(const ReplicationRule&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ID", self.id);
    fields("Priority", self.priority);
    fields("Prefix", self.prefix);
    fields("Filter", self.filter);
    fields("Status", self.status, xml::kRequired, xml::OneOf{kRuleStatuses});
    fields("SourceSelectionCriteria", self.selection);
    fields("ExistingObjectReplication", self.existing_objects);
    fields("Destination", self.destination, xml::kRequired);
    fields("DeleteMarkerReplication", self.delete_markers);
  }
};

struct Replication {
  static constexpr std::string_view kSetting = "replication";
  std::string role;
  std::vector<ReplicationRule> rules;

  bool operator==(const Replication&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Role", self.role, xml::kRequired);
    fields("Rule", self.rules, xml::kRequired);
  }
};

/// The name of the bucket that a rule copies to.
inline std::string_view target_bucket(const ReplicationRule& rule) {
  constexpr std::string_view kPrefix = "arn:aws:s3:::";
  std::string_view arn = rule.destination.bucket;
  return arn.starts_with(kPrefix) ? arn.substr(kPrefix.size()) : std::string_view();
}

}  // namespace cloudemu::s3
