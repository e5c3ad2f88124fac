#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "log/file.h"
#include "log/frame.h"
#include "log/recovery.h"

namespace cloudemu::log {

/// When an event counts as safe, in Redis's words.
enum class SyncMode {
  always,    ///< once it is on the disk: survives a power cut
  everysec,  ///< once it is in the operating system: survives a kill; the disk follows within a second
  no         ///< likewise; the disk follows when the system pleases
};

/// The append-only log. One thread appends; a writer thread of the log's own turns what has gathered into one frame, one write and
/// one sync (group commit), while the next batch gathers.
///
/// A failed write or sync is final: failure() is set, every later append is refused, and only opening the log again recovers.
class Log {
 public:
  /// `none`: events are numbered and forgotten; for a daemon whose history nobody can read.
  enum class Keep { all, none };

  struct Options {
    Keep keep = Keep::all;
    SyncMode sync = SyncMode::always;
    uint64_t segment_bytes_max = 64 << 20;
    int compression_level = 1;
  };

  /// Recovers `directory` (made if absent) and starts the writer. `progress` is called on the writer's thread whenever durable() has
  /// grown or failure() was set, `sealed` when a segment is complete.
  static Result<std::unique_ptr<Log>> open(FileSystem& files, std::string directory, Options options, TimeMs now,
                                           std::function<void()> progress, std::function<void(std::string path)> sealed = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Adds the events of one call to the open batch; they will share a frame. `lines`: one JSON line each, with newline. May submit:
  /// if replies wait for a sync, an idle disk is better used at once than at the end of the turn.
  void append(std::string_view lines, uint32_t count, TimeMs wall_time);
  /// Hands the open batch to the writer. Cheap when it is empty.
  void submit();

  bool keeps_events() const { return options_.keep == Keep::all; }
  Sequence last_sequence() const { return last_sequence_; }
  /// The last event that is safe by the sync mode.
  Sequence durable() const { return durable_.load(std::memory_order_acquire); }
  /// Submits, and waits until all appended events are safe, on the disk too. Error: the failure.
  Result<void> flush();
  /// Submits, and waits until all appended events are safe by the sync mode. Error: the failure.
  Result<void> wait_durable();
  /// Waits until an event that is durable() is on the disk, too, in any sync mode. Any thread. Error: the failure.
  Result<void> wait_synced(Sequence sequence);
  /// The chain after the last event; valid while durable() is that event.
  Chain chain() const;
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  std::optional<Error> failure() const;

 private:
  struct Batch {
    std::string lines;
    Sequence first = 0;
    uint32_t count = 0;
    TimeMs wall_time = 0;
  };

  Log(FileSystem& files, std::string directory, Options options, Recovery recovery);
  void run();
  Result<void> write(const Batch& batch);
  Result<void> roll();
  void set_failure(Error error);

  FileSystem& files_;
  const std::string directory_;
  const Options options_;
  std::function<void()> progress_;
  std::function<void(std::string)> sealed_;
  std::vector<std::string> warnings_;

  // The appending thread's.
  Batch open_;
  Sequence last_sequence_ = 0;

  // The writer thread's.
  FrameEncoder encoder_;
  std::unique_ptr<File> file_;
  std::string path_;
  Footer footer_;
  uint64_t bytes_ = 0;

  // Shared.
  mutable std::mutex mutex_;
  std::condition_variable wake_writer_, wake_waiters_;
  Batch queued_;
  Chain chain_{};
  Sequence written_ = 0, synced_ = 0;
  Sequence sync_wanted_ = 0;  ///< the last event that somebody wants on the disk
  bool stop_ = false;
  std::optional<Error> failure_;
  std::atomic<Sequence> durable_{0};
  std::atomic<bool> failed_{false};
  std::atomic<bool> idle_{false};  ///< the writer waits for a batch

  std::thread thread_;
};

}  // namespace cloudemu::log
