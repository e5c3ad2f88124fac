#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "history/snapshots.h"
#include "log/file.h"

namespace cloudemu {

/// Work that can be done later, beside the loop: repacking sealed segments, taking snapshots, shortening the log. It runs on one thread, of
/// low priority. All of it is optional: a failure is a warning, an interruption loses nothing.
///
/// It exists from the end of recovery until before the last snapshot. The files that it makes besides its results are its own (unfinished
/// snapshots, past/): it removes what an earlier run left. It takes no space from the log and the state: what does not fit
/// above the reserve waits.
class Maintenance {
 public:
  static constexpr uint64_t kSnapshotEventsMin = 50'000;
  /// A snapshot costs by the size of the state, replaying by the number of events: this keeps the two in proportion.
  static constexpr uint64_t kStateBytesPerEvent = 1000;
  static constexpr size_t kSnapshotsMax = 32;
  /// A state up to this size is worth a snapshot at the end: it takes a moment, and whoever lost the state file starts as quickly.
  static constexpr uint64_t kFinalStateBytesMax = 16 << 20;

  /// `log_is_synced` waits until an event is on the disk.
  Maintenance(log::FileSystem& files, std::string data_dir, std::function<Result<void>(log::Sequence)> log_is_synced);
  ~Maintenance() { stop(); }
  /// Finishes the segment or gives up the snapshot that is under way, and leaves the rest. Nothing runs beside the loop any more.
  void stop();

  /// A segment is complete. Any thread.
  void segment_sealed(std::string path);
  /// The state was committed as of event `sequence`. Takes a snapshot if the last one is far behind.
  void state_committed(log::Sequence sequence, uint64_t state_bytes);
  /// Runs a task on the same thread: snapshots and segments are nobody else's meanwhile.
  void run_beside(std::function<void()> task);
  /// After stop(): takes a snapshot on the calling thread, if any event came after the last and the state is small.
  void final_snapshot(log::Sequence sequence, uint64_t state_bytes);

 private:
  void sweep();
  void run();
  bool fits(uint64_t bytes);
  void repack(const std::string& path);
  void snapshot(const std::function<bool()>& keep_going);

  log::FileSystem& files_;
  const std::string data_dir_;
  const std::function<Result<void>(log::Sequence)> log_is_synced_;
  history::SnapshotStore snapshots_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::string> sealed_;
  std::deque<std::function<void()>> tasks_;
  bool snapshot_wanted_ = false;
  bool rests_ = false;  ///< no space for repacking: until the next segment or commit
  std::atomic<bool> stop_ = false;
  log::Sequence last_snapshot_ = 0;  // the loop's: the last one asked for
  std::jthread thread_;
};

}  // namespace cloudemu
