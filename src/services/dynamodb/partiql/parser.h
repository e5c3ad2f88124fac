#pragma once
#include <string_view>

#include "protocol/json.h"
#include "services/dynamodb/partiql/statement.h"

namespace cloudemu::dynamodb::partiql {

/// Reads a statement; `parameters` (a list, or absent) stand for its question marks, in order.
AwsResult<Statement> parse(std::string_view text, json::Value parameters);

}  // namespace cloudemu::dynamodb::partiql
