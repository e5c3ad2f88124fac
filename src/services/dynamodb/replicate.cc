#include "services/dynamodb/replicate.h"

#include <algorithm>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/strings.h"
#include "services/dynamodb/expiry.h"
#include "services/dynamodb/key_item.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/stream_rules.h"
#include "services/room.h"

namespace cloudemu::dynamodb {

namespace {

/// What the copies of an item may come to, in bytes, to be made within the call that writes it.
constexpr size_t kCopiedAtOnceMax = 16 << 10;
/// To copy an item costs what several entries of an index do.
constexpr size_t kUnitsPerItem = 2;

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

ItemDeleted delete_from(const Table& replica, std::string_view key, uint32_t size, TimeMs now) {
  ItemDeleted deleted{.table = replica.id, .key = {std::string(key)}, .key_attributes = {}, .old_size = size};
  append_item(deleted.key_attributes.text, item_of_key(replica.description, nullptr, key, KeyOrder::table_first));
  deleted.replicated = true;
  deleted.streamed_until = streamed_until(replica.description, now);
  return deleted;
}

/// Names an item of a group of tables, whichever of them holds it: seven bytes of a digest, which never come out negative.
int64_t part_of(const Table& table, std::string_view key) {
  std::string digest = md5(concat(table.account, ' ', table.description.name, ' ', key));
  return from_be<int64_t>(std::string_view(digest).substr(0, sizeof(int64_t) - 1));
}

std::vector<Event> copy_later(const Table& table, const std::vector<const Table*>& replicas, std::string_view key, TimeMs now) {
  std::vector<Event> events;
  for (const Table* replica : replicas) {
    jobs::JobStarted job{.kind = std::string(jobs::kReplicateItem.name), .subject = table.id, .part = part_of(table, key)};
    job.account = table.account;
    job.region = replica->region;
    job.started_at = now;
    job.cursor.bytes = key;
    events.emplace_back(std::move(job));
  }
  return events;
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
    auto replicas = replicas_of(state_, *table);
    size_t bytes = e.key.bytes.size() + e.key_attributes.text.size();
    if (bytes * replicas.size() > kCopiedAtOnceMax) return copy_later(*table, replicas, e.key.bytes, now_);
    for (const Table* replica : replicas) {
      if (auto size = state_.item_size(replica->id, e.key.bytes)) events.emplace_back(delete_from(*replica, e.key.bytes, *size, now_));
    }
    return events;
  }
  std::vector<Event> operator()(const auto&) const { return {}; }

 private:
  std::vector<Event> put(int64_t number, const Written& written) const {
    std::vector<Event> events;
    const Table* table = state_.find_table(number);
    if (!table || table->description.replicas.empty()) return events;
    auto replicas = replicas_of(state_, *table);
    size_t bytes = written.json.size() + table->description.indexes.size() * written.key.size();
    if (bytes * replicas.size() > kCopiedAtOnceMax) return copy_later(*table, replicas, written.key, now_);
    for (const Table* replica : replicas) events.emplace_back(put_into(state_, *replica, written, now_));
    return events;
  }

  const DynamoDbReadModel& state_;
  TimeMs now_;
};

}  // namespace

std::vector<Event> replicated(const DynamoDbReadModel& state, const Happened& happened, const Moment& moment) {
  return std::visit(Replicator(state, moment.now), happened.event);
}

jobs::Slice replicate_item_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t) {
  const DynamoDbReadModel& tables = state.dynamodb();
  const Table* source = tables.find_table(job.subject.id);
  if (!source || source->deleting) return jobs::cancelled();
  auto replicas = replicas_of(tables, *source);
  auto target = std::find_if(replicas.begin(), replicas.end(), [&](const Table* replica) { return replica->region == job.region; });
  if (target == replicas.end()) return jobs::cancelled();
  jobs::Slice slice{.done = 1, .then = jobs::Slice::Then::completed};
  if (state.jobs().is_overtaken(job)) return slice;
  auto item = tables.item(source->id, job.cursor), known = tables.item((*target)->id, job.cursor);
  Room room(1);
  room.take(item ? item->json.size() : 0);
  slice.done = room.taken();
  if (item && (!known || known->json != item->json)) {
    slice.events.emplace_back(put_into(tables, **target, {job.cursor, item->json, item->size}, moment.now));
  } else if (!item && known) {
    slice.events.emplace_back(delete_from(**target, job.cursor, known->size, moment.now));
  }
  return slice;
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
  Room room(limit / kUnitsPerItem);
  tables.walk(from.id, std::nullopt, {.from = job.cursor}, DynamoDbReadModel::Load::items, [&](const DynamoDbReadModel::Visit& visit) {
    if (!room.take(visit.json.size())) {
      slice.then = jobs::Slice::Then::go_on;
      return false;
    }
    items.emplace_back(visit.key, StoredItem{std::string(visit.json), visit.size});
    slice.cursor.assign(visit.key).push_back('\0');
    return true;
  });
  slice.done = room.taken() * static_cast<int64_t>(kUnitsPerItem);
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
