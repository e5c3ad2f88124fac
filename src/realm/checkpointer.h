#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "projections/sqlite.h"

namespace cloudemu {

/// Moves SQLite's write-ahead log into the state file on a separate thread and connection, so that the loop need not.
///
/// SQLite begins its log anew only where a transaction begins and finds that all of the log is in the file. Under load there is always a
/// commit that came while the thread moved those before it. That one the loop moves itself, right after it, if it is a small one. Once
/// the log has grown long, commits are asked for as soon as the thread is done, so that each is smaller than the one before until one is.
class Checkpointer {
 public:
  static constexpr uint64_t kPagesMin = 2048;   ///< shorter logs are left alone
  static constexpr uint64_t kPagesCheap = 256;  ///< moved within about a millisecond
  static constexpr uint64_t kPagesLong = 8192;
  static constexpr uint64_t kPagesMax = 65536;        ///< longer ones are moved by the loop, whatever it costs
  static constexpr uint64_t kShrunkBytes = 16 << 20;  ///< a state that has so much less than before gives it back

  /// `progress` is called on the thread whenever it has moved all that it was to.
  explicit Checkpointer(const std::string& path, std::function<void()> progress = {});
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  /// On the loop, after each commit and before the next transaction begins. If the log turned out to be damaged, the state is given up.
  /// Returns how many pages were moved here and now.
  uint64_t committed(sqlite::Database& state);
  /// On the loop: the log is long, and all that was committed is in the file. What is committed now is little.
  bool wants_commit() const { return pages_before_ >= kPagesLong && !busy_ && moved_ >= pages_before_; }
  /// Likewise: the log is longer still, and the thread is at it.
  bool is_behind() const { return pages_before_ >= 2 * kPagesLong && busy_; }

 private:
  static std::optional<sqlite::Database> open(const std::string& path);
  void run();
  std::optional<Error> take_damage();

  const std::function<void()> progress_;
  std::optional<sqlite::Database> reader_;  ///< the thread's connection; none: it could not be opened
  std::mutex mutex_;
  std::condition_variable wake_;
  bool wanted_ = false, stop_ = false;
  std::optional<Error> damage_;  ///< that the thread came upon
  std::atomic<bool> busy_{false};
  std::atomic<uint64_t> moved_{0};  ///< pages of the present log that are in the file
  uint64_t pages_before_ = 0;       ///< the loop's: in the log after the last commit
  uint64_t bytes_before_ = 0;       ///< likewise, of the state
  bool shrank_ = false;             ///< likewise: the thread has not given the file's bytes back yet
  std::jthread thread_;             ///< the last member: it is waited for before what it uses goes
};

}  // namespace cloudemu
