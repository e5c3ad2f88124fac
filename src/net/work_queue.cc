#include "net/work_queue.h"

#include <latch>
#include <vector>

#include "core/thread.h"

namespace cloudemu::net {

namespace {

/// Of the pool, unless UV_THREADPOOL_SIZE says otherwise: http://docs.libuv.org/en/v1.x/threadpool.html
constexpr int kPoolThreads = 4;

}  // namespace

Result<void> WorkQueue::start_threads() {
  std::latch all_tried(1);
  std::vector<std::jthread> tried;
  Result<void> outcome;
  for (int i = 0; outcome && i < kPoolThreads; ++i) {
    auto started = start_thread([&] { all_tried.wait(); });
    if (started) tried.push_back(std::move(*started));
    else outcome = fail(started.error());
  }
  all_tried.count_down();
  tried.clear();  // each is waited for
  if (outcome) submit([] {}, [] {});
  return outcome;
}

}  // namespace cloudemu::net
