#pragma once
#include <vector>

#include "services/dynamodb/call.h"

namespace cloudemu::dynamodb {

/// The tables of the global table that GlobalTableName means, by region. Error: GlobalTableNotFoundException.
AwsResult<std::vector<Table>> require_group(const DynamoDbReadModel& state, const Call& call);

}  // namespace cloudemu::dynamodb
