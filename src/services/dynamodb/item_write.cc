#include "services/dynamodb/item_write.h"

#include <algorithm>
#include <map>

#include "core/strings.h"
#include "events/item_patch.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/expiry.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/stream_rules.h"

namespace cloudemu::dynamodb {

std::optional<uint32_t> ItemBefore::size() {
  if (stored_) return *stored_ ? std::optional((*stored_)->size) : std::nullopt;
  if (!size_) size_ = state_.item_size(table_.id, key_);
  return *size_;
}

const std::string* ItemBefore::json() {
  if (!stored_) stored_ = state_.item(table_.id, key_);
  return *stored_ ? &(*stored_)->json : nullptr;
}

const Item& ItemBefore::tree() {
  if (!tree_) {
    const std::string* text = json();
    tree_ = text ? read_item(*text) : Item();
  }
  return *tree_;
}

Item ItemBefore::take_tree() {
  tree();
  Item taken = std::move(*tree_);
  tree_.reset();
  return taken;
}

AwsResult<std::string> key_of(const Table& table, const PutRequest& request) {
  std::string key = TRY(key_of_item(table.description, Attributes(request.sent)));
  TRY(check_index_keys(table.description, Attributes(request.sent), nullptr, WrittenBy::put));
  return key;
}

AwsResult<std::string> key_of(const Table& table, const KeyedRequest& request) {
  return key_of_request(table.description, request.sent_key);
}

namespace {

AwsError no_scalar(std::string_view label, std::string_view name) {
  return validation(
      concat("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ", label, ": ", name));
}

AwsResult<void> check_key_path(const TableDescription& table, const expression::Path& path) {
  if (!path.is_nested()) return {};
  if (schema_of(table).find(path.attribute())) return fail(no_scalar("Key", path.attribute()));
  for (const IndexDescription& index : table.indexes) {
    if (schema_of(index).find(path.attribute())) return fail(no_scalar("IndexKey", path.attribute()));
  }
  return {};
}

AwsResult<void> check_key_paths(const TableDescription& table, const expression::SetValue& value) {
  TRY(check_key_path(table, value.path));
  for (const expression::SetValue& operand : value.operands) TRY(check_key_paths(table, operand));
  return {};
}

/// Attributes that are part of a key, and documents where a key has to be a scalar, cannot be written.
AwsResult<void> check_update_paths(const TableDescription& table, const expression::Update& update) {
  for (const expression::UpdateAction& action : update.actions) {
    const std::string& name = action.path.attribute();
    if (schema_of(table).find(name) && !action.path.is_nested()) {
      return fail(invalid_values(concat("Cannot update attribute ", name, ". This attribute is part of the key")));
    }
    TRY(check_key_path(table, action.path));
    TRY(check_key_paths(table, action.value));
  }
  return {};
}

/// What an index holds of an item, to see whether a write changes it.
bool same_entry(const TableDescription& table, const IndexDescription& index, const Item& a, const Item& b) {
  auto projected = [&](const Item& item) {
    Item out;
    for (const Attribute& attribute : item) {
      if (projects(table, index, attribute.name)) out.push_back(attribute);
    }
    return out;
  };
  return equal(projected(a), projected(b));
}

/// What an update compares with what it makes of them. To copy the whole item would take as long as to read it.
Item index_key_attributes(const TableDescription& table, const Item& item) {
  Item keys;
  for (const Attribute& attribute : item) {
    bool is_key = std::any_of(table.indexes.begin(), table.indexes.end(),
                              [&](const IndexDescription& index) { return schema_of(index).find(attribute.name); });
    if (is_key) keys.push_back(attribute);
  }
  return keys;
}

const IndexKey* entry_of(const std::vector<IndexKey>& entries, int64_t number) {
  auto found = std::find_if(entries.begin(), entries.end(), [&](const IndexKey& entry) { return entry.index == number; });
  return found == entries.end() ? nullptr : &*found;
}

/// Items of equal content may be written in different ways: a map's members have an order there.
bool same_content(const std::string& a, const std::string& b) { return a == b || equal(read_item(a), read_item(b)); }

/// Completes the event of an item: when it expires, and whether the table's stream has a record of it, which it has unless nothing changes.
void note_consequences(const Table& table, const Attributes& item, ItemBefore& existing, ItemPut& event) {
  note_expiry(table.description, item, existing.now(), event);
  TimeMs until = streamed_until(table.description, existing.now());
  if (until == 0) return;
  bool changes = event.old_size != event.size || !same_content(*existing.json(), event.item.text);
  if (changes) event.streamed_until = until;
}

/// A changed key takes an entry out of one place and puts it into another.
HalfUnits entry_cost(const IndexKey* before, const IndexKey* after) {
  if (before && after && before->key == after->key) return write_cost(std::max(before->size, after->size));
  return (before ? write_cost(before->size) : 0) + (after ? write_cost(after->size) : 0);
}

}  // namespace

AwsResult<void> check_key_paths(const TableDescription& table, const expression::Condition& condition) {
  AwsResult<void> result;
  expression::for_each_path(condition, [&](const expression::Path& path) {
    if (result) result = check_key_path(table, path);
  });
  return result;
}

AwsResult<void> check_key_paths(const TableDescription& table, const std::vector<expression::Path>& paths) {
  for (const expression::Path& path : paths) TRY(check_key_path(table, path));
  return {};
}

AwsResult<void> check_condition(const Table& table, const WriteRequest& request, ItemBefore& existing) {
  if (!request.condition) return {};
  TRY(check_key_paths(table.description, *request.condition));
  if (expression::holds(*request.condition, existing.tree())) return {};
  AwsError refusal = request.inserts ? duplicate_item() : conditional_check_failed();
  if (request.old_item_on_failure && existing.json()) return fail(std::move(refusal).with("Item", *existing.json()));
  return fail(std::move(refusal));
}

AwsResult<Change> decide_put(const Table& table, PutRequest& request, ItemBefore& existing) {
  if (request.size > kItemBytesMax) return fail(item_too_large());
  ItemPut event{.table = table.id, .key = {existing.key()}, .item = {std::move(request.item)}};
  event.size = static_cast<uint32_t>(request.size);
  event.old_size = existing.size();
  event.indexes = index_keys(table.description, Attributes(request.sent), request.size);
  note_consequences(table, Attributes(request.sent), existing, event);
  uint32_t charged = std::max(event.size, event.old_size.value_or(0));
  return Change{.event = std::move(event), .new_item = {}, .size = charged};
}

AwsResult<Change> decide_update(const Table& table, const UpdateRequest& request, ItemBefore& existing) {
  TRY(check_update_paths(table.description, request.update));
  bool exists = existing.json() != nullptr, has_indexes = !table.description.indexes.empty();
  Item before = has_indexes ? index_key_attributes(table.description, existing.tree()) : Item();
  Item item = exists ? existing.take_tree() : read_item(request.key);
  TRY(expression::apply(request.update, exists ? expression::Before::present : expression::Before::absent, item));
  Attributes attributes(item);
  if (has_indexes) {
    Attributes old(before);
    TRY(check_index_keys(table.description, attributes, &old, WrittenBy::update));
  }
  size_t size = size_of(item);
  if (size > kItemBytesMax) return fail(updated_item_too_large());
  uint32_t charged = std::max(static_cast<uint32_t>(size), existing.size().value_or(0));
  if (!exists && !request.update.creates()) return Change{.event = {}, .new_item = {}, .size = 0};
  ItemPut event{.table = table.id, .key = {existing.key()}};
  append_item(event.item.text, item);
  event.size = static_cast<uint32_t>(size);
  event.old_size = existing.size();
  event.indexes = index_keys(table.description, attributes, size);
  note_consequences(table, attributes, existing, event);
  return Change{.event = std::move(event), .new_item = std::move(item), .size = charged};
}

Change decide_delete(const Table& table, const KeyedRequest& request, ItemBefore& existing) {
  auto size = existing.size();
  if (!size) return {};
  ItemDeleted event{.table = table.id, .key = {existing.key()}, .key_attributes = {request.key}, .old_size = *size};
  event.streamed_until = streamed_until(table.description, existing.now());
  return Change{.event = std::move(event), .new_item = {}, .size = *size};
}

Event as_logged(Event event, ItemBefore& existing) {
  // Below that the whole item is as good, and easier to read in the log.
  constexpr size_t kPatchedBytesMin = 8 << 10;
  auto* put = std::get_if<ItemPut>(&event);
  if (!put || !put->old_size || put->item.text.size() < kPatchedBytesMin || !existing.json()) return event;
  std::string patch = events::make_patch(*existing.json(), put->item.text);
  if (patch.empty() || patch.size() > put->item.text.size() / 2) return event;
  return ItemPatched{.table = put->table,
                     .key = std::move(put->key),
                     .patch = {std::move(patch)},
                     .size = put->size,
                     .old_size = *put->old_size,
                     .indexes = std::move(put->indexes),
                     .expires_at = put->expires_at,
                     .streamed_until = put->streamed_until};
}

Consumed cost_of(const Table& table, const Change& change, ItemBefore& existing, CapacityDetail detail) {
  Consumed consumed{.table = write_cost(change.size)};
  if (detail == CapacityDetail::none || table.description.indexes.empty() || !change.event) return consumed;
  const Item& old = existing.tree();
  const auto* put = std::get_if<ItemPut>(&*change.event);
  Item now = put ? read_item(put->item.text) : Item();
  auto before = index_keys(table.description, Attributes(old), existing.size().value_or(0));
  auto after = put ? put->indexes : std::vector<IndexKey>();
  for (const IndexDescription& index : table.description.indexes) {
    const IndexKey *x = entry_of(before, index.number), *y = entry_of(after, index.number);
    if ((!x && !y) || (x && y && same_entry(table.description, index, old, now))) continue;
    consumed.indexes[index.number] = entry_cost(x, y);
  }
  return consumed;
}

namespace {

/// The metrics of an item's collection; empty if its table has no collections, or they are not asked for.
std::string collection_metrics(const Table& table, json::Value input, json::Value key_holder) {
  const std::vector<IndexDescription>& indexes = table.description.indexes;
  bool has_collections = std::any_of(indexes.begin(), indexes.end(), [](const IndexDescription& index) { return !index.global; });
  if (!has_collections || input["ReturnItemCollectionMetrics"].string() != "SIZE") return {};
  std::string key, out;
  if (!append_canonical(key, key_holder[table.description.hash.name])) return {};
  JsonWriter json(out);
  json.begin_object().key("ItemCollectionKey").begin_object().raw_field(table.description.hash.name, key).end_object();
  json.key("SizeEstimateRangeGB").begin_array().raw("0.0").raw("1.0").end_array().end_object();
  return out;
}

}  // namespace

void write_collection_metrics(JsonWriter& json, json::Value input, const std::vector<WrittenItem>& items) {
  std::map<std::string_view, std::vector<std::string>> by_table;
  for (const WrittenItem& item : items) {
    std::string metrics = collection_metrics(*item.table.table, input, item.key_holder);
    if (metrics.empty()) continue;
    // However many items of a collection are written, it is told once.
    std::vector<std::string>& list = by_table[item.table.name];
    if (std::find(list.begin(), list.end(), metrics) == list.end()) list.push_back(std::move(metrics));
  }
  if (by_table.empty()) return;
  json.key("ItemCollectionMetrics").begin_object();
  for (const auto& [name, list] : by_table) json.key(name).begin_array().raw(join(list, ",")).end_array();
  json.end_object();
}

void write_costs(JsonWriter& json, json::Value input, json::Value key_holder, const Change& change, ItemBefore& existing) {
  const Table& table = existing.table();
  if (CapacityDetail detail = capacity_detail(input); detail != CapacityDetail::none) {
    json.key("ConsumedCapacity");
    write_consumed(json, {&table, input["TableName"].string()}, detail, cost_of(table, change, existing, detail));
  }
  if (std::string metrics = collection_metrics(table, input, key_holder); !metrics.empty()) {
    json.raw_field("ItemCollectionMetrics", metrics);
  }
}

}  // namespace cloudemu::dynamodb
