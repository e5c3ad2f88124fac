#pragma once
#include <optional>
#include <string>
#include <vector>

#include "projections/dynamodb_read_model.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/write_request.h"

/// Writing one item, once the table is known: what PutItem, UpdateItem, DeleteItem, batches and transactions have in common.
namespace cloudemu::dynamodb {

/// The item under a key before it is written. Read as late and as little as possible.
class ItemBefore {
 public:
  ItemBefore(const DynamoDbReadModel& state, TimeMs now, const Table& table, std::string key)
      : state_(state), now_(now), table_(table), key_(std::move(key)) {}

  const Table& table() const { return table_; }
  /// When the item is to be written.
  TimeMs now() const { return now_; }
  const std::string& key() const { return key_; }
  bool exists() { return size().has_value(); }
  /// In DynamoDB's count; nothing if there is no item.
  std::optional<uint32_t> size();
  /// Canonical JSON; null if there is no item.
  const std::string* json();
  /// As a tree; empty if there is no item.
  const Item& tree();
  /// The same to be changed; tree() makes it anew.
  Item take_tree();

 private:
  const DynamoDbReadModel& state_;
  TimeMs now_;
  const Table& table_;
  std::string key_;
  std::optional<std::optional<uint32_t>> size_;
  std::optional<std::optional<StoredItem>> stored_;
  std::optional<Item> tree_;
};

/// What a write changes.
struct Change {
  std::optional<Event> event;    ///< nothing: the state stays as it is
  std::optional<Item> new_item;  ///< of updates
  uint32_t size = 0;             ///< the larger of the old and the new item, which is what is charged
};

/// Ordering key of the item that a request means. Error: not a key of the table.
AwsResult<std::string> key_of(const Table& table, const PutRequest& request);
AwsResult<std::string> key_of(const Table& table, const KeyedRequest& request);

/// Error: ConditionalCheckFailedException, with the item if that was asked for.
AwsResult<void> check_condition(const Table& table, const WriteRequest& request, ItemBefore& existing);

AwsResult<Change> decide_put(const Table& table, PutRequest& request, ItemBefore& existing);
AwsResult<Change> decide_update(const Table& table, const UpdateRequest& request, ItemBefore& existing);
Change decide_delete(const Table& table, const KeyedRequest& request, ItemBefore& existing);

/// What an update returns, as JSON, if that was asked for and there is any; before as_logged().
std::string returned_attributes(const UpdateRequest& request, const Change& change, ItemBefore& existing);

/// A change's event as it is logged: of a long item that changed little only what changed.
Event as_logged(Event event, ItemBefore& existing);

/// What a change costs; `existing` is as it was before.
Consumed cost_of(const Table& table, const Change& change, ItemBefore& existing, CapacityDetail detail);

/// Refuses paths into key attributes: they are scalars.
AwsResult<void> check_key_paths(const TableDescription& table, const expression::Condition& condition);
AwsResult<void> check_key_paths(const TableDescription& table, const std::vector<expression::Path>& paths);

/// An item that one of several writes of a call was about.
struct WrittenItem {
  NamedTable table;
  json::Value key_holder;  ///< has the key's attributes
};
/// Writes ItemCollectionMetrics by table, as AWS does for those with local indexes, if asked for.
void write_collection_metrics(JsonWriter& json, json::Value input, const std::vector<WrittenItem>& items);

/// Writes the costs of a single write, as far as the request asks for them: ConsumedCapacity and ItemCollectionMetrics.
void write_costs(JsonWriter& json, json::Value input, json::Value key_holder, const Change& change, ItemBefore& existing);

}  // namespace cloudemu::dynamodb
