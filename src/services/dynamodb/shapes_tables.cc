#include "services/dynamodb/shapes.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Shape kLong{.kind = Kind::long_integer, .min = INT64_MIN};
constexpr Shape kPositive{.kind = Kind::long_integer, .min = 1};

constexpr Shape kKeyName{.kind = Kind::string, .min = 1, .max = 255};
constexpr std::string_view kScalarTypes[] = {"B", "N", "S"};
constexpr Shape kScalarType{.kind = Kind::string, .values = kScalarTypes};
constexpr Member kAttributeDefinitionMembers[] = {{"AttributeName", &kKeyName, true}, {"AttributeType", &kScalarType, true}};
constexpr Shape kAttributeDefinition{.kind = Kind::structure, .name = "AttributeDefinition", .members = kAttributeDefinitionMembers};
constexpr Shape kAttributeDefinitions{.kind = Kind::list, .of = &kAttributeDefinition};

constexpr std::string_view kKeyTypes[] = {"HASH", "RANGE"};
constexpr Shape kKeyType{.kind = Kind::string, .values = kKeyTypes};
constexpr Member kKeySchemaElementMembers[] = {{"AttributeName", &kKeyName, true}, {"KeyType", &kKeyType, true}};
constexpr Shape kKeySchemaElement{.kind = Kind::structure, .name = "KeySchemaElement", .members = kKeySchemaElementMembers};
constexpr Shape kKeySchema{.kind = Kind::list, .of = &kKeySchemaElement, .min = 1, .max = 2};
/// Global indexes have up to four attributes in each part of their key.
constexpr Shape kGlobalKeySchema{.kind = Kind::list, .of = &kKeySchemaElement, .min = 1, .max = 8};

constexpr std::string_view kProjectionTypes[] = {"ALL", "INCLUDE", "KEYS_ONLY"};
constexpr Shape kProjectionType{.kind = Kind::string, .values = kProjectionTypes};
constexpr Shape kNonKeyAttributes{.kind = Kind::list, .of = &kKeyName, .min = 1, .max = 20};
constexpr Member kProjectionMembers[] = {{"ProjectionType", &kProjectionType}, {"NonKeyAttributes", &kNonKeyAttributes}};
constexpr Shape kProjection{.kind = Kind::structure, .name = "Projection", .members = kProjectionMembers};

constexpr Member kThroughputMembers[] = {{"WriteCapacityUnits", &kPositive, true}, {"ReadCapacityUnits", &kPositive, true}};
constexpr Shape kThroughput{.kind = Kind::structure, .name = "ProvisionedThroughput", .members = kThroughputMembers};
constexpr Member kOnDemandMembers[] = {{"MaxReadRequestUnits", &kLong}, {"MaxWriteRequestUnits", &kLong}};
constexpr Shape kOnDemand{.kind = Kind::structure, .name = "OnDemandThroughput", .members = kOnDemandMembers};
constexpr Member kWarmMembers[] = {{"ReadUnitsPerSecond", &kLong}, {"WriteUnitsPerSecond", &kLong}};
constexpr Shape kWarm{.kind = Kind::structure, .name = "WarmThroughput", .members = kWarmMembers};

constexpr Member kLocalIndexMembers[] = {
    {"IndexName", &kIndexName, true}, {"KeySchema", &kKeySchema, true}, {"Projection", &kProjection, true}};
constexpr Shape kLocalIndex{.kind = Kind::structure, .name = "LocalSecondaryIndex", .members = kLocalIndexMembers};
constexpr Shape kLocalIndexes{.kind = Kind::list, .of = &kLocalIndex};
constexpr Member kGlobalIndexMembers[] = {{"IndexName", &kIndexName, true},   {"KeySchema", &kGlobalKeySchema, true},
                                          {"Projection", &kProjection, true}, {"ProvisionedThroughput", &kThroughput},
                                          {"OnDemandThroughput", &kOnDemand}, {"WarmThroughput", &kWarm}};
constexpr Shape kGlobalIndex{.kind = Kind::structure, .name = "GlobalSecondaryIndex", .members = kGlobalIndexMembers};
constexpr Shape kGlobalIndexes{.kind = Kind::list, .of = &kGlobalIndex};

constexpr std::string_view kBillingModes[] = {"PROVISIONED", "PAY_PER_REQUEST"};
constexpr Shape kBillingMode{.kind = Kind::string, .values = kBillingModes};
constexpr std::string_view kViewTypes[] = {"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"};
constexpr Shape kViewType{.kind = Kind::string, .values = kViewTypes};
constexpr Member kStreamMembers[] = {{"StreamEnabled", &kBoolean, true}, {"StreamViewType", &kViewType}};
constexpr Shape kStream{.kind = Kind::structure, .name = "StreamSpecification", .members = kStreamMembers};
constexpr std::string_view kSseTypes[] = {"AES256", "KMS"};
constexpr Shape kSseType{.kind = Kind::string, .values = kSseTypes};
constexpr Shape kKmsKey{.kind = Kind::string, .min = 1};
constexpr Member kSseMembers[] = {{"Enabled", &kBoolean}, {"SSEType", &kSseType}, {"KMSMasterKeyId", &kKmsKey}};
constexpr Shape kSse{.kind = Kind::structure, .name = "SSESpecification", .members = kSseMembers};

constexpr Shape kTagKey{.kind = Kind::string, .min = 1, .max = 128};
constexpr Shape kTagValue{.kind = Kind::string, .max = 256};
constexpr Member kTagMembers[] = {{"Key", &kTagKey, true}, {"Value", &kTagValue, true}};
constexpr Shape kTag{.kind = Kind::structure, .name = "Tag", .members = kTagMembers};
constexpr Shape kTags{.kind = Kind::list, .of = &kTag};
constexpr Shape kTagKeys{.kind = Kind::list, .of = &kTagKey};
constexpr Shape kResourceArn{.kind = Kind::string, .min = 1, .max = 1283};

constexpr Shape kTableName{.kind = Kind::string, .min = 3, .max = 255, .pattern = &patterns::kName};
constexpr Member kCreateTableMembers[] = {{"TableName", &kTableRef},
                                          {"AttributeDefinitions", &kAttributeDefinitions, true},
                                          {"KeySchema", &kKeySchema, true},
                                          {"LocalSecondaryIndexes", &kLocalIndexes},
                                          {"GlobalSecondaryIndexes", &kGlobalIndexes},
                                          {"BillingMode", &kBillingMode},
                                          {"ProvisionedThroughput", &kThroughput},
                                          {"StreamSpecification", &kStream},
                                          {"SSESpecification", &kSse},
                                          {"Tags", &kTags},
                                          {"TableClass", &kString},
                                          {"DeletionProtectionEnabled", &kBoolean},
                                          {"WarmThroughput", &kWarm},
                                          {"ResourcePolicy", &kString},
                                          {"OnDemandThroughput", &kOnDemand}};

constexpr Member kIndexUpdateMembers[] = {{"IndexName", &kIndexName, true},
                                          {"ProvisionedThroughput", &kThroughput},
                                          {"OnDemandThroughput", &kOnDemand},
                                          {"WarmThroughput", &kWarm}};
constexpr Shape kIndexUpdate{.kind = Kind::structure, .name = "UpdateGlobalSecondaryIndexAction", .members = kIndexUpdateMembers};
constexpr Shape kIndexCreate{.kind = Kind::structure, .name = "CreateGlobalSecondaryIndexAction", .members = kGlobalIndexMembers};
constexpr Member kIndexDeleteMembers[] = {{"IndexName", &kIndexName, true}};
constexpr Shape kIndexDelete{.kind = Kind::structure, .name = "DeleteGlobalSecondaryIndexAction", .members = kIndexDeleteMembers};
constexpr Member kIndexChangeMembers[] = {{"Update", &kIndexUpdate}, {"Create", &kIndexCreate}, {"Delete", &kIndexDelete}};
constexpr Shape kIndexChange{.kind = Kind::structure, .name = "GlobalSecondaryIndexUpdate", .members = kIndexChangeMembers};
constexpr Shape kIndexChanges{.kind = Kind::list, .of = &kIndexChange};
constexpr Member kReadOverrideMembers[] = {{"ReadCapacityUnits", &kPositive}};
constexpr Shape kReadOverride{.kind = Kind::structure, .name = "ProvisionedThroughputOverride", .members = kReadOverrideMembers};
constexpr Member kOnDemandOverrideMembers[] = {{"MaxReadRequestUnits", &kLong}};
constexpr Shape kOnDemandOverride{.kind = Kind::structure, .name = "OnDemandThroughputOverride", .members = kOnDemandOverrideMembers};
constexpr Member kReplicaIndexMembers[] = {{"IndexName", &kIndexName, true},
                                           {"ProvisionedThroughputOverride", &kReadOverride},
                                           {"OnDemandThroughputOverride", &kOnDemandOverride}};
constexpr Shape kReplicaIndex{.kind = Kind::structure, .name = "ReplicaGlobalSecondaryIndex", .members = kReplicaIndexMembers};
constexpr Shape kReplicaIndexes{.kind = Kind::list, .of = &kReplicaIndex, .min = 1};
constexpr Member kReplicaMembers[] = {{"RegionName", &kString, true},
                                      {"KMSMasterKeyId", &kKmsKey},
                                      {"ProvisionedThroughputOverride", &kReadOverride},
                                      {"OnDemandThroughputOverride", &kOnDemandOverride},
                                      {"GlobalSecondaryIndexes", &kReplicaIndexes},
                                      {"TableClassOverride", &kString}};
constexpr Shape kReplicaCreate{.kind = Kind::structure, .name = "CreateReplicationGroupMemberAction", .members = kReplicaMembers};
constexpr Shape kReplicaChange{.kind = Kind::structure, .name = "UpdateReplicationGroupMemberAction", .members = kReplicaMembers};
constexpr Member kReplicaDeleteMembers[] = {{"RegionName", &kString, true}};
constexpr Shape kReplicaDelete{.kind = Kind::structure, .name = "DeleteReplicationGroupMemberAction", .members = kReplicaDeleteMembers};
constexpr Member kReplicaUpdateMembers[] = {{"Create", &kReplicaCreate}, {"Update", &kReplicaChange}, {"Delete", &kReplicaDelete}};
constexpr Shape kReplicaUpdate{.kind = Kind::structure, .name = "ReplicationGroupUpdate", .members = kReplicaUpdateMembers};
constexpr Shape kReplicaUpdates{.kind = Kind::list, .of = &kReplicaUpdate, .min = 1};
constexpr Member kUpdateTableMembers[] = {{"TableName", &kTableRef},
                                          {"AttributeDefinitions", &kAttributeDefinitions},
                                          {"BillingMode", &kBillingMode},
                                          {"ProvisionedThroughput", &kThroughput},
                                          {"GlobalSecondaryIndexUpdates", &kIndexChanges},
                                          {"StreamSpecification", &kStream},
                                          {"SSESpecification", &kSse},
                                          {"ReplicaUpdates", &kReplicaUpdates},
                                          {"TableClass", &kString},
                                          {"DeletionProtectionEnabled", &kBoolean},
                                          {"WarmThroughput", &kWarm},
                                          {"OnDemandThroughput", &kOnDemand}};

constexpr Shape kListLimit{.kind = Kind::integer, .min = 1, .max = 100};
constexpr Member kListTablesMembers[] = {{"ExclusiveStartTableName", &kTableName}, {"Limit", &kListLimit}};

constexpr Shape kRecoveryDays{.kind = Kind::integer, .min = 1, .max = 35};
constexpr Member kRecoveryMembers[] = {{"PointInTimeRecoveryEnabled", &kBoolean, true}, {"RecoveryPeriodInDays", &kRecoveryDays}};
constexpr Shape kRecovery{.kind = Kind::structure, .name = "PointInTimeRecoverySpecification", .members = kRecoveryMembers};
constexpr Member kUpdateContinuousBackupsMembers[] = {{"TableName", &kTableRef, true},
                                                      {"PointInTimeRecoverySpecification", &kRecovery, true}};
constexpr Member kTimeToLiveMembers[] = {{"Enabled", &kBoolean, true}, {"AttributeName", &kKeyName, true}};
constexpr Shape kTimeToLive{.kind = Kind::structure, .name = "TimeToLiveSpecification", .members = kTimeToLiveMembers};
constexpr Member kUpdateTimeToLiveMembers[] = {{"TableName", &kTableRef, true}, {"TimeToLiveSpecification", &kTimeToLive, true}};

constexpr Member kTableOnlyMembers[] = {{"TableName", &kTableRef}};
constexpr Member kTableRequiredMembers[] = {{"TableName", &kTableRef, true}};
constexpr Member kTagResourceMembers[] = {{"ResourceArn", &kResourceArn, true}, {"Tags", &kTags, true}};
constexpr Member kUntagResourceMembers[] = {{"ResourceArn", &kResourceArn, true}, {"TagKeys", &kTagKeys, true}};
constexpr Shape kRevisionId{.kind = Kind::string, .min = 1, .max = 255};
constexpr Member kResourcePolicyMembers[] = {{"ResourceArn", &kResourceArn, true}, {"ExpectedRevisionId", &kRevisionId}};
constexpr Member kPutResourcePolicyMembers[] = {{"ResourceArn", &kResourceArn, true},
                                                {"Policy", &kString, true},
                                                {"ExpectedRevisionId", &kRevisionId},
                                                {"ConfirmRemoveSelfResourceAccess", &kBoolean}};
constexpr Member kResourceOnlyMembers[] = {{"ResourceArn", &kResourceArn, true}};
constexpr Member kListTagsMembers[] = {{"ResourceArn", &kResourceArn, true}, {"NextToken", &kString}};

}  // namespace

constinit const Shape kCreateTable{.kind = Kind::structure, .name = "CreateTableInput", .members = kCreateTableMembers};
constinit const Shape kUpdateTable{.kind = Kind::structure, .name = "UpdateTableInput", .members = kUpdateTableMembers};
constinit const Shape kTableOnly{.kind = Kind::structure, .name = "DescribeTableInput", .members = kTableOnlyMembers};
constinit const Shape kTableRequired{.kind = Kind::structure, .name = "DescribeTimeToLiveInput", .members = kTableRequiredMembers};
constinit const Shape kDescribeNothing{.kind = Kind::structure, .name = "DescribeLimitsInput"};
constinit const Shape kListTables{.kind = Kind::structure, .name = "ListTablesInput", .members = kListTablesMembers};
constinit const Shape kTagResource{.kind = Kind::structure, .name = "TagResourceInput", .members = kTagResourceMembers};
constinit const Shape kUntagResource{.kind = Kind::structure, .name = "UntagResourceInput", .members = kUntagResourceMembers};
constinit const Shape kListTagsOfResource{.kind = Kind::structure, .name = "ListTagsOfResourceInput", .members = kListTagsMembers};
constinit const Shape kResourceOnly{.kind = Kind::structure, .name = "GetResourcePolicyInput", .members = kResourceOnlyMembers};
constinit const Shape kResourcePolicy{.kind = Kind::structure, .name = "DeleteResourcePolicyInput", .members = kResourcePolicyMembers};
constinit const Shape kPutResourcePolicy{.kind = Kind::structure, .name = "PutResourcePolicyInput", .members = kPutResourcePolicyMembers};
constinit const Shape kUpdateContinuousBackups{
    .kind = Kind::structure, .name = "UpdateContinuousBackupsInput", .members = kUpdateContinuousBackupsMembers};
constinit const Shape kUpdateTimeToLive{.kind = Kind::structure, .name = "UpdateTimeToLiveInput", .members = kUpdateTimeToLiveMembers};

constinit const Shape kDefinitionList = kAttributeDefinitions;
constinit const Shape kTableKeySchema = kKeySchema;
constinit const Shape kLocalIndexList = kLocalIndexes;
constinit const Shape kGlobalIndexList = kGlobalIndexes;
constinit const Shape kBilling = kBillingMode;
constinit const Shape kTableThroughput = kThroughput;
constinit const Shape kOnDemandThroughput = kOnDemand;
constinit const Shape kEncryption = kSse;
constinit const Shape kNewTableName = kTableName;

}  // namespace cloudemu::dynamodb::shapes
