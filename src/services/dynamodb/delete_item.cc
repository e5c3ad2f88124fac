#include "services/dynamodb/arn.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

namespace {

AwsResult<Outcome> remove(const DynamoDbReadModel& state, const Call& call, KeyedRequest& request) {
  const Table& table = *TRY(require_table(state, call, request.table));
  ItemBefore existing(state, call.now, table, TRY(key_of(table, request)));
  TRY(check_condition(table, request, existing));
  Change change = decide_delete(table, request, existing);
  const std::string* old = request.return_values == ReturnValues::all_old ? existing.json() : nullptr;

  Answer answer;
  JsonWriter json(answer.response.body);
  json.begin_object();
  if (old) json.raw_field("Attributes", *old);
  write_costs(json, call.input, request.sent_key, change, existing);
  json.end_object();
  if (change.event) answer.events.push_back(std::move(*change.event));
  return answer;
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html: idempotent, without an item nothing happens.
AwsResult<Rest> delete_item(json::Value input) {
  auto request = read_keyed(input, WrittenIn::call);
  if (!request) return fail(as_list_of_one(std::move(request.error())));
  return with(std::move(*request), remove);
}

}  // namespace cloudemu::dynamodb
