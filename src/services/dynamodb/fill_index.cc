#include "services/dynamodb/fill_index.h"

#include <algorithm>

#include "services/dynamodb/key_schema.h"

namespace cloudemu::dynamodb {

namespace {

/// Bytes of items that a slice reads, and about what its event may be long.
constexpr size_t kSliceBytesMax = 256 << 10;

}  // namespace

const IndexDescription* find_index(const TableDescription& table, int64_t number) {
  auto found = std::find_if(table.indexes.begin(), table.indexes.end(), [&](const IndexDescription& i) { return i.number == number; });
  return found == table.indexes.end() ? nullptr : &*found;
}

jobs::Slice fill_index_slice(const State& state, const jobs::Job& job, const Moment&, size_t limit) {
  const Table* table = state.dynamodb().find_table(job.subject.id);
  const IndexDescription* index = table ? find_index(table->description, job.part) : nullptr;
  if (!index || table->deleting) return jobs::cancelled();
  TableDescription only = table->description;
  only.indexes = {*index};

  jobs::Slice slice{.then = jobs::Slice::Then::completed};
  IndexFilled filled{.table = table->id, .index = index->number, .entries = {}};
  size_t bytes = 0;
  state.dynamodb().walk(table->id, std::nullopt, {.from = job.cursor}, DynamoDbReadModel::Load::items,
                        [&](const DynamoDbReadModel::Visit& visit) {
                          if (static_cast<size_t>(slice.done) >= limit || bytes >= kSliceBytesMax) {
                            slice.then = jobs::Slice::Then::go_on;
                            return false;
                          }
                          Item item = read_item(visit.json);
                          bytes += visit.json.size();
                          for (IndexKey& entry : index_keys(only, Attributes(item), visit.size)) {
                            bytes += visit.key.size() + entry.key.bytes.size();
                            filled.entries.push_back({.item = {std::string(visit.key)}, .key = std::move(entry.key), .size = entry.size});
                          }
                          ++slice.done;
                          slice.cursor.assign(visit.key).push_back('\0');
                          return true;
                        });
  if (!filled.entries.empty()) slice.events.push_back(std::move(filled));
  if (slice.then == jobs::Slice::Then::completed) slice.events.push_back(IndexCompleted{.table = table->id, .index = index->number});
  return slice;
}

}  // namespace cloudemu::dynamodb
