#pragma once
#include <string_view>

#include "projections/state.h"

/// What one service may know of another that it is told to send to.
namespace cloudemu {

enum class Target {
  queue,
  fifo_queue,
  absent,
  elsewhere,  ///< in another region
  malformed   ///< no ARN of a queue
};

/// What stands at an ARN, for somebody in a region.
Target target_of(const State& state, std::string_view arn, std::string_view region);

/// An attribute of the queue at an ARN, "Policy"; empty: it has none, or is not there.
std::string_view queue_attribute(const State& state, std::string_view arn, std::string_view attribute);

}  // namespace cloudemu
