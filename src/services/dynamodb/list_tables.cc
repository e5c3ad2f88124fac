#include "core/json_writer.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
AwsResult<Outcome> list_tables(const DynamoDbReadModel& state, const Call& call) {
  constexpr size_t kLimitMax = 100;
  json::Value limit_given = call.input["Limit"];
  size_t limit = limit_given.is_number() ? static_cast<size_t>(limit_given.integer()) : kLimitMax;
  std::vector<std::string> names =
      state.table_names(call.principal.account, call.principal.region, call.input["ExclusiveStartTableName"].string(), limit + 1);
  bool more = names.size() > limit;
  if (more) names.pop_back();

  http::Response response;
  JsonWriter json(response.body);
  json.begin_object();
  if (more) json.field("LastEvaluatedTableName", names.back());
  json.key("TableNames").begin_array();
  for (const std::string& name : names) json.string(name);
  json.end_array().end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
