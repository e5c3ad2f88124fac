#pragma once
#include <span>
#include <string_view>

#include "services/dynamodb/call.h"

namespace cloudemu::dynamodb {

struct Operation {
  std::string_view name;
  Decide decide = nullptr;
};

std::span<const Operation> operations();
const Operation* find_operation(std::string_view name);

AwsResult<Outcome> create_table(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> get_item(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> put_item(const DynamoDbReadModel& state, const Call& call);

}  // namespace cloudemu::dynamodb
