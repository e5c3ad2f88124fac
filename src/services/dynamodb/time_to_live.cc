#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/operations.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html: the setting.
namespace cloudemu::dynamodb {

AwsResult<Outcome> update_time_to_live(const DynamoDbReadModel& state, const Call& call) {
  json::Value specification = call.input["TimeToLiveSpecification"];
  const Table& table = *TRY(require_usable_table(state, call));
  std::string attribute(specification["AttributeName"].string());
  const std::string& now = table.description.ttl_attribute;
  bool enable = is_true(specification["Enabled"]);
  if (enable && !now.empty()) {
    return fail(validation(now == attribute ? "TimeToLive is already enabled"
                                            : concat("TimeToLive is active on a different AttributeName: current AttributeName is ", now)));
  }
  if (!enable && now.empty()) return fail(validation("TimeToLive is already disabled"));
  if (!enable && now != attribute) {
    return fail(validation(concat("TimeToLive is active on a different AttributeName: current AttributeName is ", now)));
  }
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("TimeToLiveSpecification").begin_object();
  json.field("AttributeName", attribute).field("Enabled", enable).end_object().end_object();
  TableDescription description = table.description;
  description.ttl_attribute = enable ? attribute : "";
  return outcome_of(TableUpdated{.table = table.id, .description = std::move(description)}, std::move(response));
}

AwsResult<Outcome> describe_time_to_live(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_named_table(state, call));
  const std::string& attribute = table.description.ttl_attribute;
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("TimeToLiveDescription").begin_object();
  if (!attribute.empty()) json.field("AttributeName", attribute);
  json.field("TimeToLiveStatus", attribute.empty() ? "DISABLED" : "ENABLED").end_object().end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
