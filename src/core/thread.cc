#include "core/thread.h"

#include <system_error>
#include <utility>

#include "core/strings.h"

namespace cloudemu {

Result<std::jthread> start_thread(std::function<void()> body) {
  try {
    return std::jthread(std::move(body));
  } catch (const std::system_error& refused) {
    return fail(Errc::busy,
                concat("cannot start a thread: ", refused.code().message(), " (see ulimit -u, and the pids that a container may have)"));
  }
}

}  // namespace cloudemu
