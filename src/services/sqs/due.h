#pragma once
#include <vector>

#include "events/envelope.h"
#include "projections/sqs_read_model.h"

namespace cloudemu::sqs {

/// What time does to a queue, as a call of the processor's own.
struct DueWork {
  CallInfo info;
  std::vector<Event> events;  ///< empty: nothing is due
};

/// The rule: of what is due at `now`, at most `limit` messages. Delays and visibility timeouts end, retention removes.
DueWork due_work(const SqsReadModel& state, int64_t queue, TimeMs now, size_t limit);

}  // namespace cloudemu::sqs
