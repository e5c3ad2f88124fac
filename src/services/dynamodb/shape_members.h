#pragma once
#include "services/dynamodb/shapes.h"

/// Members that the inputs of calls on items have in common.
namespace cloudemu::dynamodb::shapes {

inline constexpr Member kReturnConsumed{"ReturnConsumedCapacity", &kReturnConsumedCapacity};
inline constexpr Member kMetrics{"ReturnItemCollectionMetrics", &kReturnItemCollectionMetrics};
inline constexpr Member kTable{"TableName", &kTableRef, true};
inline constexpr Member kKey{"Key", &kAttributeMap, true};
inline constexpr Member kItem{"Item", &kAttributeMap, true};
inline constexpr Member kCondition{"ConditionExpression", &kString};
inline constexpr Member kUpdate{"UpdateExpression", &kString};
inline constexpr Member kProjection{"ProjectionExpression", &kString};
inline constexpr Member kNameMap{"ExpressionAttributeNames", &kNames};
inline constexpr Member kValueMap{"ExpressionAttributeValues", &kAttributeMap};
inline constexpr Member kToGet{"AttributesToGet", &kAttributeNames};
inline constexpr Member kConsistent{"ConsistentRead", &kBoolean};
inline constexpr Member kReturnFailed{"ReturnValuesOnConditionCheckFailure", &kReturnValuesOnFailure};

}  // namespace cloudemu::dynamodb::shapes
