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

/// What can be done later and beside: repacking sealed segments, taking snapshots. A thread of its own, of low priority. All of it is
/// optional: a failure is a warning, an interruption loses nothing.
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
  /// Finishes the segment or gives up the snapshot that it is at, leaves the rest. Nothing happens beside any more.
  void stop();

  /// A segment is complete. Any thread.
  void segment_sealed(std::string path);
  /// The state was committed with so many events in it. Takes a snapshot if there is reason to.
  void state_committed(log::Sequence sequence, uint64_t state_bytes);
  /// Has something else done beside, on the same thread.
  void run_beside(std::function<void()> task);
  /// After stop(): takes a snapshot on the calling thread, if any event came after the last and the state is small.
  void final_snapshot(log::Sequence sequence, uint64_t state_bytes);

 private:
  void run();
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
  std::atomic<bool> stop_ = false;
  log::Sequence last_snapshot_ = 0;  // the loop's: the last one asked for
  std::thread thread_;
};

}  // namespace cloudemu
