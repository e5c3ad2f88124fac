#include "services/dynamodb/due.h"

#include <algorithm>

#include "services/dynamodb/expiry.h"
#include "services/dynamodb/key_item.h"
#include "services/dynamodb/stream_rules.h"

namespace cloudemu::dynamodb {

namespace {

/// Bytes of items or records that one call deletes, about.
constexpr size_t kDueBytesMax = 4 << 20;
/// Records that are past their day are not shown, but may wait so long for others: so one call trims many.
constexpr TimeMs kTrimSlackMs = 3600 * kSecondMs;

/// The table whose items expire; null: it has no time to live, or not yet, or not any more.
const Table* expiring(const DynamoDbReadModel& state, int64_t number) {
  const Table* table = state.find_table(number);
  bool expires = table && !table->deleting && table->description.ttl_index > 0 && !table->description.ttl_filling;
  return expires ? table : nullptr;
}

OwnCall expired_items(const DynamoDbReadModel& state, const Table& table, const Moment& moment, size_t limit) {
  OwnCall call{.info = {.operation = "Timer:TimeToLive", .account = table.account, .region = table.region}};
  size_t bytes = 0;
  KeyRange due{.from = {}, .to = expiry_bound(moment.now - moment.ttl_delay_ms + 1)};
  if (moment.now < moment.ttl_delay_ms) return call;
  state.walk(table.id, table.description.ttl_index, due, DynamoDbReadModel::Load::items, [&](const DynamoDbReadModel::Visit& visit) {
    if (call.events.size() >= limit || bytes >= kDueBytesMax) return false;
    bytes += visit.item_size;
    ItemDeleted deleted{.table = table.id, .key = {std::string(item_key_in(visit.key))}, .key_attributes = {}, .old_size = visit.item_size};
    append_item(deleted.key_attributes.text, item_of_key(table.description, nullptr, deleted.key.bytes, KeyOrder::table_first));
    deleted.expired = true;
    deleted.streamed_until = streamed_until(table.description, moment.now);
    call.events.push_back(std::move(deleted));
    return true;
  });
  call.done = static_cast<int64_t>(call.events.size());
  return call;
}

/// Of a stream that is enabled the records that are past their day; of a disabled one all, once its last day is over.
std::optional<StreamTrimmed> trimmed(const DynamoDbReadModel& state, const Stream& stream, TimeMs now, size_t limit) {
  bool is_over = stream.closed_at > 0 && stream.closed_at + kStreamLifeMs <= now;
  StreamTrimmed trimmed{.table = stream.table, .stream = stream.id, .ended = is_over};
  size_t bytes = 0;
  state.streams().records(stream.id, 0, [&](const StreamRecord& record) {
    if (!is_over && !is_past_its_day(record.at, now)) return false;
    if (static_cast<size_t>(trimmed.count) >= limit || bytes >= kDueBytesMax) {
      trimmed.ended = false;
      return false;
    }
    bytes += record.new_size + record.old_size;
    trimmed.up_to = record.sequence;
    ++trimmed.count;
    return true;
  });
  if (trimmed.count == 0 && !trimmed.ended) return std::nullopt;
  return trimmed;
}

std::optional<TimeMs> next_in_stream(const DynamoDbReadModel& state, const Stream& stream) {
  if (stream.closed_at > 0) return stream.closed_at + kStreamLifeMs;
  std::optional<TimeMs> next;
  state.streams().records(stream.id, 0, [&](const StreamRecord& oldest) {
    next = oldest.at + kStreamLifeMs + kTrimSlackMs;
    return false;
  });
  return next;
}

void take_earlier(std::optional<TimeMs>& next, std::optional<TimeMs> other) {
  if (other && (!next || *other < *next)) next = other;
}

}  // namespace

OwnCall due_in_table(const DynamoDbReadModel& state, int64_t number, const Moment& moment, size_t limit) {
  if (const Table* table = expiring(state, number)) {
    OwnCall call = expired_items(state, *table, moment, limit);
    if (!call.events.empty()) return call;
  }
  for (const Stream& stream : state.streams().of_table(number)) {
    auto next = next_in_stream(state, stream);
    if (!next || *next > moment.now) continue;
    auto event = trimmed(state, stream, moment.now, limit);
    if (!event) continue;
    OwnCall call{.info = {.operation = "Timer:Streams", .account = stream.account, .region = stream.region}};
    call.done = event->count;
    call.events.push_back(std::move(*event));
    return call;
  }
  return {};
}

std::optional<TimeMs> next_in_table(const DynamoDbReadModel& state, int64_t number, const Moment& moment) {
  std::optional<TimeMs> next;
  if (const Table* table = expiring(state, number)) {
    state.walk(number, table->description.ttl_index, {}, DynamoDbReadModel::Load::keys, [&](const DynamoDbReadModel::Visit& visit) {
      next = expiry_in(visit.key) + moment.ttl_delay_ms;
      return false;
    });
  }
  for (const Stream& stream : state.streams().of_table(number)) take_earlier(next, next_in_stream(state, stream));
  return next;
}

std::vector<int64_t> tables_with_work(const DynamoDbReadModel& state) {
  std::vector<int64_t> tables = state.tables_with_expiry();
  for (int64_t table : state.streams().tables()) tables.push_back(table);
  std::sort(tables.begin(), tables.end());
  tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
  return tables;
}

}  // namespace cloudemu::dynamodb
