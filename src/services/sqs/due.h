#pragma once
#include <vector>

#include "events/event.h"
#include "projections/sqs_read_model.h"
#include "services/moment.h"

namespace cloudemu::sqs {

/// What time did to a queue's messages: of what is due at `moment`, at most `limit` messages. Retention removes, delays and visibility
/// timeouts end. Empty: nothing is due.
std::vector<Event> due_messages(const SqsReadModel& state, int64_t queue, const Moment& moment, size_t limit);

}  // namespace cloudemu::sqs
