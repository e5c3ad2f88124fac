#include "services/dynamodb/due.h"

#include <algorithm>

#include "services/dynamodb/expiry.h"
#include "services/dynamodb/key_item.h"
#include "services/dynamodb/stream_rules.h"
#include "services/room.h"

namespace cloudemu::dynamodb {

namespace {

/// Records that are past their day are not shown, but may wait so long for others: so one call trims many.
constexpr TimeMs kTrimSlackMs = 3600 * kSecondMs;
/// How long a backup that should go stays, at least, where a restore or an export copies from it.
constexpr TimeMs kBackupInUseMs = 60 * kSecondMs;

/// The table whose items expire; null: it has no time to live, or not yet, or not any more.
const Table* expiring(const DynamoDbReadModel& state, int64_t number) {
  const Table* table = state.find_table(number);
  bool expires = table && !table->deleting && table->description.ttl_index > 0 && !table->description.ttl_filling;
  return expires ? table : nullptr;
}

OwnCall expired_items(const DynamoDbReadModel& state, const Table& table, const Moment& moment, size_t limit) {
  OwnCall call{.info = {.operation = "Timer:TimeToLive", .account = table.account, .region = table.region}};
  Room room(limit);
  std::vector<std::string> keys;
  KeyRange due{.from = {}, .to = expiry_bound(moment.now - moment.ttl_delay_ms + 1)};
  if (moment.now < moment.ttl_delay_ms) return call;
  state.walk(table.id, table.description.ttl_index, due, DynamoDbReadModel::Load::keys, [&](const DynamoDbReadModel::Visit& visit) {
    keys.emplace_back(item_key_in(visit.key));
    return keys.size() < limit;
  });
  size_t copies = 1 + table.description.replicas.size();
  for (std::string& key : keys) {
    uint32_t size = state.item_size(table.id, key).value_or(0);
    if (!room.take(size * copies)) break;
    ItemDeleted deleted{.table = table.id, .key = {std::move(key)}, .key_attributes = {}, .old_size = size};
    append_item(deleted.key_attributes.text, item_of_key(table.description, nullptr, deleted.key.bytes, KeyOrder::table_first));
    deleted.expired = true;
    deleted.streamed_until = streamed_until(table.description, moment.now);
    call.events.push_back(std::move(deleted));
  }
  call.done = room.taken();
  return call;
}

/// Of a stream that is enabled the records that are past their day; of a disabled one all, once its last day is over.
std::optional<StreamTrimmed> trimmed(const DynamoDbReadModel& state, const Stream& stream, TimeMs now, size_t limit) {
  bool is_over = stream.closed_at > 0 && stream.closed_at + kStreamLifeMs <= now;
  StreamTrimmed trimmed{.table = stream.table, .stream = stream.id, .ended = is_over};
  Room room(limit);
  state.streams().records(stream.id, 0, [&](const StreamRecord& record) {
    if (!is_over && !is_past_its_day(record.at, now)) return false;
    if (!room.take(record.new_size + record.old_size)) {
      trimmed.ended = false;
      return false;
    }
    trimmed.up_to = record.sequence;
    ++trimmed.count;
    return true;
  });
  if (trimmed.count == 0 && !trimmed.ended) return std::nullopt;
  return trimmed;
}

std::optional<TimeMs> next_in_stream(const DynamoDbReadModel& state, const Stream& stream) {
  if (stream.closed_at > 0) return stream.closed_at + kStreamLifeMs;
  auto oldest = state.streams().oldest(stream.id);
  if (!oldest) return std::nullopt;
  return oldest->at + kStreamLifeMs + kTrimSlackMs;
}

/// Backups that the system made are kept for some weeks; while something copies from one, it is asked again later.
OwnCall expired_backup(const DynamoDbReadModel& state, int64_t table, TimeMs now) {
  auto backup = state.backups().first_to_expire(table);
  if (!backup || backup->facts.expires_at > now || backup->in_use) return {};
  OwnCall call{.info = {.operation = "Timer:Backups", .account = backup->facts.account, .region = backup->facts.region}, .done = 1};
  call.events.push_back(BackupDeleted{.backup = backup->number, .table = table});
  return call;
}

std::optional<TimeMs> next_backup(const DynamoDbReadModel& state, int64_t table, TimeMs now) {
  auto backup = state.backups().first_to_expire(table);
  if (!backup) return std::nullopt;
  return backup->in_use ? std::max(backup->facts.expires_at, now + kBackupInUseMs) : backup->facts.expires_at;
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
    call.events.push_back(*event);
    return call;
  }
  return expired_backup(state, number, moment.now);
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
  take_earlier(next, next_backup(state, number, moment.now));
  return next;
}

std::vector<int64_t> tables_with_work(const DynamoDbReadModel& state) {
  std::vector<int64_t> tables = state.tables_with_expiry();
  for (int64_t table : state.streams().tables()) tables.push_back(table);
  for (int64_t table : state.backups().tables_with_expiry()) tables.push_back(table);
  std::sort(tables.begin(), tables.end());
  tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
  return tables;
}

}  // namespace cloudemu::dynamodb
