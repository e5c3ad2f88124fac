#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/s3_object.h"
#include "protocol/xml_shape.h"

/// What time does to the objects of a bucket, as its owner wants it:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
namespace cloudemu::s3 {

inline constexpr std::string_view kRuleStatuses[] = {"Enabled", "Disabled"};
/// Those that objects can be moved to.
inline constexpr std::string_view kTransitionClasses[] = {"STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR",
                                                          "GLACIER",     "DEEP_ARCHIVE"};

struct RuleTag {
  std::string key, value;

  bool operator==(const RuleTag&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Key", self.key, xml::kRequired);
    fields("Value", self.value, xml::kRequired);
  }
};

/// All of it must hold.
struct LifecycleAnd {
  std::optional<std::string> prefix;
  std::vector<RuleTag> tags;
  std::optional<int64_t> larger_than, smaller_than;  ///< bytes

  bool operator==(const LifecycleAnd&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Prefix", self.prefix);
    fields("Tag", self.tags);
    fields("ObjectSizeGreaterThan", self.larger_than);
    fields("ObjectSizeLessThan", self.smaller_than);
  }
};

/// One of these, or none.
struct LifecycleFilter {
  std::optional<std::string> prefix;
  std::optional<RuleTag> tag;
  std::optional<int64_t> larger_than, smaller_than;
  std::optional<LifecycleAnd> all_of;

  bool operator==(const LifecycleFilter&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Prefix", self.prefix);
    fields("Tag", self.tag);
    fields("ObjectSizeGreaterThan", self.larger_than);
    fields("ObjectSizeLessThan", self.smaller_than);
    fields("And", self.all_of);
  }
};

struct Expiration {
  std::optional<std::string> date;
  std::optional<int64_t> days;
  std::optional<bool> expired_marker;  ///< delete markers that stand alone go

  bool operator==(const Expiration&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Date", self.date);
    fields("Days", self.days);
    fields("ExpiredObjectDeleteMarker", self.expired_marker);
  }
};

struct Transition {
  std::optional<std::string> date;
  std::optional<int64_t> days;
  std::string storage_class;

  bool operator==(const Transition&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Date", self.date);
    fields("Days", self.days);
    fields("StorageClass", self.storage_class, xml::kRequired, xml::OneOf{kTransitionClasses});
  }
};

struct NoncurrentTransition {
  int64_t days = 0;
  std::optional<int64_t> newer_versions;  ///< so many noncurrent ones that are newer stay where they are
  std::string storage_class;

  bool operator==(const NoncurrentTransition&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("NoncurrentDays", self.days, xml::kRequired);
    fields("NewerNoncurrentVersions", self.newer_versions);
    fields("StorageClass", self.storage_class, xml::kRequired, xml::OneOf{kTransitionClasses});
  }
};

struct NoncurrentExpiration {
  std::optional<int64_t> days;
  std::optional<int64_t> newer_versions;  ///< so many noncurrent ones that are newer are kept

  bool operator==(const NoncurrentExpiration&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("NoncurrentDays", self.days);
    fields("NewerNoncurrentVersions", self.newer_versions);
  }
};

struct AbortUploads {
  int64_t days = 0;

  bool operator==(const AbortUploads&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("DaysAfterInitiation", self.days, xml::kRequired);
  }
};

struct LifecycleRule {
  std::string id;
  std::optional<std::string> prefix;  ///< of the older form, instead of a filter
  std::optional<LifecycleFilter> filter;
  std::string status;
  std::vector<Transition> transitions;
  std::optional<Expiration> expiration;
  std::vector<NoncurrentTransition> noncurrent_transitions;
  std::optional<NoncurrentExpiration> noncurrent_expiration;
  std::optional<AbortUploads> abort_uploads;

  bool operator==(const LifecycleRule&) const = default;
  bool is_enabled() const { return status == "Enabled"; }
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ID", self.id);
    fields("Prefix", self.prefix);
    fields("Filter", self.filter);
    fields("Status", self.status, xml::kRequired, xml::OneOf{kRuleStatuses});
    fields("Transition", self.transitions);
    fields("Expiration", self.expiration);
    fields("NoncurrentVersionTransition", self.noncurrent_transitions);
    fields("NoncurrentVersionExpiration", self.noncurrent_expiration);
    fields("AbortIncompleteMultipartUpload", self.abort_uploads);
  }
};

inline constexpr size_t kRulePrefixBytesMax = 1024;

/// The prefix that a rule goes by, of lifecycle or of replication, whichever generation its document is of.
template <class Rule>
std::string prefix_of(const Rule& rule) {
  if (!rule.filter) return rule.prefix.value_or("");
  return rule.filter->all_of ? rule.filter->all_of->prefix.value_or("") : rule.filter->prefix.value_or("");
}

struct Lifecycle {
  static constexpr std::string_view kSetting = "lifecycle";
  std::vector<LifecycleRule> rules;
  std::string minimum_size;  ///< "varies_by_storage_class"; empty: all_storage_classes_128K

  bool operator==(const Lifecycle&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Rule", self.rules, xml::kRequired);
    // Comes and goes in a header, but is kept with the rules: no element of the document.
    fields("TransitionDefaultMinimumObjectSize", self.minimum_size, xml::kAttribute);
  }
};

}  // namespace cloudemu::s3
