#include <algorithm>

#include "core/json_writer.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/parts.h"

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

/// The batch, and what it has cost so far.
struct Batch {
  std::vector<BatchWrite> writes;
  Parts parts = {};
  std::vector<std::pair<std::string_view, Consumed>> costs = {};  ///< by the reference to the table
};

Batch in_parts(std::vector<BatchWrite> writes) {
  Batch batch{.writes = std::move(writes)};
  for (const BatchWrite& write : batch.writes) batch.parts.add(write.put ? write.put->item.size() : 0);
  return batch;
}

/// Before each part: a table may go between two of them, and another come in its place.
AwsResult<void> find_items(const DynamoDbReadModel& state, const Call& call, Batch& batch) {
  for (BatchWrite& write : batch.writes) {
    write.table = TRY(require_table(state, call, write.table_ref));
    write.key = TRY(key_of(write));
  }
  return check_duplicates(batch.writes);
}

http::Response reply_to(const Call& call, const Batch& batch) {
  http::Response response;
  std::vector<WrittenItem> written;
  for (const BatchWrite& write : batch.writes) {
    written.push_back({{write.table, write.table_ref}, write.put ? write.put->sent : write.remove->sent_key});
  }
  JsonWriter json(response.body);
  json.begin_object().key("UnprocessedItems").begin_object().end_object();
  write_collection_metrics(json, call.input, written);
  if (CapacityDetail detail = capacity_detail(call.input); detail != CapacityDetail::none) {
    json.key("ConsumedCapacity").begin_array();
    for (const auto& cost : batch.costs) {
      auto of_table = [&](const BatchWrite& write) { return write.table_ref == cost.first; };
      const BatchWrite& write = *std::find_if(batch.writes.begin(), batch.writes.end(), of_table);
      write_consumed(json, {write.table, cost.first}, detail, cost.second);
    }
    json.end_array();
  }
  json.end_object();
  return response;
}

AwsResult<Outcome> write_part(const DynamoDbReadModel& state, const Call& call, Batch& batch) {
  TRY(find_items(state, call, batch));
  CapacityDetail detail = capacity_detail(call.input);
  std::vector<Event> events;
  for (size_t i = batch.parts.begin(call.part); i < batch.parts.end(call.part); ++i) {
    BatchWrite& write = batch.writes[i];
    ItemBefore existing(state, call.now, *write.table, write.key);
    Change change = write.put ? TRY(decide_put(*write.table, *write.put, existing)) : decide_delete(*write.table, *write.remove, existing);
    if (batch.costs.empty() || batch.costs.back().first != write.table_ref) batch.costs.emplace_back(write.table_ref, Consumed());
    batch.costs.back().second += cost_of(*write.table, change, existing, detail);
    if (change.event) events.push_back(std::move(*change.event));
  }
  if (!batch.parts.is_last(call.part)) return Outcome(Part{std::move(events)});
  return Outcome(Answer{.events = std::move(events), .response = reply_to(call, batch)});
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html. One flaw refuses all of it; nothing is ever
/// left unprocessed.
AwsResult<Rest> batch_write_item(json::Value input) { return with(in_parts(TRY(read_input(input["RequestItems"]))), write_part); }

}  // namespace cloudemu::dynamodb
