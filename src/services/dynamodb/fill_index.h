#pragma once
#include "projections/dynamodb_read_model.h"
#include "services/job_slice.h"

/// A global index that is added to a table with items: they get their entries in slices, in the order of their keys. Writes maintain the
/// index from its first moment on, whether their items were reached already or not; queries are refused until it is complete.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
namespace cloudemu::dynamodb {

/// jobs::kFillIndex. The cursor is the ordering key from which the next slice goes on.
jobs::Slice fill_index_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit);

/// Null if there is none.
const IndexDescription* find_index(const TableDescription& table, int64_t number);

}  // namespace cloudemu::dynamodb
