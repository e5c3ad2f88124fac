#include <algorithm>

#include "core/json_writer.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/operations.h"

namespace cloudemu::dynamodb {

namespace {

constexpr size_t kRequestsMax = 25;

/// One request of a batch: a put or a delete.
struct BatchWrite {
  std::string_view table_ref;
  std::optional<PutRequest> put = {};
  std::optional<KeyedRequest> remove = {};
  const Table* table = nullptr;
  std::string key = {};
};

AwsResult<BatchWrite> read_write(std::string_view table_ref, json::Value input) {
  BatchWrite write{.table_ref = table_ref};
  json::Value put = input["PutRequest"], remove = input["DeleteRequest"];
  if (put.is_object() == remove.is_object()) {
    return fail(validation("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"));
  }
  if (put.is_object()) {
    write.put = TRY(read_put(put, WrittenIn::batch));
  } else {
    write.remove = TRY(read_keyed(remove, WrittenIn::batch));
  }
  return write;
}

AwsResult<std::vector<BatchWrite>> read_input(json::Value requests) {
  size_t count = 0;
  for (auto [ref, list] : requests.members()) count += list.size();
  if (count == 0) return fail(validation("The requestItems parameter is required for BatchWriteItem"));
  if (count > kRequestsMax) return fail(validation("Too many items requested for the BatchWriteItem call"));
  std::vector<BatchWrite> writes;
  for (auto [ref, list] : requests.members()) {
    for (json::Value request : list.elements()) writes.push_back(TRY(read_write(ref, request)));
  }
  return writes;
}

/// A put is refused in the words of a delete, where its item lacks the key.
AwsResult<std::string> key_of(const BatchWrite& write) {
  const Table& table = *write.table;
  if (write.remove) return dynamodb::key_of(table, *write.remove);
  Attributes item(write.put->sent);
  auto fits = [&](const KeyAttribute& key) {
    auto value = item.find(key.name);
    return value && type_code(value->type) == key.type;
  };
  if (!fits(table.description.hash) || (table.description.range && !fits(*table.description.range))) return fail(key_mismatch());
  return dynamodb::key_of(table, *write.put);
}

AwsResult<void> check_duplicates(const std::vector<BatchWrite>& writes) {
  for (size_t i = 1; i < writes.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (writes[i].table == writes[j].table && writes[i].key == writes[j].key) {
        return fail(validation("Provided list of item keys contains duplicates"));
      }
    }
  }
  return {};
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html. One flaw refuses all of it; nothing is ever
/// left unprocessed.
AwsResult<Outcome> batch_write_item(const DynamoDbReadModel& state, const Call& call) {
  std::vector<BatchWrite> writes = TRY(read_input(call.input["RequestItems"]));
  for (BatchWrite& write : writes) {
    write.table = TRY(require_table(state, call, write.table_ref));
    write.key = TRY(key_of(write));
  }
  TRY(check_duplicates(writes));

  Answer answer;
  CapacityDetail detail = capacity_detail(call.input);
  std::vector<std::pair<NamedTable, Consumed>> consumed;
  std::vector<WrittenItem> written;
  for (BatchWrite& write : writes) {
    ItemBefore existing(state, call.now, *write.table, write.key);
    Change change = write.put ? TRY(decide_put(*write.table, *write.put, existing)) : decide_delete(*write.table, *write.remove, existing);
    NamedTable table{write.table, write.table_ref};
    if (consumed.empty() || consumed.back().first.name != table.name) consumed.emplace_back(table, Consumed());
    consumed.back().second += cost_of(*write.table, change, existing, detail);
    written.push_back({table, write.put ? write.put->sent : write.remove->sent_key});
    if (change.event) answer.events.push_back(std::move(*change.event));
  }
  JsonWriter json(answer.response.body);
  json.begin_object().key("UnprocessedItems").begin_object().end_object();
  write_collection_metrics(json, call.input, written);
  if (detail != CapacityDetail::none) {
    json.key("ConsumedCapacity").begin_array();
    for (const auto& [table, cost] : consumed) write_consumed(json, table, detail, cost);
    json.end_array();
  }
  json.end_object();
  return answer;
}

}  // namespace cloudemu::dynamodb
