#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/expression/condition.h"

/// Key conditions of Query.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
namespace cloudemu::dynamodb::expression {

/// One condition on one key attribute.
struct KeyPredicate {
  std::string attribute;
  Condition::Op op;         ///< equal, less, less_equal, greater, greater_equal, between or begins_with
  Constant operand, upper;  ///< `upper` only of between
};

/// Whether it is one of these operators.
bool is_key_operator(Condition::Op op);
/// The operator with its sides exchanged: ":v < a" means "a > :v".
Condition::Op mirrored(Condition::Op op);

/// Error: the expression holds more than conditions on key attributes, one each, that are all to be met.
AwsResult<std::vector<KeyPredicate>> parse_key_condition(std::string_view text, Placeholders& placeholders);

}  // namespace cloudemu::dynamodb::expression
