#pragma once
#include <cstdint>

#include "events/envelope.h"

namespace cloudemu {

/// An event that was applied just now, and the call that it belongs to.
struct Happened {
  const Event& event;
  uint64_t sequence;
  const CallInfo& call;
  uint64_t request_id;
};

}  // namespace cloudemu
