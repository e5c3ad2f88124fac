#pragma once
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

  Maintenance(log::FileSystem& files, std::string data_dir);
  /// Finishes what it is at, leaves the rest.
  ~Maintenance();

  /// A segment is complete. Any thread.
  void segment_sealed(std::string path);
  /// The state was committed with so many events in it. Takes a snapshot if there is reason to.
  void state_committed(log::Sequence sequence, uint64_t state_bytes);
  /// Has something else done beside, on the same thread.
  void run_beside(std::function<void()> task);
  /// Takes a snapshot now, on the calling thread, if any event came after the last; for the end of the daemon.
  void final_snapshot(log::Sequence sequence);

 private:
  void run();
  void repack(const std::string& path);
  void snapshot();

  log::FileSystem& files_;
  const std::string data_dir_;
  history::SnapshotStore snapshots_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::string> sealed_;
  std::deque<std::function<void()>> tasks_;
  bool snapshot_wanted_ = false;
  bool stop_ = false;
  log::Sequence last_snapshot_ = 0;  // the loop's: the last one asked for
  std::thread thread_;
};

}  // namespace cloudemu
