#include "services/dynamodb/arn.h"
#include "services/dynamodb/expression/projection.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

namespace {

/// What of an item an update named, before or after.
Item touched(const expression::Update& update, const Item& item) {
  std::vector<expression::Path> paths;
  for (const expression::UpdateAction& action : update.actions) paths.push_back(action.path);
  return expression::Projection(paths).apply(item);
}

void write_attributes(JsonWriter& json, const Item& item) {
  if (item.empty()) return;
  std::string text;
  append_item(text, item);
  json.raw_field("Attributes", text);
}

void write_return_values(JsonWriter& json, const UpdateRequest& request, const Change& change, ItemBefore& existing) {
  switch (request.return_values) {
    case ReturnValues::none: return;
    case ReturnValues::all_old:
      if (existing.json()) json.raw_field("Attributes", *existing.json());
      return;
    case ReturnValues::updated_old: return write_attributes(json, touched(request.update, existing.tree()));
    case ReturnValues::all_new:
      if (change.event) json.raw_field("Attributes", std::get<ItemPut>(*change.event).item.text);
      return;
    case ReturnValues::updated_new:
      if (change.new_item) write_attributes(json, touched(request.update, *change.new_item));
  }
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
AwsResult<Outcome> update_item(const DynamoDbReadModel& state, const Call& call) {
  auto read = read_update(call.input, WrittenIn::call);
  if (!read) return fail(as_list_of_one(std::move(read.error())));
  const UpdateRequest& request = *read;
  const Table& table = *TRY(require_table(state, call, request.table));
  ItemBefore existing(state, call.now, table, TRY(key_of(table, request)));
  TRY(check_condition(table, request, existing));
  Change change = TRY(decide_update(table, request, existing));

  Answer answer;
  JsonWriter json(answer.response.body);
  json.begin_object();
  write_return_values(json, request, change, existing);
  write_costs(json, call.input, request.sent_key, change, existing);
  json.end_object();
  if (change.event) answer.events.push_back(as_logged(std::move(*change.event), existing));
  return answer;
}

}  // namespace cloudemu::dynamodb
