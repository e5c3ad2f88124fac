// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html and its neighbours
//
// The configurations alone: no reports are delivered, of which AWS delivers the first within two days.
#include <algorithm>

#include "services/s3/settings/numbered.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kFormats[] = {"CSV", "ORC", "Parquet"};
constexpr std::string_view kVersions[] = {"All", "Current"};
constexpr std::string_view kFrequencies[] = {"Daily", "Weekly"};
// clang-format off
constexpr std::string_view kFields[] = {
    "Size", "LastModifiedDate", "StorageClass", "ETag", "IsMultipartUploaded", "ReplicationStatus", "EncryptionStatus",
    "ObjectLockRetainUntilDate", "ObjectLockMode", "ObjectLockLegalHoldStatus", "IntelligentTieringAccessTier", "BucketKeyStatus",
    "ChecksumAlgorithm", "ObjectAccessControlList", "ObjectOwner", "LifecycleExpirationDate"};
// clang-format on

struct ManagedKey {
  bool operator==(const ManagedKey&) const = default;
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

struct KmsKey {
  std::string id;

  bool operator==(const KmsKey&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("KeyId", self.id, xml::kRequired);
  }
};

struct ReportEncryption {
  std::optional<ManagedKey> managed;
  std::optional<KmsKey> kms;

  bool operator==(const ReportEncryption&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("SSE-S3", self.managed);
    fields("SSE-KMS", self.kms);
  }
};

struct ReportBucket {
  std::optional<std::string> account;
  std::string bucket, format;
  std::optional<std::string> prefix;
  std::optional<ReportEncryption> encryption;

  bool operator==(const ReportBucket&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("AccountId", self.account);
    fields("Bucket", self.bucket, xml::kRequired);
    fields("Format", self.format, xml::kRequired, xml::OneOf{kFormats});
    fields("Prefix", self.prefix);
    fields("Encryption", self.encryption);
  }
};

struct ReportDestination {
  ReportBucket bucket;

  bool operator==(const ReportDestination&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("S3BucketDestination", self.bucket, xml::kRequired);
  }
};

struct PrefixFilter {
  std::string prefix;

  bool operator==(const PrefixFilter&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Prefix", self.prefix, xml::kRequired);
  }
};

struct OptionalFields {
  std::vector<std::string> names;

  bool operator==(const OptionalFields&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Field", self.names, xml::OneOf{kFields});
  }
};

struct Schedule {
  std::string frequency;

  bool operator==(const Schedule&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Frequency", self.frequency, xml::kRequired, xml::OneOf{kFrequencies});
  }
};

struct Inventory {
  ReportDestination destination;
  bool enabled = false;
  std::optional<PrefixFilter> filter;
  std::string id, versions;
  std::optional<OptionalFields> fields_shown;
  Schedule schedule;

  bool operator==(const Inventory&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Destination", self.destination, xml::kRequired);
    fields("IsEnabled", self.enabled, xml::kRequired);
    fields("Filter", self.filter);
    fields("Id", self.id, xml::kRequired);
    fields("IncludedObjectVersions", self.versions, xml::kRequired, xml::OneOf{kVersions});
    fields("OptionalFields", self.fields_shown);
    fields("Schedule", self.schedule, xml::kRequired);
  }
};

AwsResult<void> check(Inventory& inventory, const SettingCall& asked) {
  TRY(check_id(inventory.id, asked));
  const ReportBucket& target = inventory.destination.bucket;
  if (target.encryption && target.encryption->managed.has_value() == target.encryption->kms.has_value()) return fail(malformed_xml());
  if (inventory.fields_shown) {
    auto names = inventory.fields_shown->names;
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) != names.end()) return fail(malformed_xml());
  }
  return check_destination(target.bucket);
}

}  // namespace

const Setting kInventory{.name = "inventory",
                         .root = "InventoryConfiguration",
                         .read = read_document<Inventory, check>,
                         .write = write_document<Inventory>,
                         .list_root = "ListInventoryConfigurationsResult"};

}  // namespace cloudemu::s3
