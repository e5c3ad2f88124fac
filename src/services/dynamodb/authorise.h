#pragma once
#include "services/dynamodb/operations.h"
#include "services/iam/judge.h"

namespace cloudemu::dynamodb {

/// Refuses callers whom the policies of the tables that a call is about do not let in. Whether another account's table is there is nothing
/// that they are told. Error: AccessDeniedException.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
AwsResult<void> authorise_call(const DynamoDbReadModel& state, const Operation& operation, const Call& call, iam::Judge& judge);

}  // namespace cloudemu::dynamodb
