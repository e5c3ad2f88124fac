#include "services/dynamodb/drop_rows.h"

#include "services/room.h"

namespace cloudemu::dynamodb {

namespace {

/// Dropping a long item is so much cheaper than writing it: its pages are only looked at.
constexpr size_t kCheaper = 8;

/// Drops rows as long as a slice has room.
class Dropper {
 public:
  Dropper(const DynamoDbReadModel& state, int64_t table, size_t limit) : state_(state), table_(table), room_(limit) {}

  /// Of an index, or (none) the items. False: rows are left.
  bool drop(std::optional<int64_t> index) {
    RowsDropped dropped{.table = table_, .index = index.value_or(0)};
    bool all = true;
    state_.walk(table_, index, {}, DynamoDbReadModel::Load::keys, [&](const DynamoDbReadModel::Visit& visit) {
      all = room_.take(index ? visit.key.size() : visit.size / kCheaper);
      if (!all) return false;
      dropped.up_to.bytes = visit.key;
      ++dropped.count;
      return true;
    });
    if (dropped.count > 0) slice_.events.push_back(std::move(dropped));
    return all;
  }

  jobs::Slice slice(jobs::Slice::Then then) {
    slice_.done = room_.taken();
    slice_.then = then;
    return std::move(slice_);
  }
  jobs::Slice last_slice(Event event) {
    slice_.events.push_back(std::move(event));
    return slice(jobs::Slice::Then::completed);
  }

 private:
  const DynamoDbReadModel& state_;
  int64_t table_;
  Room room_;
  jobs::Slice slice_;
};

}  // namespace

jobs::Slice drop_table_slice(const State& state, const jobs::Job& job, const Moment&, size_t limit) {
  const DynamoDbReadModel& tables = state.dynamodb();
  if (!tables.find_table(job.subject.id)) return jobs::cancelled();
  Dropper dropper(tables, job.subject.id, limit);
  for (int64_t index : tables.indexes_left(job.subject.id)) {
    if (!dropper.drop(index)) return dropper.slice(jobs::Slice::Then::go_on);
  }
  if (!dropper.drop(std::nullopt)) return dropper.slice(jobs::Slice::Then::go_on);
  return dropper.last_slice(TableDropped{.table = job.subject.id});
}

jobs::Slice drop_index_slice(const State& state, const jobs::Job& job, const Moment&, size_t limit) {
  const DynamoDbReadModel& tables = state.dynamodb();
  if (!tables.find_table(job.subject.id)) return jobs::cancelled();
  Dropper dropper(tables, job.subject.id, limit);
  if (!dropper.drop(job.part)) return dropper.slice(jobs::Slice::Then::go_on);
  return dropper.last_slice(IndexDropped{.table = job.subject.id, .index = job.part});
}

Event start_job(const jobs::Kind& kind, const Table& table, int64_t part, TimeMs now) {
  return jobs::JobStarted{.kind = std::string(kind.name),
                          .subject = table.id,
                          .part = part,
                          .account = table.account,
                          .region = table.region,
                          .started_at = now};
}

}  // namespace cloudemu::dynamodb
