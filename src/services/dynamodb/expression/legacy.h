#pragma once
#include <string_view>
#include <vector>

#include "protocol/json.h"
#include "services/dynamodb/expression/condition.h"
#include "services/dynamodb/expression/key_condition.h"
#include "services/dynamodb/expression/update.h"

/// The parameters that expressions came to replace. They become the same conditions and updates.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
namespace cloudemu::dynamodb::expression {

/// Expected of writes. `conditional_operator`: absent, "AND" or "OR".
AwsResult<Condition> read_expected(json::Value expected, json::Value conditional_operator);
/// QueryFilter and ScanFilter.
AwsResult<Condition> read_filter(json::Value filter, json::Value conditional_operator);
/// KeyConditions of Query.
AwsResult<std::vector<KeyPredicate>> read_key_conditions(json::Value conditions);
/// AttributeUpdates of UpdateItem.
AwsResult<Update> read_attribute_updates(json::Value updates);

}  // namespace cloudemu::dynamodb::expression
