#pragma once
#include <deque>
#include <functional>
#include <utility>

#include "net/work_queue.h"

namespace cloudemu::net {

/// Lets so many jobs at once onto the worker threads; the others wait in line. So however many of their kind there are, threads are left
/// for other work.
class Turnstile {
 public:
  Turnstile(WorkQueue& work, size_t at_once) : work_(work), free_(at_once) {}

  /// As WorkQueue::submit(). `wanted` is asked on the loop's thread when it is the job's turn: if not, neither of the others is called.
  void submit(std::function<bool()> wanted, std::function<void()> work, std::function<void()> done) {
    waiting_.push_back({std::move(wanted), std::move(work), std::move(done)});
    let_in();
  }

 private:
  struct Job {
    std::function<bool()> wanted;
    std::function<void()> work, done;
  };

  void let_in() {
    while (free_ > 0 && !waiting_.empty()) {
      Job job = std::move(waiting_.front());
      waiting_.pop_front();
      if (!job.wanted()) continue;
      --free_;
      work_.submit(std::move(job.work), [this, done = std::move(job.done)] {
        ++free_;
        done();
        let_in();
      });
    }
  }

  WorkQueue& work_;
  size_t free_;
  std::deque<Job> waiting_;
};

}  // namespace cloudemu::net
