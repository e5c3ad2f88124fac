#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "protocol/xml_shape.h"
#include "services/s3/call.h"

/// Whose the objects of a bucket are, and whether ACLs have a say:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
namespace cloudemu::s3 {

inline constexpr std::string_view kOwnerEnforced = "BucketOwnerEnforced";
inline constexpr std::string_view kObjectOwnerships[] = {"BucketOwnerPreferred", "ObjectWriter", kOwnerEnforced};

struct OwnershipRule {
  std::string ownership;

  bool operator==(const OwnershipRule&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ObjectOwnership", self.ownership, xml::kRequired, xml::OneOf{kObjectOwnerships});
  }
};

struct OwnershipControls {
  static constexpr std::string_view kSetting = "ownershipControls";
  static constexpr std::string_view kDefault = R"({"Rule":[{"ObjectOwnership":"BucketOwnerEnforced"}]})";
  std::vector<OwnershipRule> rules;

  bool operator==(const OwnershipControls&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Rule", self.rules, xml::kRequired);
  }
};

/// Whether a bucket takes ACLs: it does not while its owner owns all that is in it, as of every new bucket.
bool takes_acls(const Bucket& bucket);

}  // namespace cloudemu::s3
