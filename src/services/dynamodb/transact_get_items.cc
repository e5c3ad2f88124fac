#include "core/json_writer.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/read_request.h"
#include "services/dynamodb/transaction.h"

namespace cloudemu::dynamodb {

namespace {

/// Names that no expression uses are no flaw here unless there is an expression.
AwsResult<WantedPaths> read_get(json::Value get) {
  std::string scratch;
  TRY(append_canonical_item(scratch, get["Key"]));
  auto placeholders = TRY(expression::Placeholders::read(get["ExpressionAttributeNames"], {}));
  WantedPaths wanted = TRY(read_projection(get["ProjectionExpression"], placeholders));
  if (wanted) TRY(placeholders.check_all_used());
  return wanted;
}

/// Where nothing is left of an item there is none; GetItem shows an empty one. https://github.com/getmoto/moto/pull/3420
void write_item(JsonWriter& json, std::string_view item, const WantedPaths& wanted) {
  if (!wanted) {
    json.raw_field("Item", item);
  } else if (std::string part = project(item, wanted); part != "{}") {
    json.raw_field("Item", part);
  }
}

AwsResult<Outcome> get_all(const DynamoDbReadModel& state, const Call& call, std::vector<WantedPaths>& wanted) {
  json::Value actions = call.input["TransactItems"];
  std::vector<const Table*> tables;
  for (json::Value action : actions.elements()) {
    tables.push_back(TRY(require_table(state, call, action["Get"]["TableName"].string())));
  }
  std::vector<ItemRef> items;
  for (size_t i = 0; i < tables.size(); ++i) {
    auto key = key_of_request(tables[i]->description, actions.at(i)["Get"]["Key"]);
    if (!key) return fail(transaction_cancelled(tables.size(), i, std::move(key.error())));
    if (wanted[i]) TRY(check_key_paths(tables[i]->description, *wanted[i]));
    items.push_back({tables[i], std::move(*key)});
  }
  TRY(check_distinct(items));

  http::Response response;
  JsonWriter json(response.body);
  TransactionCost cost;
  size_t bytes = 0;
  json.begin_object().key("Responses").begin_array();
  for (size_t i = 0; i < items.size(); ++i) {
    auto item = state.item(items[i].table->id, items[i].key);
    json.begin_object();
    if (item) write_item(json, item->json, wanted[i]);
    json.end_object();
    bytes += item ? item->size : 0;
    if (bytes > kTransactionBytesMax) return fail(transaction_too_large());
    cost.add({items[i].table, actions.at(i)["Get"]["TableName"].string()},
             {.table = read_cost(item ? item->size : 0, Consistency::strong)});
  }
  json.end_array();
  cost.write(json, capacity_detail(call.input), CapacityKind::reads);
  json.end_object();
  return outcome_of(std::move(response));
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
AwsResult<Rest> transact_get_items(json::Value input) {
  std::vector<WantedPaths> wanted;
  for (json::Value action : input["TransactItems"].elements()) wanted.push_back(TRY(read_get(action["Get"])));
  return with(std::move(wanted), get_all);
}

}  // namespace cloudemu::dynamodb
