#include "core/digest.h"
#include "core/strings.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

namespace {

const AwsError kNoTable{"ResourceNotFoundException", 400, "Requested resource not found"};

std::string simple_key(const Table& table, json::Value item) {
  std::string raw(item[table.description.hash.name][table.description.hash.type].string());
  std::string key = md5("Outliers" + raw).substr(0, 8);
  key += raw;
  key.append("\0\1", 2);
  if (table.description.range) key += item[table.description.range->name][table.description.range->type].string();
  return key;
}

}  // namespace

AwsResult<Outcome> create_table(const DynamoDbReadModel&, const Call& call) {
  TableDescription d;
  d.name = call.input["TableName"].string();
  for (auto element : call.input["KeySchema"].elements()) {
    KeyAttribute attribute{std::string(element["AttributeName"].string()), "S"};
    if (element["KeyType"].string() == "HASH") d.hash = attribute;
    else d.range = attribute;
  }
  http::Response response;
  response.body = "{\"TableDescription\":{\"TableStatus\":\"ACTIVE\"}}";
  return outcome_of(TableCreated{.account = call.principal.account, .region = call.principal.region, .description = d},
                    std::move(response));
}

AwsResult<Outcome> get_item(const DynamoDbReadModel& state, const Call& call) {
  const Table* table = state.find_table(call.principal.account, call.principal.region, call.input["TableName"].string());
  if (!table) return fail(kNoTable);
  auto item = state.item(table->id, simple_key(*table, call.input["Key"]));
  http::Response response;
  response.body = item ? concat("{\"Item\":", item->json, "}") : "{}";
  return outcome_of(std::move(response));
}

AwsResult<Outcome> put_item(const DynamoDbReadModel& state, const Call& call) {
  const Table* table = state.find_table(call.principal.account, call.principal.region, call.input["TableName"].string());
  if (!table) return fail(kNoTable);
  std::string key = simple_key(*table, call.input["Item"]);
  ItemPut event{.table = table->id, .key = {key}, .item = {call.input["Item"].text()}};
  event.size = static_cast<uint32_t>(event.item.text.size());
  event.old_size = state.item_size(table->id, key);
  http::Response response;
  response.body = "{}";
  return outcome_of(std::move(event), std::move(response));
}

}  // namespace cloudemu::dynamodb
