#include "services/dynamodb/arn.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html: idempotent, without an item nothing happens.
AwsResult<Outcome> delete_item(const DynamoDbReadModel& state, const Call& call) {
  auto read = read_keyed(call.input, WrittenIn::call);
  if (!read) return fail(as_list_of_one(std::move(read.error())));
  const KeyedRequest& request = *read;
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

}  // namespace cloudemu::dynamodb
