#include "realm/maintenance.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "core/strings.h"
#include "core/thread.h"
#include "history/past.h"
#include "log/recovery.h"
#include "log/repack.h"
#include "realm/free_space.h"

namespace cloudemu {

namespace {

void warn(std::string_view what, const Error& error) {
  std::fprintf(stderr, "cloudemu: warning: %.*s: %s\n", static_cast<int>(what.size()), what.data(), error.context.c_str());
}

}  // namespace

Maintenance::Maintenance(log::FileSystem& files, std::string data_dir, std::function<Result<void>(log::Sequence)> log_is_synced)
    : files_(files),
      data_dir_(std::move(data_dir)),
      log_is_synced_(std::move(log_is_synced)),
      snapshots_(files, history::snapshot_directory(data_dir_)) {
  sweep();
  if (auto known = snapshots_.list(); known && !known->empty()) last_snapshot_ = known->back();
  // Segments that an earlier run sealed but did not get round to; the last one is in use, or will be found sealed and left.
  if (auto names = log::list_segments(files_, history::log_directory(data_dir_)); names && !names->empty()) {
    names->pop_back();
    for (const std::string& name : *names) sealed_.push_back(concat(history::log_directory(data_dir_), "/", name));
  }
  auto started = start_thread([this] { run(); });
  if (started) thread_ = std::move(*started);
  else warn("snapshots and repacking", started.error());
}

void Maintenance::sweep() {
  auto remove_all = [&](const std::string& directory) -> Result<void> {
    for (const std::string& name : TRY(files_.list(directory))) TRY(files_.remove(concat(directory, "/", name)));
    return {};
  };
  if (auto swept = snapshots_.sweep(); !swept) warn("removing unfinished snapshots", swept.error());
  if (auto swept = remove_all(history::past_directory(data_dir_)); !swept) warn("removing temporary files", swept.error());
}

void Maintenance::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Maintenance::segment_sealed(std::string path) {
  {
    std::lock_guard lock(mutex_);
    sealed_.push_back(std::move(path));
    rests_ = false;
  }
  wake_.notify_one();
}

void Maintenance::state_committed(log::Sequence sequence, uint64_t state_bytes) {
  uint64_t interval = std::max(kSnapshotEventsMin, state_bytes / kStateBytesPerEvent);
  if (sequence - last_snapshot_ < interval) return;
  last_snapshot_ = sequence;
  {
    std::lock_guard lock(mutex_);
    snapshot_wanted_ = true;
    rests_ = false;
  }
  wake_.notify_one();
}

void Maintenance::run_beside(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void Maintenance::final_snapshot(log::Sequence sequence, uint64_t state_bytes) {
  if (sequence > last_snapshot_ && state_bytes <= kFinalStateBytesMax) snapshot({});
}

void Maintenance::run() {
  (void)::nice(10);  // on Linux this thread's alone
  while (true) {
    std::string path;
    std::function<void()> task;
    bool take_snapshot = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stop_ || snapshot_wanted_ || !tasks_.empty() || (!sealed_.empty() && !rests_); });
      if (stop_) return;
      take_snapshot = std::exchange(snapshot_wanted_, false);
      if (!take_snapshot && !tasks_.empty()) {
        task = std::move(tasks_.front());
        tasks_.pop_front();
      } else if (!take_snapshot) {
        path = std::move(sealed_.front());
        sealed_.pop_front();
      }
    }
    if (take_snapshot) snapshot([this] { return !stop_; });
    else if (task) task();
    else repack(path);
  }
}

bool Maintenance::fits(uint64_t bytes) {
  auto space = files_.space(data_dir_);
  return space.free >= bytes + reserve_bytes(space);
}

void Maintenance::repack(const std::string& path) {
  auto file = files_.open(path, log::OpenMode::read);
  if (!file) return;  // given up meanwhile
  if (!fits((*file)->size().value_or(0))) {
    std::lock_guard lock(mutex_);
    sealed_.push_front(path);
    rests_ = true;
    return;
  }
  if (auto done = log::repack_segment(files_, path); !done) warn("repacking " + path, done.error());
}

void Maintenance::snapshot(const std::function<bool()>& keep_going) {
  auto taken = snapshots_.write(history::state_path(data_dir_), {.keep_going = keep_going, .log_is_synced = log_is_synced_});
  if (!taken && taken.error().code == Errc::busy) return;
  if (!taken) return warn("taking a snapshot", taken.error());
  if (auto thinned = snapshots_.thin(kSnapshotsMax); !thinned) warn("removing old snapshots", thinned.error());
}

}  // namespace cloudemu
