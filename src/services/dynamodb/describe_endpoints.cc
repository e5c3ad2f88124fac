#include "core/json_writer.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html. Clients that ask will call the address
/// they are given, so it is the one that they called.
AwsResult<Outcome> describe_endpoints(const DynamoDbReadModel&, const Call& call) {
  constexpr int64_t kCachePeriodMinutes = 1440;
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("Endpoints").begin_array().begin_object();
  json.field("Address", call.http.header("host")).field("CachePeriodInMinutes", kCachePeriodMinutes);
  json.end_object().end_array().end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
