#pragma once
#include <string>

#include "core/strings.h"
#include "log/frame.h"

namespace cloudemu::log {

/// "event 7", "events 7 to 9"
inline std::string event_range(Sequence first, Sequence last) {
  return first == last ? concat("event ", first) : concat("events ", first, " to ", last);
}

}  // namespace cloudemu::log
