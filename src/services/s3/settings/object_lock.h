#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/xml_shape.h"

/// What keeps versions from being deleted: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
namespace cloudemu::s3 {

inline constexpr std::string_view kLockModes[] = {"GOVERNANCE", "COMPLIANCE"};
inline constexpr std::string_view kLockEnabled[] = {"Enabled"};

struct DefaultRetention {
  std::string mode;
  std::optional<int64_t> days, years;

  bool operator==(const DefaultRetention&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Mode", self.mode, xml::kRequired, xml::OneOf{kLockModes});
    fields("Days", self.days);
    fields("Years", self.years);
  }
};

struct LockRule {
  DefaultRetention retention;

  bool operator==(const LockRule&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("DefaultRetention", self.retention, xml::kRequired);
  }
};

/// A bucket has it or not: once it has, it keeps it.
struct ObjectLock {
  static constexpr std::string_view kSetting = "object-lock";
  std::string enabled;
  std::optional<LockRule> rule;

  bool operator==(const ObjectLock&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ObjectLockEnabled", self.enabled, xml::kRequired, xml::OneOf{kLockEnabled});
    fields("Rule", self.rule);
  }
};

}  // namespace cloudemu::s3
