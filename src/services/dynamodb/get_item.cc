#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/read_request.h"

namespace cloudemu::dynamodb {

namespace {

AwsResult<Outcome> get(const DynamoDbReadModel& state, const Call& call, WantedPaths& wanted) {
  const Table& table = *TRY(require_table(state, call, call.input["TableName"].string()));
  std::string key = TRY(key_of_request(table.description, call.input["Key"]));
  if (wanted) TRY(check_key_paths(table.description, *wanted));
  auto item = state.item(table.id, key);

  http::Response response;
  constexpr size_t kRestBytes = 128;
  response.body.reserve(kRestBytes + (item ? item->json.size() : 0));
  JsonWriter json(response.body);
  json.begin_object();
  if (item) json.raw_field("Item", wanted ? project(item->json, wanted) : item->json);
  if (CapacityDetail detail = capacity_detail(call.input); detail != CapacityDetail::none) {
    auto consistency = is_true(call.input["ConsistentRead"]) ? Consistency::strong : Consistency::eventual;
    json.key("ConsumedCapacity");
    write_consumed(json, {&table, call.input["TableName"].string()}, detail, {.table = read_cost(item ? item->size : 0, consistency)});
  }
  json.end_object();
  return outcome_of(std::move(response));
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html. Stored items are handed out as they are.
AwsResult<Rest> get_item(json::Value input) {
  std::string scratch;
  TRY(append_canonical_item(scratch, input["Key"]));
  return with(TRY(read_wanted(input)), get);
}

}  // namespace cloudemu::dynamodb
