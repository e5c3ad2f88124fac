#include "services/dynamodb/arn.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

namespace {

AwsResult<Outcome> put(const DynamoDbReadModel& state, const Call& call, PutRequest& request) {
  const Table& table = *TRY(require_table(state, call, request.table));
  ItemBefore existing(state, call.now, table, TRY(key_of(table, request)));
  TRY(check_condition(table, request, existing));
  Change change = TRY(decide_put(table, request, existing));
  const std::string* old = request.return_values == ReturnValues::all_old ? existing.json() : nullptr;

  http::Response response;
  JsonWriter json(response.body);
  json.begin_object();
  if (old) json.raw_field("Attributes", *old);
  write_costs(json, call.input, request.sent, change, existing);
  json.end_object();
  return outcome_of(std::move(*change.event), std::move(response));
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
AwsResult<Rest> put_item(json::Value input) {
  auto request = read_put(input, WrittenIn::call);
  if (!request) return fail(as_list_of_one(std::move(request.error())));
  return with(std::move(*request), put);
}

}  // namespace cloudemu::dynamodb
