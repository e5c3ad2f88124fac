#include "services/dynamodb/shapes.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Shape kName{.kind = Kind::string, .min = 3, .max = 255, .pattern = &patterns::kName};
constexpr Shape kPositive{.kind = Kind::long_integer, .min = 1};
constexpr Shape kNumber{.kind = Kind::long_integer, .min = INT64_MIN};
constexpr Shape kLimit{.kind = Kind::integer, .min = 1};

constexpr Member kRegionMembers[] = {{"RegionName", &kString}};
constexpr Shape kReplica{.kind = Kind::structure, .name = "Replica", .members = kRegionMembers};
constexpr Shape kReplicaList{.kind = Kind::list, .of = &kReplica};
constexpr Member kNameOnlyMembers[] = {{"GlobalTableName", &kName, true}};
constexpr Member kCreateMembers[] = {{"GlobalTableName", &kName, true}, {"ReplicationGroup", &kReplicaList, true}};
constexpr Member kRequiredRegionMembers[] = {{"RegionName", &kString, true}};
constexpr Shape kCreateReplica{.kind = Kind::structure, .name = "CreateReplicaAction", .members = kRequiredRegionMembers};
constexpr Shape kDeleteReplica{.kind = Kind::structure, .name = "DeleteReplicaAction", .members = kRequiredRegionMembers};
constexpr Member kReplicaUpdateMembers[] = {{"Create", &kCreateReplica}, {"Delete", &kDeleteReplica}};
constexpr Shape kReplicaUpdate{.kind = Kind::structure, .name = "ReplicaUpdate", .members = kReplicaUpdateMembers};
constexpr Shape kReplicaUpdates{.kind = Kind::list, .of = &kReplicaUpdate};
constexpr Member kUpdateMembers[] = {{"GlobalTableName", &kName, true}, {"ReplicaUpdates", &kReplicaUpdates, true}};
constexpr Member kListMembers[] = {{"ExclusiveStartGlobalTableName", &kName}, {"Limit", &kLimit}, {"RegionName", &kString}};

constexpr Member kTargetMembers[] = {
    {"TargetValue", &kNumber, true}, {"DisableScaleIn", &kBoolean}, {"ScaleInCooldown", &kNumber}, {"ScaleOutCooldown", &kNumber}};
constexpr Shape kTarget{
    .kind = Kind::structure, .name = "AutoScalingTargetTrackingScalingPolicyConfigurationUpdate", .members = kTargetMembers};
constexpr Shape kPolicyName{.kind = Kind::string, .min = 1, .max = 256, .pattern = &patterns::kPolicyName};
constexpr Member kPolicyMembers[] = {{"PolicyName", &kPolicyName}, {"TargetTrackingScalingPolicyConfiguration", &kTarget, true}};
constexpr Shape kPolicy{.kind = Kind::structure, .name = "AutoScalingPolicyUpdate", .members = kPolicyMembers};
constexpr Shape kRoleArn{.kind = Kind::string, .min = 1, .max = 1600, .pattern = &patterns::kRoleArn};
constexpr Member kScalingMembers[] = {{"MinimumUnits", &kPositive},
                                      {"MaximumUnits", &kPositive},
                                      {"AutoScalingDisabled", &kBoolean},
                                      {"AutoScalingRoleArn", &kRoleArn},
                                      {"ScalingPolicyUpdate", &kPolicy}};
constexpr Shape kScaling{.kind = Kind::structure, .name = "AutoScalingSettingsUpdate", .members = kScalingMembers};

constexpr std::string_view kBillingModes[] = {"PROVISIONED", "PAY_PER_REQUEST"};
constexpr Shape kBillingMode{.kind = Kind::string, .values = kBillingModes};
constexpr std::string_view kTableClasses[] = {"STANDARD", "STANDARD_INFREQUENT_ACCESS"};
constexpr Shape kTableClass{.kind = Kind::string, .values = kTableClasses};
constexpr Member kIndexWritesMembers[] = {{"IndexName", &kIndexName, true},
                                          {"ProvisionedWriteCapacityUnits", &kPositive},
                                          {"ProvisionedWriteCapacityAutoScalingSettingsUpdate", &kScaling}};
constexpr Shape kIndexWrites{
    .kind = Kind::structure, .name = "GlobalTableGlobalSecondaryIndexSettingsUpdate", .members = kIndexWritesMembers};
constexpr Shape kIndexWritesList{.kind = Kind::list, .of = &kIndexWrites, .min = 1, .max = 20};
constexpr Member kIndexReadsMembers[] = {{"IndexName", &kIndexName, true},
                                         {"ProvisionedReadCapacityUnits", &kPositive},
                                         {"ProvisionedReadCapacityAutoScalingSettingsUpdate", &kScaling}};
constexpr Shape kIndexReads{.kind = Kind::structure, .name = "ReplicaGlobalSecondaryIndexSettingsUpdate", .members = kIndexReadsMembers};
constexpr Shape kIndexReadsList{.kind = Kind::list, .of = &kIndexReads, .min = 1, .max = 20};
constexpr Member kReplicaSettingsMembers[] = {{"RegionName", &kString, true},
                                              {"ReplicaProvisionedReadCapacityUnits", &kPositive},
                                              {"ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate", &kScaling},
                                              {"ReplicaGlobalSecondaryIndexSettingsUpdate", &kIndexReadsList},
                                              {"ReplicaTableClass", &kTableClass}};
constexpr Shape kReplicaSettings{.kind = Kind::structure, .name = "ReplicaSettingsUpdate", .members = kReplicaSettingsMembers};
constexpr Shape kReplicaSettingsList{.kind = Kind::list, .of = &kReplicaSettings, .min = 1, .max = 50};
constexpr Member kUpdateSettingsMembers[] = {{"GlobalTableName", &kName, true},
                                             {"GlobalTableBillingMode", &kBillingMode},
                                             {"GlobalTableProvisionedWriteCapacityUnits", &kPositive},
                                             {"GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate", &kScaling},
                                             {"GlobalTableGlobalSecondaryIndexSettingsUpdate", &kIndexWritesList},
                                             {"ReplicaSettingsUpdate", &kReplicaSettingsList}};

constexpr Member kIndexScalingMembers[] = {{"IndexName", &kIndexName}, {"ProvisionedWriteCapacityAutoScalingUpdate", &kScaling}};
constexpr Shape kIndexScaling{.kind = Kind::structure, .name = "GlobalSecondaryIndexAutoScalingUpdate", .members = kIndexScalingMembers};
constexpr Shape kIndexScalings{.kind = Kind::list, .of = &kIndexScaling, .min = 1};
constexpr Member kReplicaIndexMembers[] = {{"IndexName", &kIndexName}, {"ProvisionedReadCapacityAutoScalingUpdate", &kScaling}};
constexpr Shape kReplicaIndex{
    .kind = Kind::structure, .name = "ReplicaGlobalSecondaryIndexAutoScalingUpdate", .members = kReplicaIndexMembers};
constexpr Shape kReplicaIndexes{.kind = Kind::list, .of = &kReplicaIndex};
constexpr Member kReplicaScalingMembers[] = {{"RegionName", &kString, true},
                                             {"ReplicaGlobalSecondaryIndexUpdates", &kReplicaIndexes},
                                             {"ReplicaProvisionedReadCapacityAutoScalingUpdate", &kScaling}};
constexpr Shape kReplicaScaling{.kind = Kind::structure, .name = "ReplicaAutoScalingUpdate", .members = kReplicaScalingMembers};
constexpr Shape kReplicaScalings{.kind = Kind::list, .of = &kReplicaScaling, .min = 1};
constexpr Member kAutoScalingMembers[] = {{"TableName", &kTableRef, true},
                                          {"GlobalSecondaryIndexUpdates", &kIndexScalings},
                                          {"ProvisionedWriteCapacityAutoScalingUpdate", &kScaling},
                                          {"ReplicaUpdates", &kReplicaScalings}};

}  // namespace

constinit const Shape kGlobalTableOnly{.kind = Kind::structure, .name = "DescribeGlobalTableInput", .members = kNameOnlyMembers};
constinit const Shape kCreateGlobalTable{.kind = Kind::structure, .name = "CreateGlobalTableInput", .members = kCreateMembers};
constinit const Shape kUpdateGlobalTable{.kind = Kind::structure, .name = "UpdateGlobalTableInput", .members = kUpdateMembers};
constinit const Shape kListGlobalTables{.kind = Kind::structure, .name = "ListGlobalTablesInput", .members = kListMembers};
constinit const Shape kUpdateGlobalTableSettings{
    .kind = Kind::structure, .name = "UpdateGlobalTableSettingsInput", .members = kUpdateSettingsMembers};
constinit const Shape kUpdateReplicaAutoScaling{
    .kind = Kind::structure, .name = "UpdateTableReplicaAutoScalingInput", .members = kAutoScalingMembers};

}  // namespace cloudemu::dynamodb::shapes
