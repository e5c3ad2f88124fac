#pragma once
#include <optional>
#include <string_view>

#include "protocol/json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/expression/placeholders.h"
#include "services/dynamodb/expression/projection.h"

/// What GetItem, Query, Scan and their batches have in common: which part of an item is wanted.
namespace cloudemu::dynamodb {

/// Paths of a ProjectionExpression or of AttributesToGet; nothing if the whole item is wanted.
using WantedPaths = std::optional<std::vector<expression::Path>>;

/// AttributesToGet: top-level attributes. Error: a name is empty or repeated.
AwsResult<WantedPaths> read_attributes_to_get(json::Value names);
/// ProjectionExpression.
AwsResult<WantedPaths> read_projection(json::Value text, expression::Placeholders& placeholders);

/// Either of the two, of a request that has no other expression; checks that they are not mixed and all names are used.
AwsResult<WantedPaths> read_wanted(json::Value input);

/// The wanted part of an item, as JSON.
std::string project(std::string_view item, const WantedPaths& wanted);

}  // namespace cloudemu::dynamodb
