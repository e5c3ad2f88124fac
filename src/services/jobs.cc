#include "services/jobs.h"

#include "core/strings.h"
#include "services/dynamodb/drop_rows.h"
#include "services/dynamodb/fill_index.h"
#include "services/sqs/clear_leftovers.h"

namespace cloudemu::jobs {

namespace {

struct Kind {
  std::string_view name;
  SliceRule slice;
};
constexpr Kind kKinds[] = {
    {dynamodb::kDropIndexJob, dynamodb::drop_index_slice},
    {dynamodb::kDropTableJob, dynamodb::drop_table_slice},
    {dynamodb::kFillIndexJob, dynamodb::fill_index_slice},
    {sqs::kClearJob, sqs::clear_slice},
};

Slice slice_of(const State& state, const Job& job, const Moment& moment, size_t limit) {
  for (const Kind& kind : kKinds) {
    if (kind.name == job.kind) return kind.slice(state, job, moment, limit);
  }
  return cancelled();
}

}  // namespace

SliceCall next_slice(const State& state, const Job& job, const Moment& moment, size_t limit) {
  Slice slice = slice_of(state, job, moment, limit);
  SliceCall call{.info = {.operation = concat("Job:", job.kind), .account = job.account, .region = job.region},
                 .events = std::move(slice.events),
                 .done = slice.done};
  int64_t done = job.done + slice.done;
  if (slice.then == Slice::Then::go_on) {
    call.events.push_back(JobAdvanced{.job = job.id, .cursor = {std::move(slice.cursor)}, .done = done});
  } else {
    std::string_view status = slice.then == Slice::Then::completed ? "COMPLETED" : "CANCELLED";
    call.events.push_back(JobEnded{.job = job.id, .status = std::string(status), .done = done, .ended_at = moment.now});
  }
  return call;
}

}  // namespace cloudemu::jobs
