#include "services/dynamodb/shapes.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Shape kBlob{.kind = Kind::blob};
constexpr Shape kStrings{.kind = Kind::list, .of = &kString};
constexpr Shape kBlobs{.kind = Kind::list, .of = &kBlob};
constexpr Member kAttributeValueMembers[] = {{"S", &kString},     {"N", &kString},    {"B", &kBlob},         {"SS", &kStrings},
                                             {"NS", &kStrings},   {"BS", &kBlobs},    {"M", &kAttributeMap}, {"L", &kAttributeList},
                                             {"NULL", &kBoolean}, {"BOOL", &kBoolean}};
// The words of an enumeration stand in the order in which AWS prints them.
constexpr std::string_view kComparisonOperators[] = {"IN",       "NULL", "BETWEEN", "LT",          "NOT_CONTAINS", "EQ",      "GT",
                                                     "NOT_NULL", "NE",   "LE",      "BEGINS_WITH", "GE",           "CONTAINS"};
constexpr Shape kComparisonOperator{.kind = Kind::string, .values = kComparisonOperators};
constexpr Member kExpectedMembers[] = {{"ComparisonOperator", &kComparisonOperator},
                                       {"Value", &kAttributeValue},
                                       {"Exists", &kBoolean},
                                       {"AttributeValueList", &kAttributeList}};
constexpr Shape kExpectedAttribute{.kind = Kind::structure, .name = "ExpectedAttributeValue", .members = kExpectedMembers};
constexpr Member kConditionMembers[] = {{"ComparisonOperator", &kComparisonOperator, true}, {"AttributeValueList", &kAttributeList}};
constexpr Shape kCondition{.kind = Kind::structure, .name = "Condition", .members = kConditionMembers};

constexpr std::string_view kConditionalOperators[] = {"OR", "AND"};
constexpr std::string_view kCapacityDetails[] = {"INDEXES", "TOTAL", "NONE"};
constexpr std::string_view kMetrics[] = {"SIZE", "NONE"};
constexpr std::string_view kReturnValueKinds[] = {"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"};
constexpr std::string_view kReturnOnFailure[] = {"ALL_OLD", "NONE"};

}  // namespace

constinit const Shape kString{.kind = Kind::string};
constinit const Shape kBoolean{.kind = Kind::boolean};
constinit const Shape kAttributeValue{.kind = Kind::structure, .name = "AttributeValue", .members = kAttributeValueMembers};
constinit const Shape kAttributeMap{.kind = Kind::map, .of = &kAttributeValue};
constinit const Shape kAttributeList{.kind = Kind::list, .of = &kAttributeValue};
constinit const Shape kAttributeNames{.kind = Kind::list, .of = &kString, .min = 1, .max = 255};
constinit const Shape kConditionalOperator{.kind = Kind::string, .values = kConditionalOperators};
constinit const Shape kExpected{.kind = Kind::map, .of = &kExpectedAttribute};
constinit const Shape kFilter{.kind = Kind::map, .of = &kCondition};
constinit const Shape kIndexName{.kind = Kind::string, .min = 3, .max = 255, .pattern = &patterns::kName};
constinit const Shape kNames{.kind = Kind::map, .of = &kString};
constinit const Shape kReturnConsumedCapacity{.kind = Kind::string, .values = kCapacityDetails};
constinit const Shape kReturnItemCollectionMetrics{.kind = Kind::string, .values = kMetrics};
constinit const Shape kReturnValues{.kind = Kind::string, .values = kReturnValueKinds};
constinit const Shape kReturnValuesOnFailure{.kind = Kind::string, .values = kReturnOnFailure};
constinit const Shape kTableRef{.kind = Kind::string, .is_table_ref = true};

}  // namespace cloudemu::dynamodb::shapes
