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

std::string text_of(const Item& item) {
  std::string text;
  if (!item.empty()) append_item(text, item);
  return text;
}

AwsResult<Outcome> update(const DynamoDbReadModel& state, const Call& call, UpdateRequest& request) {
  const Table& table = *TRY(require_table(state, call, request.table));
  ItemBefore existing(state, call.now, table, TRY(key_of(table, request)));
  TRY(check_condition(table, request, existing));
  Change change = TRY(decide_update(table, request, existing));

  Answer answer;
  JsonWriter json(answer.response.body);
  json.begin_object();
  if (std::string attributes = returned_attributes(request, change, existing); !attributes.empty())
    json.raw_field("Attributes", attributes);
  write_costs(json, call.input, request.sent_key, change, existing);
  json.end_object();
  if (change.event) answer.events.push_back(as_logged(std::move(*change.event), existing));
  return answer;
}

}  // namespace

std::string returned_attributes(const UpdateRequest& request, const Change& change, ItemBefore& existing) {
  switch (request.return_values) {
    case ReturnValues::none: break;
    case ReturnValues::all_old: return existing.json() ? *existing.json() : std::string();
    case ReturnValues::updated_old: return text_of(touched(request.update, existing.tree()));
    case ReturnValues::all_new: return change.event ? std::get<ItemPut>(*change.event).item.text : std::string();
    case ReturnValues::updated_new: return change.new_item ? text_of(touched(request.update, *change.new_item)) : std::string();
  }
  return {};
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
AwsResult<Rest> update_item(json::Value input) {
  auto request = read_update(input, WrittenIn::call);
  if (!request) return fail(as_list_of_one(std::move(request.error())));
  return with(std::move(*request), update);
}

}  // namespace cloudemu::dynamodb
