#include "core/json_writer.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html: AWS's initial quotas. Nothing is throttled.
AwsResult<Outcome> describe_limits(const DynamoDbReadModel&, const Call&) {
  constexpr int64_t kAccountUnitsMax = 80'000, kTableUnitsMax = 40'000;
  http::Response response;
  JsonWriter(response.body)
      .begin_object()
      .field("AccountMaxReadCapacityUnits", kAccountUnitsMax)
      .field("AccountMaxWriteCapacityUnits", kAccountUnitsMax)
      .field("TableMaxReadCapacityUnits", kTableUnitsMax)
      .field("TableMaxWriteCapacityUnits", kTableUnitsMax)
      .end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
