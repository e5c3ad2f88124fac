#include "services/sqs/batch.h"

#include <algorithm>

#include "core/strings.h"
#include "services/sqs/limits.h"

namespace cloudemu::sqs {

namespace {

bool is_batch_id(std::string_view id) {
  return !id.empty() && id.size() <= kBatchIdMax &&
         std::all_of(id.begin(), id.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

}  // namespace

AwsResult<void> check_batch_ids(const std::vector<query::Text>& ids, std::string_view entry_name) {
  if (ids.empty()) return fail(empty_batch_request(entry_name));
  if (ids.size() > kBatchEntriesMax) return fail(too_many_entries(ids.size()));
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!ids[i]) return fail(missing_parameter(concat(entry_name, '.', i + 1, ".Id")));
    if (!is_batch_id(*ids[i])) return fail(invalid_batch_entry_id());
  }
  for (size_t i = 1; i < ids.size(); ++i) {
    if (std::find(ids.begin(), ids.begin() + static_cast<ptrdiff_t>(i), ids[i]) != ids.begin() + static_cast<ptrdiff_t>(i)) {
      return fail(batch_entry_ids_not_distinct(*ids[i]));
    }
  }
  return {};
}

void write_failed(query::ReplyWriter& reply, const std::vector<FailedEntry>& failed) {
  if (failed.empty()) return;
  reply.begin_list({"Failed", "BatchResultErrorEntry"});
  for (const FailedEntry& entry : failed) {
    AwsError error = in_batch(entry.error);
    reply.begin_item()
        .text("Id", entry.id)
        .boolean("SenderFault", error.status < 500)
        .text("Code", error.code)
        .text("Message", error.message)
        .end_item();
  }
  reply.end_list();
}

}  // namespace cloudemu::sqs
