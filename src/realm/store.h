#pragma once
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "core/clock.h"
#include "history/past.h"
#include "history/state_file.h"
#include "log/blob_store.h"
#include "log/file.h"
#include "log/lock_file.h"
#include "log/log.h"
#include "projections/state.h"
#include "realm/checkpointer.h"
#include "realm/maintenance.h"
#include "realm/retention.h"

namespace cloudemu {

/// A data directory that was opened for serving, or its stand-in in memory: lock, log, state, blobs.
///
///   DATA_DIR/LOCK   DATA_DIR/log/*.seg   DATA_DIR/blobs/   DATA_DIR/state.db   DATA_DIR/snapshots/
class Store {
 public:
  struct Options {
    std::string data_dir = {};  ///< empty: in memory
    /// Without a data directory: the log is kept in memory, in "/log" of files(). Else events are forgotten once they are applied.
    bool keep_history = false;
    log::SyncMode sync = log::SyncMode::always;
    Retention::Limits retention = {};
    std::string boot_id = {};  ///< names this run of the machine; empty: the kernel's
  };
  /// `progress` is called on other threads whenever the log, or the state's file, has got on. Errors say in one sentence what to do.
  static Result<std::unique_ptr<Store>> open(Options options, const Clock& clock, std::function<void()> progress);
  ~Store();

  /// The earliest moment, by the virtual clock, whose state can be made of the log. Without a data directory no past state can.
  TimeMs history_since() const { return history_since_.load(std::memory_order_relaxed); }

  /// The state was committed, and no new transaction has begun: what can be done beside is set going.
  void state_committed();
  /// Whether a commit now would let SQLite's log begin anew at little cost.
  bool wants_commit() const { return checkpointer_ && checkpointer_->wants_commit(); }
  /// Whether SQLite's log grows faster than it is moved into the file: let commits wait.
  bool is_behind() const { return checkpointer_ && checkpointer_->is_behind(); }

  log::Log& log() { return *log_; }
  State& state() { return *state_; }
  log::BlobStore& blobs() { return *blobs_; }
  log::FileSystem& files() { return *files_; }
  bool persistent() const { return !directory_.empty(); }
  const std::string& directory() const { return directory_; }
  /// Whether opening found a state that could be brought up to date, instead of making it of the log.
  bool state_is_reused() const { return state_is_reused_; }
  const std::string& boot_id() const { return boot_id_; }

  /// Makes the state what the log says it was after event `until`: from its last commit if that can be read and is not newer, else from
  /// a snapshot or the first event. A transaction is open afterwards. Error: the state stays numb; it may be tried again. Errc::busy: it is
  /// being rebuilt on another thread, which takes a while; ask again.
  Result<void> rewind(State& state, log::Sequence until);
  /// Removes the blobs that nothing names any more; on a worker thread.
  void collect_garbage();
  /// Free space is below the reserve that keeps the log and the state whole.
  bool disk_full();
  /// The state was committed: brings it onto the disk, marks it as ended in order, and closes all.
  void close();

 private:
  Store() = default;
  Result<void> open_state();
  void note_history();
  Result<void> check_checkpoint(const Checkpoint& checkpoint) const;
  Result<std::unique_ptr<State>> reuse_state();
  Result<void> catch_up(State& state);
  Result<void> build_new(log::Sequence until);
  struct Rebuild {
    log::Sequence until;
    std::future<Result<void>> built;
    std::jthread thread;
  };
  Rebuild build_beside(log::Sequence until);
  Result<sqlite::Database> rebuild(log::Sequence until);
  Result<sqlite::Database> take_new(Result<void> built);
  Result<sqlite::Database> open_database();
  Result<void> roll_back(State& state, log::Sequence until);
  Result<void> end_in_order();
  Checkpoint checkpoint_here(bool clean) const;
  std::string log_directory() const { return history::log_directory(directory_); }

  std::string directory_;
  const Clock* clock_ = nullptr;
  std::function<void()> progress_;
  log::SyncMode sync_ = log::SyncMode::no;
  std::atomic<uint64_t> next_trim_ms_{0};
  std::string boot_id_;
  bool state_is_reused_ = false;
  std::atomic<TimeMs> history_since_{INT64_MAX};
  std::unique_ptr<log::FileSystem> files_;
  std::optional<history::StateFile> state_file_;
  std::unique_ptr<log::LockFile> lock_;
  std::unique_ptr<log::BlobStore> blobs_;
  std::unique_ptr<Retention> retention_;  // none without limits
  std::unique_ptr<Maintenance> maintenance_;
  std::unique_ptr<log::Log> log_;  // tells maintenance_ of sealed segments
  std::unique_ptr<State> state_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::optional<Rebuild> rebuild_;  // under way
};

}  // namespace cloudemu
