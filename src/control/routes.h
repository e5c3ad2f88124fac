#pragma once
#include "control/context.h"

namespace cloudemu::control {

/// Who may call a path where commands are guarded.
enum class Access {
  everybody,  ///< it says no more than that the daemon is well
  commander   ///< see Admission
};
/// Whether a call stands in the log of requests: whoever asks how things are, again and again, is not what that is for.
enum class Listed { no, yes };

struct Route {
  std::string_view method;  ///< GET stands for HEAD as well
  std::string_view path;
  Handler serve;
  Access access = Access::commander;
  Listed listed = Listed::yes;
};

/// The row for a request; null if the path or its method is unknown.
const Route* find_route(const http::Request& request);

}  // namespace cloudemu::control
