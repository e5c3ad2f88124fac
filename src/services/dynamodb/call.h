#pragma once
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

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
  size_t part = 0;           ///< of what it does (Part): so many are done
};

/// The rule of an operation: what the state and the call come to.
using Decide = AwsResult<Outcome> (*)(const DynamoDbReadModel& state, const Call& call);

/// What is left of a rule whose input was read. Asked once for each part of what it does.
using Rest = std::function<AwsResult<Outcome>(const DynamoDbReadModel& state, const Call& call)>;
/// A rule in two steps, for inputs that may be large: reading needs nothing else, and is done beside the loop.
using Read = AwsResult<Rest> (*)(json::Value input);

/// The rest of a rule that has read a `request`.
template <class Request>
Rest with(Request request, AwsResult<Outcome> (*decide)(const DynamoDbReadModel& state, const Call& call, Request& request)) {
  return [request = std::move(request), decide](const DynamoDbReadModel& state, const Call& call) mutable {
    return decide(state, call, request);
  };
}

/// Likewise of a request that cannot be copied.
template <class Request>
Rest with(std::shared_ptr<Request> request,
          AwsResult<Outcome> (*decide)(const DynamoDbReadModel& state, const Call& call, Request& request)) {
  return [request = std::move(request), decide](const DynamoDbReadModel& state, const Call& call) { return decide(state, call, *request); };
}

}  // namespace cloudemu::dynamodb
