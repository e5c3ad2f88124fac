#pragma once
#include "projections/dynamodb_read_model.h"
#include "services/job_slice.h"

/// What is in a deleted table or index goes in slices. Nobody can read it meanwhile: numbers of tables and indexes never come back.
namespace cloudemu::dynamodb {

/// jobs::kDropTable. Indexes go first, since their entries refer to the table's items.
jobs::Slice drop_table_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit);

/// jobs::kDropIndex.
jobs::Slice drop_index_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit);

/// The event that starts a job on a table, or (`part`) on one of its indexes.
Event start_job(const jobs::Kind& kind, const Table& table, int64_t part, TimeMs now);

}  // namespace cloudemu::dynamodb
