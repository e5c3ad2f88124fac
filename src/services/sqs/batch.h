#pragma once
#include <string>
#include <vector>

#include "services/query/reply.h"
#include "services/sqs/errors.h"
#include "services/sqs/inputs.h"

/// What the batch operations share: ten entries at most, each with an id; one that fails does not stop the others.
namespace cloudemu::sqs {

/// The ids of a batch as a whole. Errors: EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId,
/// BatchEntryIdsNotDistinct, MissingParameter.
AwsResult<void> check_batch_ids(const std::vector<query::Text>& ids, std::string_view entry_name);

template <class Entry>
AwsResult<void> check_batch(const BatchInput<Entry>& input) {
  std::vector<query::Text> ids;
  for (const Entry& entry : input.entries) ids.push_back(entry.id);
  return check_batch_ids(ids, BatchNames<Entry>::kEntry);
}

/// An entry that was refused.
struct FailedEntry {
  std::string_view id;
  AwsError error;
};
/// Writes the member Failed, if there are any.
void write_failed(query::ReplyWriter& reply, const std::vector<FailedEntry>& failed);

}  // namespace cloudemu::sqs
