#include "services/jobs.h"

#include <iterator>

#include "core/strings.h"
#include "services/dynamodb/backup_jobs.h"
#include "services/dynamodb/drop_rows.h"
#include "services/dynamodb/fill_index.h"
#include "services/dynamodb/replicate.h"
#include "services/sqs/clear_leftovers.h"
#include "services/sqs/move_task.h"
#include "services/transfers/table_transfers.h"

namespace cloudemu::jobs {

namespace {

struct Row {
  const Kind& kind;
  SliceRule slice;
  ErrandRule with_errands = nullptr;  ///< instead
};
constexpr Row kRows[] = {
    {kDropIndex, dynamodb::drop_index_slice},
    {kDropTable, dynamodb::drop_table_slice},
    {kDropVersions, dynamodb::drop_versions_slice},
    {kExportTable, nullptr, transfers::export_slice},
    {kFillIndex, dynamodb::fill_index_slice},
    {kFillReplica, dynamodb::fill_replica_slice},
    {kImportTable, nullptr, transfers::import_slice},
    {kReplicateItem, dynamodb::replicate_item_slice},
    {kRestoreTable, nullptr, dynamodb::restore_table_slice},
    {kClearLeftovers, sqs::clear_slice},
    {kMoveMessages, sqs::move_slice},
};
static_assert(std::size(kRows) == std::size(kKinds));

Slice slice_of(const State& state, const Job& job, const Moment& moment, size_t limit, const Brought* brought) {
  for (const Row& row : kRows) {
    if (row.kind.name != job.kind) continue;
    return row.slice ? row.slice(state, job, moment, limit) : row.with_errands(state, job, moment, limit, brought);
  }
  return cancelled();
}

std::string_view status_of(Slice::Then then) {
  switch (then) {
    case Slice::Then::completed: return "COMPLETED";
    case Slice::Then::failed: return "FAILED";
    case Slice::Then::cancelled:
    case Slice::Then::go_on: break;
  }
  return "CANCELLED";
}

}  // namespace

OwnCall next_slice(const State& state, const Job& job, const Moment& moment, size_t limit, const Brought* brought) {
  Slice slice = slice_of(state, job, moment, limit, brought);
  if (slice.errand) return {.errand = std::move(slice.errand)};
  OwnCall call{.info = {.operation = concat("Job:", job.kind), .account = job.account, .region = job.region},
               .cause = static_cast<uint64_t>(job.id),
               .events = std::move(slice.events),
               .done = slice.done};
  int64_t done = job.done + slice.done;
  if (slice.then == Slice::Then::go_on) {
    call.events.push_back(JobAdvanced{.job = job.id, .cursor = {std::move(slice.cursor)}, .done = done, .resumes_at = slice.rests_until});
  } else {
    call.events.push_back(JobEnded{.job = job.id, .status = std::string(status_of(slice.then)), .done = done, .ended_at = moment.now});
  }
  return call;
}

}  // namespace cloudemu::jobs
