#pragma once
#include <optional>
#include <string>
#include <vector>

#include "services/s3/settings/setting.h"

/// What the settings have in common that a bucket can have several of: analytics, intelligent tiering, inventory, metrics.
namespace cloudemu::s3 {

struct FilterTag {
  std::string key, value;

  bool operator==(const FilterTag&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Key", self.key, xml::kRequired);
    fields("Value", self.value, xml::kRequired);
  }
};

/// Two conditions or more.
struct FilterAnd {
  std::optional<std::string> prefix;
  std::vector<FilterTag> tags;
  std::optional<std::string> access_point;

  bool operator==(const FilterAnd&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Prefix", self.prefix);
    fields("Tag", self.tags);
    fields("AccessPointArn", self.access_point);
  }
};

/// Which objects are meant: one condition.
struct ObjectFilter {
  std::optional<std::string> prefix;
  std::optional<FilterTag> tag;
  std::optional<std::string> access_point;
  std::optional<FilterAnd> both;

  bool operator==(const ObjectFilter&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Prefix", self.prefix);
    fields("Tag", self.tag);
    fields("AccessPointArn", self.access_point);
    fields("And", self.both);
  }
};

/// Errors: MalformedXML for a filter that is empty, has two conditions without And, or an And with less than two.
AwsResult<void> check_filter(const std::optional<ObjectFilter>& filter);

/// The id in the document is the one in the URL: 1 to 64 letters, digits, `.`, `-`, `_`. Errors: IdMismatch, InvalidConfigurationId.
AwsResult<void> check_id(std::string_view id, const SettingCall& asked);

/// An ARN that names a bucket: "arn:aws:s3:::reports". Error: InvalidS3DestinationBucket.
AwsResult<void> check_destination(std::string_view arn);

}  // namespace cloudemu::s3
