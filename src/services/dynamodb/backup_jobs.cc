#include "services/dynamodb/backup_jobs.h"

#include "services/dynamodb/drop_rows.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/restore.h"
#include "services/room.h"

namespace cloudemu::dynamodb {

namespace {

jobs::Slice given_up(const Table& table, TimeMs now) {
  jobs::Slice slice{.then = jobs::Slice::Then::failed};
  slice.events.push_back(TableDeleted{.table = table.id, .name = table.description.name, .by_job = true});
  slice.events.push_back(start_job(jobs::kDropTable, table, 0, now));
  return slice;
}

}  // namespace

jobs::Slice restore_table_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit, const Brought* brought) {
  const DynamoDbReadModel& tables = state.dynamodb();
  const Table* table = tables.find_table(job.subject.id);
  if (!table || table->deleting || !table->description.origin) return jobs::cancelled();
  auto source = source_of(tables, *table->description.origin, table->id, brought);
  if (source.errand) return {.errand = std::move(source.errand)};
  if (!source.is_there()) return given_up(*table, moment.now);

  jobs::Slice slice{.then = jobs::Slice::Then::completed};
  Room room(limit);
  source.walk(job.cursor, [&](const BackupReadModel::Visit& visit) {
    if (!room.take(visit.json.size())) {
      slice.then = jobs::Slice::Then::go_on;
      return false;
    }
    if (!visit.json.empty()) slice.events.push_back(restored_item(*table, visit));
    slice.cursor.assign(visit.key).push_back('\0');
    return true;
  });
  slice.done = room.taken();
  if (slice.then == jobs::Slice::Then::go_on) return slice;
  slice.events.push_back(TableFilled{.table = table->id});
  if (source.is_hold()) slice.events.push_back(BackupDeleted{.backup = source.backup->number, .table = source.backup->facts.table});
  return slice;
}

jobs::Slice drop_versions_slice(const State& state, const jobs::Job& job, const Moment&, size_t limit) {
  Room room(limit);
  jobs::Slice slice;
  state.dynamodb().backups().versions(job.subject.id, job.cursor, [&](std::string_view key, uint32_t size) {
    // All versions of a key go at once.
    if (key != slice.cursor && !room.take(size)) return false;
    slice.cursor = key;
    return true;
  });
  slice.done = room.taken();
  if (slice.done == 0) return {.then = jobs::Slice::Then::completed};
  slice.events.push_back(VersionsDropped{.table = job.subject.id, .after = {job.cursor}, .up_to = {slice.cursor}});
  return slice;
}

namespace {

struct Follower {
  const DynamoDbReadModel& state;
  const Happened& happened;
  TimeMs now;

  template <class E>
  std::optional<Event> operator()(const E&) const {
    return std::nullopt;
  }
  std::optional<Event> operator()(const TableCreated& e) const {
    if (!e.description.origin || e.description.origin->kind == kImported) return std::nullopt;
    return started(jobs::kRestoreTable, static_cast<int64_t>(happened.sequence), 0);
  }
  std::optional<Event> operator()(const BackupDeleted& e) const { return started(jobs::kDropVersions, e.table, 0); }
  std::optional<Event> operator()(const TransferStarted& e) const {
    auto transfer = static_cast<int64_t>(happened.sequence);
    if (e.kind == kExport) return started(jobs::kExportTable, e.table, transfer);
    const Table* table = state.find_table(e.account, e.region, e.table_name);
    return started(jobs::kImportTable, table ? table->id : 0, transfer);
  }

  Event started(const jobs::Kind& kind, int64_t subject, int64_t part) const {
    return jobs::JobStarted{.kind = std::string(kind.name),
                            .subject = subject,
                            .part = part,
                            .account = happened.call.account,
                            .region = happened.call.region,
                            .started_at = now};
  }
};

}  // namespace

std::optional<Event> job_after(const DynamoDbReadModel& state, const Happened& happened, TimeMs now) {
  return std::visit(Follower{state, happened, now}, happened.event);
}

}  // namespace cloudemu::dynamodb
