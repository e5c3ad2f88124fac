#include <algorithm>

#include "core/json_writer.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/read_request.h"
#include "services/dynamodb/write_request.h"

namespace cloudemu::dynamodb {

namespace {

constexpr size_t kKeysMax = 100;
constexpr size_t kReplyBytesMax = 16 << 20;  ///< of items, as AWS counts them; and of their text, which is longer
/// A bound of our own, in values: where parts of items are wanted, all of each is taken apart. What is left comes back as unprocessed.
constexpr size_t kValuesMax = 50'000;
constexpr size_t kLongItemBytes = 16 * 1024;

/// What is asked of one table.
struct TableReads {
  std::string_view ref;  ///< as it was given, which is what the reply calls it
  json::Value input;
  WantedPaths wanted = {};
  Consistency consistency = Consistency::eventual;
  const Table* table = nullptr;
  std::vector<std::string> keys = {};  ///< ordering keys
};

AwsResult<void> check_keys(json::Value keys) {
  std::vector<Item> seen;
  for (json::Value key : keys.elements()) {
    Item item = TRY(canonical_item(key));
    if (std::any_of(seen.begin(), seen.end(), [&](const Item& other) { return equal(other, item); })) {
      return fail(validation("Provided list of item keys contains duplicates"));
    }
    seen.push_back(std::move(item));
  }
  return {};
}

/// What is asked of one table with expressions cannot be asked of another with what they replaced.
AwsResult<void> check_one_form(const std::vector<TableReads>& reads) {
  std::string legacy, expressions;
  for (const TableReads& read : reads) {
    if (read.input["AttributesToGet"].is_array()) legacy = "AttributesToGet";
    if (read.input["ProjectionExpression"].is_string()) expressions = "ProjectionExpression";
  }
  return check_not_mixed(legacy, expressions);
}

AwsResult<std::vector<TableReads>> read_input(json::Value requests) {
  std::vector<TableReads> reads;
  size_t keys = 0;
  for (auto [ref, input] : requests.members()) {
    reads.push_back({.ref = ref, .input = input});
    keys += input["Keys"].size();
  }
  if (keys > kKeysMax) return fail(validation("Too many items requested for the BatchGetItem call"));
  TRY(check_one_form(reads));
  for (TableReads& read : reads) {
    TRY(check_keys(read.input["Keys"]));
    read.wanted = TRY(read_wanted(read.input));
    if (is_true(read.input["ConsistentRead"])) read.consistency = Consistency::strong;
  }
  return reads;
}

void reserve(std::string& body, size_t more) {
  if (body.capacity() < body.size() + more) body.reserve(body.size() + std::min(more, kReplyBytesMax));
}

/// What was not read for its size, in the form in which it can be asked for again.
void write_unprocessed(JsonWriter& json, const TableReads& read, size_t from) {
  json.key(read.ref).begin_object();
  for (auto [name, value] : read.input.members()) {
    if (name != "Keys" && !value.is_null()) json.raw_field(name, value.text());
  }
  json.key("Keys").begin_array();
  for (size_t i = from; i < read.keys.size(); ++i) json.raw(read.input["Keys"].at(i).text());
  json.end_array().end_object();
}

AwsResult<Outcome> get_all(const DynamoDbReadModel& state, const Call& call, std::vector<TableReads>& reads) {
  for (TableReads& read : reads) {
    read.table = TRY(require_table(state, call, read.ref));
    if (read.wanted) TRY(check_key_paths(read.table->description, *read.wanted));
    for (json::Value key : read.input["Keys"].elements()) {
      read.keys.push_back(TRY(key_of_request(read.table->description, key)));
    }
  }
  CapacityDetail detail = capacity_detail(call.input);
  std::string unprocessed, consumed;
  JsonWriter unprocessed_json(unprocessed), consumed_json(consumed);
  http::Response response;
  JsonWriter json(response.body);
  size_t bytes = 0, values = 0;
  json.begin_object().key("Responses").begin_object();
  for (const TableReads& read : reads) {
    json.key(read.ref).begin_array();
    Consumed cost;
    size_t next = 0;
    for (; next < read.keys.size(); ++next) {
      auto item = state.item(read.table->id, read.keys[next]);
      size_t size = item ? item->size : 0;
      bool is_long = item && !read.wanted && response.body.size() + item->json.size() > kReplyBytesMax;
      if (bytes + size > kReplyBytesMax || (is_long && bytes > 0) || values > kValuesMax) break;
      bytes += size;
      cost.table += read_cost(size, read.consistency);
      if (!item) continue;
      // Items of a table are often alike. Growing bit by bit would copy megabytes again and again.
      if (item->json.size() > kLongItemBytes) reserve(response.body, item->json.size() * (read.keys.size() - next));
      if (read.wanted) values += count_values(item->json);
      json.raw(read.wanted ? project(item->json, read.wanted) : item->json);
    }
    json.end_array();
    if (next < read.keys.size()) write_unprocessed(unprocessed_json, read, next);
    if (detail != CapacityDetail::none) write_consumed(consumed_json, {read.table, read.ref}, detail, cost);
  }
  json.end_object().key("UnprocessedKeys").begin_object().raw(unprocessed).end_object();
  if (detail != CapacityDetail::none) json.key("ConsumedCapacity").begin_array().raw(consumed).end_array();
  json.end_object();
  return outcome_of(std::move(response));
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
AwsResult<Rest> batch_get_item(json::Value input) { return with(TRY(read_input(input["RequestItems"])), get_all); }

}  // namespace cloudemu::dynamodb
