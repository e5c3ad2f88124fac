#pragma once
#include "projections/dynamodb_read_model.h"
#include "services/happened.h"
#include "services/job_slice.h"

/// What backups leave to be done in slices.
namespace cloudemu::dynamodb {

/// jobs::kRestoreTable: copies items into a new table. A table whose items cannot be had goes.
jobs::Slice restore_table_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit, const Brought* brought);

/// jobs::kDropVersions: lets go of the earlier versions of items that a deleted backup needed.
jobs::Slice drop_versions_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit);

/// The event that starts the job which an event asks for: a table is to be filled, a backup to be cleared away. Nothing for others.
std::optional<Event> job_after(const DynamoDbReadModel& state, const Happened& happened, TimeMs now);

}  // namespace cloudemu::dynamodb
