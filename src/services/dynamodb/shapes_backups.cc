#include "services/dynamodb/shape_members.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Shape kArn{.kind = Kind::string, .min = 37, .max = 1024};
constexpr Shape kTime{.kind = Kind::long_integer, .min = INT64_MIN};  // seconds, with a fraction
constexpr Shape kBackupName{.kind = Kind::string, .min = 3, .max = 255, .pattern = &patterns::kName};

constexpr Member kCreateBackupMembers[] = {kTable, {"BackupName", &kBackupName, true}};
constexpr Member kBackupOnlyMembers[] = {{"BackupArn", &kArn, true}};

constexpr Shape kBackupLimit{.kind = Kind::integer, .min = 1, .max = 100};
constexpr std::string_view kBackupTypes[] = {"USER", "SYSTEM", "AWS_BACKUP", "ALL"};
constexpr Shape kBackupType{.kind = Kind::string, .values = kBackupTypes};
constexpr Member kListBackupsMembers[] = {{"TableName", &kTableRef},          {"Limit", &kBackupLimit},
                                          {"TimeRangeLowerBound", &kTime},    {"TimeRangeUpperBound", &kTime},
                                          {"ExclusiveStartBackupArn", &kArn}, {"BackupType", &kBackupType}};

constexpr Member kTarget{"TargetTableName", &kNewTableName, true};
constexpr Member kBillingOverride{"BillingModeOverride", &kBilling};
constexpr Member kGlobalOverride{"GlobalSecondaryIndexOverride", &kGlobalIndexList};
constexpr Member kLocalOverride{"LocalSecondaryIndexOverride", &kLocalIndexList};
constexpr Member kThroughputOverride{"ProvisionedThroughputOverride", &kTableThroughput};
constexpr Member kOnDemandOverride{"OnDemandThroughputOverride", &kOnDemandThroughput};
constexpr Member kSseOverride{"SSESpecificationOverride", &kEncryption};
constexpr Member kRestoreTableFromBackupMembers[] = {kTarget,        {"BackupArn", &kArn, true}, kBillingOverride,  kGlobalOverride,
                                                     kLocalOverride, kThroughputOverride,        kOnDemandOverride, kSseOverride};
constexpr Member kRestoreTableToPointInTimeMembers[] = {{"SourceTableArn", &kTableRef},
                                                        {"SourceTableName", &kNewTableName},
                                                        kTarget,
                                                        {"UseLatestRestorableTime", &kBoolean},
                                                        {"RestoreDateTime", &kTime},
                                                        kBillingOverride,
                                                        kGlobalOverride,
                                                        kLocalOverride,
                                                        kThroughputOverride,
                                                        kOnDemandOverride,
                                                        kSseOverride};

}  // namespace

constinit const Shape kCreateBackup{.kind = Kind::structure, .name = "CreateBackupInput", .members = kCreateBackupMembers};
constinit const Shape kBackupOnly{.kind = Kind::structure, .name = "DescribeBackupInput", .members = kBackupOnlyMembers};
constinit const Shape kListBackups{.kind = Kind::structure, .name = "ListBackupsInput", .members = kListBackupsMembers};
constinit const Shape kRestoreTableFromBackup{
    .kind = Kind::structure, .name = "RestoreTableFromBackupInput", .members = kRestoreTableFromBackupMembers};
constinit const Shape kRestoreTableToPointInTime{
    .kind = Kind::structure, .name = "RestoreTableToPointInTimeInput", .members = kRestoreTableToPointInTimeMembers};

}  // namespace cloudemu::dynamodb::shapes
