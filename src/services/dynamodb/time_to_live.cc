#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/replicas.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html. AWS takes one change an hour; here they may
/// follow each other at once.
namespace cloudemu::dynamodb {

namespace {

/// Makes the index of items by the time they expire, which is filled from what is there; or drops it. In all regions.
void switch_expiry(const DynamoDbReadModel& state, const Table& table, std::string attribute, TimeMs now, std::vector<Event>& events) {
  TableDescription description = table.description;
  description.ttl_index = attribute.empty() ? 0 : ++description.indexes_made;
  description.ttl_attribute = std::move(attribute);
  std::vector<Table> replicas = replica_tables(state, table);
  for (const Table& replica : replicas) {
    Table changed = replica;
    share_settings(description, table.region, changed);
    if (changed.description == replica.description) continue;
    append_update(state, replica, std::move(changed.description), now, events);
  }
  append_update(state, table, std::move(description), now, events);
}

std::string_view status_of(const TableDescription& table) {
  if (table.ttl_attribute.empty()) return "DISABLED";
  return table.ttl_filling ? "ENABLING" : "ENABLED";
}

}  // namespace

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
  Answer answer;
  JsonWriter json(answer.response.body);
  json.begin_object().key("TimeToLiveSpecification").begin_object();
  json.field("AttributeName", attribute).field("Enabled", enable).end_object().end_object();
  switch_expiry(state, table, enable ? attribute : "", call.now, answer.events);
  return answer;
}

AwsResult<Outcome> describe_time_to_live(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_named_table(state, call));
  const std::string& attribute = table.description.ttl_attribute;
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("TimeToLiveDescription").begin_object();
  if (!attribute.empty()) json.field("AttributeName", attribute);
  json.field("TimeToLiveStatus", status_of(table.description)).end_object().end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
