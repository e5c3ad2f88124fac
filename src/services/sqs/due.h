#pragma once
#include <vector>

#include "events/envelope.h"
#include "projections/sqs_read_model.h"
#include "services/call.h"

namespace cloudemu::sqs {

/// What time does to a queue, as a call of the processor's own.
struct DueWork {
  CallInfo info;
  std::vector<Event> events;  ///< empty: nothing is due
};

/// The rule: of what is due at `moment`, at most `limit` messages. Retention removes, delays and visibility timeouts end, and a message
/// move task goes on.
DueWork due_work(const SqsReadModel& state, int64_t queue, const Moment& moment, size_t limit);

}  // namespace cloudemu::sqs
