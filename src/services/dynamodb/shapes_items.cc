#include "services/dynamodb/shape_members.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Member kReturn{"ReturnValues", &kReturnValues};
constexpr Member kExpectedMap{"Expected", &kExpected};
constexpr Member kOperator{"ConditionalOperator", &kConditionalOperator};
constexpr Member kFilterText{"FilterExpression", &kString};

constexpr Member kGetItemMembers[] = {kReturnConsumed, kToGet, kTable, kKey, kConsistent, kProjection, kNameMap};

constexpr Member kPutItemMembers[] = {kReturnConsumed, kMetrics,  kTable,     kItem,    kReturn,  kReturnFailed,
                                      kExpectedMap,    kOperator, kCondition, kNameMap, kValueMap};

constexpr Member kDeleteItemMembers[] = {kReturnConsumed, kMetrics,  kTable,     kKey,     kReturn,  kReturnFailed,
                                         kExpectedMap,    kOperator, kCondition, kNameMap, kValueMap};

constexpr std::string_view kActions[] = {"ADD", "PUT", "DELETE"};
constexpr Shape kAction{.kind = Kind::string, .values = kActions};
constexpr Member kAttributeUpdateMembers[] = {{"Value", &kAttributeValue}, {"Action", &kAction}};
constexpr Shape kAttributeUpdate{.kind = Kind::structure, .name = "AttributeValueUpdate", .members = kAttributeUpdateMembers};
constexpr Shape kAttributeUpdates{.kind = Kind::map, .of = &kAttributeUpdate};
// Of several words that cannot be, that of ReturnValues is told.
constexpr Member kUpdateItemMembers[] = {
    kReturn,      kReturnConsumed, kMetrics, kTable,     kKey,     kReturnFailed, {"AttributeUpdates", &kAttributeUpdates},
    kExpectedMap, kOperator,       kUpdate,  kCondition, kNameMap, kValueMap};

constexpr std::string_view kSelections[] = {"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"};
constexpr Shape kSelect{.kind = Kind::string, .values = kSelections};
constexpr Shape kLimit{.kind = Kind::integer, .min = 1};
constexpr Member kIndex{"IndexName", &kIndexName};
constexpr Member kSelection{"Select", &kSelect};
constexpr Member kLimitMember{"Limit", &kLimit};
constexpr Member kStartKey{"ExclusiveStartKey", &kAttributeMap};
constexpr Member kQueryMembers[] = {kSelection,
                                    kReturnConsumed,
                                    kToGet,
                                    kTable,
                                    kIndex,
                                    kLimitMember,
                                    kConsistent,
                                    {"KeyConditions", &kFilter},
                                    {"QueryFilter", &kFilter},
                                    kOperator,
                                    {"ScanIndexForward", &kBoolean},
                                    kStartKey,
                                    kProjection,
                                    kFilterText,
                                    {"KeyConditionExpression", &kString},
                                    kNameMap,
                                    kValueMap};

constexpr Shape kTotalSegments{.kind = Kind::integer, .min = 1, .max = 1'000'000};
constexpr Shape kSegment{.kind = Kind::integer, .min = 0, .max = 999'999};
constexpr Member kScanMembers[] = {kSelection,
                                   kReturnConsumed,
                                   kToGet,
                                   kTable,
                                   kIndex,
                                   kLimitMember,
                                   kConsistent,
                                   {"TotalSegments", &kTotalSegments},
                                   {"Segment", &kSegment},
                                   {"ScanFilter", &kFilter},
                                   kOperator,
                                   kStartKey,
                                   kProjection,
                                   kFilterText,
                                   kNameMap,
                                   kValueMap};

}  // namespace

constinit const Shape kGetItem{.kind = Kind::structure, .name = "GetItemInput", .members = kGetItemMembers};
constinit const Shape kPutItem{
    .kind = Kind::structure, .name = "PutItemInput", .members = kPutItemMembers, .telling = {.name_alone = true}};
constinit const Shape kDeleteItem{.kind = Kind::structure, .name = "DeleteItemInput", .members = kDeleteItemMembers};
constinit const Shape kUpdateItem{
    .kind = Kind::structure, .name = "UpdateItemInput", .members = kUpdateItemMembers, .telling = {.name_alone = true, .one_word = true}};
constinit const Shape kQuery{.kind = Kind::structure, .name = "QueryInput", .members = kQueryMembers};
constinit const Shape kScan{.kind = Kind::structure, .name = "ScanInput", .members = kScanMembers};

}  // namespace cloudemu::dynamodb::shapes
