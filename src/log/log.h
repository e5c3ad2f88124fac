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
#include "log/lines.h"
#include "log/recovery.h"
#include "log/segment_writer.h"

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
/// A write that fails for want of space or descriptors is taken back, and all that waited with it is refused; once forget_refused() was
/// called, the writer tries now and then, and failed() turns false again when writing is possible. Any other failure, and every failed
/// sync, is final: what was not promised is taken away, and only opening the log again recovers.
class Log {
 public:
  /// `none`: events are numbered and forgotten; for a daemon whose history nobody can read.
  enum class Keep { all, none };

  struct Options {
    Keep keep = Keep::all;
    Sequence after = 0;  ///< with Keep::none: the event that comes before the first one
    SyncMode sync = SyncMode::always;
    uint64_t segment_bytes_max = 64 << 20;
    int compression_level = 1;
    uint32_t probe_ms = 250;  ///< between tries to write after a failure that may pass
    KnownEnd known_end = {};  ///< opening is refused if the log ends before this
  };

  /// Recovers `directory` (made if absent) and starts the writer. `progress` is called on the writer's thread whenever durable() has
  /// grown or failure() has come or gone, `sealed` when a segment is complete.
  static Result<std::unique_ptr<Log>> open(FileSystem& files, std::string directory, Options options, TimeMs now,
                                           std::function<void()> progress, std::function<void(std::string path)> sealed = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Adds the events of one call to the open batch; they will share a frame. May submit: if replies wait for a sync, an idle disk is
  /// better used at once than at the end of the turn.
  void append(const CallLines& call, TimeMs wall_time);
  /// Hands the open batch to the writer. Cheap when it is empty.
  void submit();

  bool keeps_events() const { return options_.keep == Keep::all; }
  Sequence last_sequence() const { return last_sequence_; }
  /// Wall time of the last event; 0 in an empty log.
  TimeMs last_time() const { return last_time_; }
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
  /// After a failure: forgets what was appended and did not become durable. last_sequence() is durable() then.
  void forget_refused();

 private:
  struct Batch {
    Lines lines;
    Sequence first = 0;
    uint32_t count = 0;
    TimeMs wall_time = 0;
  };

  Log(FileSystem& files, std::string directory, Options options, const Recovery& recovery);
  enum class Work { none, write, write_and_sync };
  void run();
  Work next_work(Batch& batch);
  Result<void> write(const Batch& batch, bool sync);
  bool recover_from(Error error);
  void set_failure(Error error);

  const Options options_;
  std::function<void()> progress_;
  std::function<void(std::string)> sealed_;
  std::vector<std::string> warnings_;

  // The appending thread's.
  Batch open_;
  Sequence last_sequence_ = 0;
  TimeMs last_time_ = 0;

  // The writer thread's.
  SegmentWriter writer_;
  std::string joined_;  // room for a frame's lines that stand apart
  uint64_t last_sync_ms_ = 0;

  // Shared.
  mutable std::mutex mutex_;
  std::condition_variable wake_writer_, wake_waiters_;
  Batch queued_;
  Chain chain_{};
  Sequence written_ = 0, synced_ = 0;
  Sequence sync_wanted_ = 0;  ///< the last event that somebody wants on the disk
  bool stop_ = false;
  std::optional<Error> failure_;
  bool refused_forgotten_ = false;
  std::atomic<Sequence> durable_{0};
  std::atomic<bool> failed_{false};
  std::atomic<bool> idle_{false};  ///< the writer waits for a batch

  std::jthread thread_;
};

}  // namespace cloudemu::log
