#include "services/s3/subresource.h"

#include <algorithm>

namespace cloudemu::s3 {

namespace {

constexpr auto kActs = Elsewhere::acts, kIgnored = Elsewhere::ignored, kRefused = Elsewhere::refused;

/// Sorted by name.
constexpr Subresource kSubresources[] = {
    {"abac", "BUCKET_ABAC", kIgnored},
    {"accelerate", "ACCELERATE", kActs},
    {"acl", "ACL"},
    {"analytics", "ANALYTICS", kIgnored},
    {"annotation", "OBJECT_ANNOTATIONS"},
    {"attributes", "OBJECT_ATTRIBUTES"},
    {"cors", "CORS", kActs},
    {"delete", "MULTI_OBJECT_DELETE", kActs},
    {"encryption", "ENCRYPTION", kRefused, "OBJECT_ENCRYPTION"},
    {"intelligent-tiering", "INTELLIGENT_TIERING", kIgnored},
    {"inventory", "INVENTORY", kActs},
    {"legal-hold", "OBJECT_LOCK_LEGALHOLD"},
    {"lifecycle", "LIFECYCLE", kActs},
    {"location", "LOCATION", kActs},
    {"logging", "LOGGING_STATUS", kActs},
    {"metadataAnnotationTable", "BUCKET_METADATA_ANNOTATION_TABLE_CONFIGURATION", kIgnored},
    {"metadataConfiguration", "BUCKET_METADATA_CONFIGURATION", kIgnored},
    {"metadataInventoryTable", "BUCKET_METADATA_INVENTORY_TABLE_CONFIGURATION", kIgnored},
    {"metadataJournalTable", "BUCKET_METADATA_JOURNAL_TABLE_CONFIGURATION", kIgnored},
    {"metadataTable", "BUCKET_METADATA_TABLE_CONFIGURATION", kIgnored},
    {"metrics", "METRICS", kIgnored},
    {"notification", "NOTIFICATION", kActs},
    {"object-lock", "OBJECT_LOCK_CONFIGURATION", kIgnored},
    {"ownershipControls", "OWNERSHIP_CONTROLS", kIgnored},
    {kPart, "PART"},
    {"policy", "BUCKETPOLICY", kActs},
    {"policyStatus", "POLICY_STATUS", kIgnored},
    {"publicAccessBlock", "PUBLIC_ACCESS_BLOCK", kIgnored},
    {"renameObject", "RENAMEOBJECT"},
    {"replication", "REPLICATION", kActs},
    {"requestPayment", "REQUEST_PAYMENT", kActs},
    {"restore", "RESTORE"},
    {"retention", "OBJECT_LOCK_RETENTION"},
    {"select", "SELECT"},
    {"tagging", "TAGGING", kRefused, "OBJECT_TAGGING"},
    {"torrent", "TORRENT", kActs},
    {kUpload, "UPLOAD"},
    {"uploads", "UPLOADS"},
    {"versioning", "VERSIONING", kActs},
    {"versions", "BUCKETVERSIONS", kActs},
    {"website", "WEBSITE", kActs},
};

}  // namespace

std::span<const Subresource> subresources() { return kSubresources; }

const Subresource* find_subresource(std::string_view name) {
  auto found = std::lower_bound(std::begin(kSubresources), std::end(kSubresources), name,
                                [](const Subresource& row, std::string_view wanted) { return row.name < wanted; });
  return found != std::end(kSubresources) && found->name == name ? found : nullptr;
}

}  // namespace cloudemu::s3
