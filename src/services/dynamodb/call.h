#pragma once
#include <string>

#include "projections/dynamodb_read_model.h"
#include "protocol/json.h"
#include "services/call.h"

namespace cloudemu::dynamodb {

/// What a DynamoDB operation is asked.
struct Call {
  const http::Request& http;
  json::Value input;
  const Principal& principal;
  uint64_t request_id;
  TimeMs now;
  Entropy& entropy;
};

using Decide = AwsResult<Outcome> (*)(const DynamoDbReadModel& state, const Call& call);

}  // namespace cloudemu::dynamodb
