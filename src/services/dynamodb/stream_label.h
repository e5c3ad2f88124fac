#pragma once
#include <string>

#include "core/time_format.h"

namespace cloudemu::dynamodb {

/// "2026-11-23T04:00:00.000": the time a stream was enabled at names it.
inline std::string stream_label(TimeMs now) {
  std::string label = iso8601(now);
  label.pop_back();
  return label;
}

}  // namespace cloudemu::dynamodb
