#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace cloudemu::test {

/// The disk below SQLite, which fails, damages and forgets when told to. It becomes SQLite's default while it is in use, so that all
/// databases opened from then on go through it. Once made it stays: there is one for the whole test program.
class FaultySqlite {
 public:
  enum class Call { open, read, write, sync, truncate, remove, share };

  static FaultySqlite& get();

  /// Lets the n-th call of a kind from now on fail (from 1), and with `lasting` all of that kind after it.
  struct Fault {
    Call call;
    uint64_t nth;
    int code;  ///< SQLite's, e.g. SQLITE_FULL; see disk_full() and io_error()
    bool lasting = false;
  };
  void arm(const Fault& fault);
  /// All is well again. Returns how many calls failed.
  uint64_t disarm();
  bool fired() const { return fired_ > 0; }
  static int disk_full();
  static int io_error(Call call);

  /// From now on notes what is not synced, for the files below a directory.
  void watch(std::string directory);
  /// The power failed: of each file that is watched, every block written since its last sync is there or as it was before, or half of
  /// each, as `choose(n)` (a number below n) has it; so are its length, and its removal. For files that nobody has open any more.
  void cut_power(const std::function<uint64_t(uint64_t)>& choose);

  /// For the VFS.
  int check(Call call);
  void note_write(const std::string& path, uint64_t offset, uint64_t bytes);
  void note_sync(const std::string& path);
  void note_remove(const std::string& path);

 private:
  struct Unsynced {
    uint64_t size_before = 0;
    std::map<uint64_t, std::string> blocks_before;  ///< by number
    bool removed = false;
  };

  FaultySqlite() = default;
  Unsynced* watched(const std::string& path);

  std::mutex mutex_;
  std::optional<Fault> fault_;
  uint64_t seen_ = 0;
  std::atomic<uint64_t> fired_{0};
  std::string directory_;
  std::map<std::string, Unsynced> unsynced_;
};

}  // namespace cloudemu::test
