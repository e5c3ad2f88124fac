#pragma once
#include <uv.h>

#include <functional>
#include <memory>

#include "core/result.h"

namespace cloudemu::net {

/// Runs work that would stall the loop (hashing, files) on libuv's thread pool.
class WorkQueue {
 public:
  explicit WorkQueue(uv_loop_t* loop) : loop_(loop) {}

  /// Starts the pool's threads. libuv would do so at the first submit(), and end the process if the system refused one. Error: it refuses.
  Result<void> start_threads();

  /// `work` runs on a pool thread, then `done` on the loop's thread. Both are always run, once.
  void submit(std::function<void()> work, std::function<void()> done) {
    auto job = std::make_unique<Job>();
    job->work = std::move(work);
    job->done = std::move(done);
    job->request.data = job.get();
    uv_queue_work(
        loop_, &job->request, [](uv_work_t* request) { static_cast<Job*>(request->data)->work(); },
        [](uv_work_t* request, int) {
          std::unique_ptr<Job> finished(static_cast<Job*>(request->data));
          finished->done();
        });
    (void)job.release();  // libuv has it now
  }

 private:
  struct Job {
    uv_work_t request;
    std::function<void()> work, done;
  };
  uv_loop_t* loop_;
};

}  // namespace cloudemu::net
