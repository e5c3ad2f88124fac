#pragma once
#include "services/dynamodb/expression/condition.h"
#include "services/dynamodb/partiql/tokens.h"

namespace cloudemu::dynamodb::partiql {

/// Reads the condition of a WHERE clause.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
AwsResult<expression::Condition> read_where(Tokens& tokens);

}  // namespace cloudemu::dynamodb::partiql
