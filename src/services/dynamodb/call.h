#pragma once
#include <string_view>

#include "core/entropy.h"
#include "projections/dynamodb_read_model.h"
#include "protocol/aws_error.h"
#include "protocol/json.h"
#include "services/outcome.h"
#include "services/principal.h"

namespace cloudemu::dynamodb {

/// What a DynamoDB operation is asked.
struct Call {
  const http::Request& http;
  std::string_view operation;
  json::Value input;  ///< of the operation's shape: types and constraints were checked
  const Principal& principal;
  TimeMs now;
  Entropy& entropy;
  TimeMs history_since = 0;  ///< as Moment has it
};

/// The rule of an operation: what the state and the call come to.
using Decide = AwsResult<Outcome> (*)(const DynamoDbReadModel& state, const Call& call);

}  // namespace cloudemu::dynamodb
