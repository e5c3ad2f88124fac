#include "services/dynamodb/fill_index.h"

#include <algorithm>

#include "services/dynamodb/expiry.h"
#include "services/dynamodb/key_schema.h"
#include "services/room.h"

namespace cloudemu::dynamodb {

const IndexDescription* find_index(const TableDescription& table, int64_t number) {
  auto found = std::find_if(table.indexes.begin(), table.indexes.end(), [&](const IndexDescription& i) { return i.number == number; });
  return found == table.indexes.end() ? nullptr : &*found;
}

namespace {

/// The table as if it had this index alone, a secondary one or the hidden one of time to live; nothing: it has no such index.
std::optional<TableDescription> with_only(const TableDescription& table, int64_t number) {
  TableDescription only = table;
  only.indexes.clear();
  if (table.ttl_index == number) return only;
  only.ttl_index = 0;
  const IndexDescription* index = find_index(table, number);
  if (!index) return std::nullopt;
  only.indexes.push_back(*index);
  return only;
}

std::vector<IndexKey> entries_of(const TableDescription& only, const DynamoDbReadModel::Visit& visit, TimeMs now) {
  Item item = read_item(visit.json);
  if (only.ttl_index == 0) return index_keys(only, Attributes(item), visit.size);
  auto at = expiry_of(only, Attributes(item), now);
  if (!at) return {};
  return {expiry_entry(only, *at, visit.key)};
}

}  // namespace

jobs::Slice fill_index_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit) {
  const Table* table = state.dynamodb().find_table(job.subject.id);
  if (!table || table->deleting) return jobs::cancelled();
  auto only = with_only(table->description, job.part);
  if (!only) return jobs::cancelled();

  jobs::Slice slice{.then = jobs::Slice::Then::completed};
  IndexFilled filled{.table = table->id, .index = job.part, .entries = {}};
  Room room(limit);
  state.dynamodb().walk(table->id, std::nullopt, {.from = job.cursor}, DynamoDbReadModel::Load::items,
                        [&](const DynamoDbReadModel::Visit& visit) {
                          if (!room.take(visit.json.size())) {
                            slice.then = jobs::Slice::Then::go_on;
                            return false;
                          }
                          for (IndexKey& entry : entries_of(*only, visit, moment.now)) {
                            filled.entries.push_back({.item = {std::string(visit.key)}, .key = std::move(entry.key), .size = entry.size});
                          }
                          slice.cursor.assign(visit.key).push_back('\0');
                          return true;
                        });
  slice.done = room.taken();
  if (!filled.entries.empty()) slice.events.push_back(std::move(filled));
  if (slice.then == jobs::Slice::Then::completed) slice.events.push_back(IndexCompleted{.table = table->id, .index = job.part});
  return slice;
}

}  // namespace cloudemu::dynamodb
