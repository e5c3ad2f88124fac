#include "services/dynamodb/replicate.h"

#include <algorithm>

#include "services/dynamodb/expiry.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/stream_rules.h"

namespace cloudemu::dynamodb {

namespace {

/// Bytes of items that a slice reads.
constexpr size_t kSliceBytesMax = 256 << 10;

/// An item that is written to a replica.
struct Written {
  std::string_view key;
  std::string_view json;
  uint32_t size;
};

ItemPut put_into(const DynamoDbReadModel& state, const Table& replica, const Written& written, TimeMs now) {
  ItemPut put{.table = replica.id, .key = {std::string(written.key)}, .item = {std::string(written.json)}, .size = written.size};
  put.old_size = state.item_size(replica.id, written.key);
  put.replicated = true;
  put.streamed_until = streamed_until(replica.description, now);
  if (!replica.description.indexes.empty() || replica.description.ttl_index > 0) {
    Item item = read_item(written.json);
    put.indexes = index_keys(replica.description, Attributes(item), written.size);
    note_expiry(replica.description, Attributes(item), now, put);
  }
  return put;
}

std::vector<const Table*> replicas_of(const DynamoDbReadModel& state, const Table& table) {
  std::vector<const Table*> replicas;
  for (const Replica& replica : table.description.replicas) {
    const Table* other = state.find_table(table.account, replica.region, table.description.name);
    if (other && !other->deleting) replicas.push_back(other);
  }
  return replicas;
}

class Replicator {
 public:
  Replicator(const DynamoDbReadModel& state, TimeMs now) : state_(state), now_(now) {}

  std::vector<Event> operator()(const ItemPut& e) const { return put(e.table, {e.key.bytes, e.item.text, e.size}); }
  std::vector<Event> operator()(const ItemPatched& e) const {
    auto item = state_.item(e.table, e.key.bytes);
    if (!item) return {};
    return put(e.table, {e.key.bytes, item->json, e.size});
  }
  std::vector<Event> operator()(const ItemDeleted& e) const {
    std::vector<Event> events;
    const Table* table = state_.find_table(e.table);
    if (!table) return events;
    for (const Table* replica : replicas_of(state_, *table)) {
      auto size = state_.item_size(replica->id, e.key.bytes);
      if (!size) continue;
      ItemDeleted deleted{.table = replica->id, .key = e.key, .key_attributes = e.key_attributes, .old_size = *size};
      deleted.replicated = true;
      deleted.streamed_until = streamed_until(replica->description, now_);
      events.emplace_back(std::move(deleted));
    }
    return events;
  }
  std::vector<Event> operator()(const auto&) const { return {}; }

 private:
  std::vector<Event> put(int64_t number, const Written& written) const {
    std::vector<Event> events;
    const Table* table = state_.find_table(number);
    if (!table || table->description.replicas.empty()) return events;
    for (const Table* replica : replicas_of(state_, *table)) events.emplace_back(put_into(state_, *replica, written, now_));
    return events;
  }

  const DynamoDbReadModel& state_;
  TimeMs now_;
};

}  // namespace

std::vector<Event> replicated(const DynamoDbReadModel& state, const Happened& happened, const Moment& moment) {
  return std::visit(Replicator(state, moment.now), happened.event);
}

jobs::Slice fill_replica_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit) {
  const DynamoDbReadModel& tables = state.dynamodb();
  // Looking one up may forget the other.
  const Table* source = tables.find_table(job.subject.id);
  if (!source || source->deleting) return jobs::cancelled();
  const Table from = *source;
  const Table* target = tables.find_table(from.account, job.region, from.description.name);
  if (!target || target->deleting) return jobs::cancelled();
  const Table to = *target;

  jobs::Slice slice{.then = jobs::Slice::Then::completed};
  std::vector<std::pair<std::string, StoredItem>> items;
  size_t bytes = 0;
  tables.walk(from.id, std::nullopt, {.from = job.cursor}, DynamoDbReadModel::Load::items, [&](const DynamoDbReadModel::Visit& visit) {
    if (items.size() >= limit || bytes >= kSliceBytesMax) {
      slice.then = jobs::Slice::Then::go_on;
      return false;
    }
    bytes += visit.json.size();
    items.emplace_back(visit.key, StoredItem{std::string(visit.json), visit.size});
    slice.cursor.assign(visit.key).push_back('\0');
    return true;
  });
  slice.done = static_cast<int64_t>(items.size());
  for (const auto& [key, item] : items) {
    auto known = tables.item(to.id, key);
    if (known && known->json == item.json) continue;
    slice.events.emplace_back(put_into(tables, to, {key, item.json, item.size}, moment.now));
  }
  if (slice.then != jobs::Slice::Then::completed) return slice;
  TableUpdated updated{.table = from.id, .description = from.description};
  for (Replica& replica : updated.description.replicas) {
    if (replica.region == to.region) replica.filling = false;
  }
  if (updated.description != from.description) slice.events.emplace_back(std::move(updated));
  return slice;
}

}  // namespace cloudemu::dynamodb
