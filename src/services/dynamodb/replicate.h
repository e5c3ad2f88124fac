#pragma once
#include <vector>

#include "projections/dynamodb_read_model.h"
#include "services/happened.h"
#include "services/job_slice.h"
#include "services/moment.h"

/// Global tables: what is written to a table in one region is written to its replicas in others, as part of the same call. So there is an
/// order of all writes, and the last one wins. Large items follow a little later, by jobs, in the order in which they were written.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
namespace cloudemu::dynamodb {

/// The writes of replicas that follow from the write of an item, or the jobs that make them.
std::vector<Event> replicated(const DynamoDbReadModel& state, const Happened& happened, const Moment& moment);

/// jobs::kReplicateItem: writes an item as it is now to a replica. Where another region's later write is still to be replicated, that one
/// wins, and this one goes nowhere.
jobs::Slice replicate_item_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit);

/// jobs::kFillReplica: copies the items that a table had before it got a replica. Writes go to both from its first moment on.
jobs::Slice fill_replica_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit);

}  // namespace cloudemu::dynamodb
