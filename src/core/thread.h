#pragma once
#include <functional>
#include <thread>

#include "core/result.h"

namespace cloudemu {

/// Starts a thread. Error: the system allows no more of them, which std::jthread would say with an exception.
Result<std::jthread> start_thread(std::function<void()> body);

}  // namespace cloudemu
