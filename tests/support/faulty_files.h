#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/entropy.h"
#include "log/file.h"

namespace cloudemu::test {

/// A disk in memory that fails when told to, and whose power can be cut.
///
/// It is as unkind as a real one. What was not synced may be kept or lost, page by page and sector by sector, in any order; a file may
/// have its new size without its new bytes (they are zero then). Names that were made, changed or removed in a directory that was not
/// synced may each be kept or not. A sync that fails has written some pages and forgets about the others: the next one does not write
/// them, though they can still be read until the power is cut.
class FaultyFileSystem final : public log::FileSystem {
 public:
  /// The calls that can be made to fail, as bits.
  enum Call : unsigned {
    kAppend = 1,
    kSync = 2,
    kTruncate = 4,
    kOpen = 8,
    kRename = 16,
    kRemove = 32,
    kSyncDirectory = 64,
    kMakeDirectories = 128,
    kList = 256,
    kReadSize = 512,
    kSyncAll = 1024,
    kLink = 2048,
    kWriting = kAppend | kSync | kTruncate | kOpen | kRename | kRemove | kSyncDirectory | kMakeDirectories | kSyncAll | kLink,
  };

  /// The next append writes only so many bytes, then fails.
  std::atomic<int64_t> fail_append_after{-1};
  std::atomic<bool> fail_sync{false};
  std::atomic<bool> hold_syncs{false};  ///< a sync takes until this is false again
  std::atomic<bool> disk_full{false};   ///< the error of a failed append
  std::atomic<int> syncs{0};

  /// The n-th call (from 1) of those in `calls` fails with `code`; with Lasting::yes all later ones, too, until heal().
  enum class Lasting { no, yes };
  void fail_nth(unsigned calls, uint64_t n, Errc code, Lasting lasting = Lasting::no);
  void heal();
  /// How often a call failed since fail_nth().
  uint64_t failures();

  Result<std::unique_ptr<log::File>> open(const std::string& path, log::OpenMode mode) override;
  bool exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<void> make_directories(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> link(const std::string& from, const std::string& to) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<void> sync_all(const std::string& path) override;
  Space space(const std::string&) override { return {}; }

  /// The power fails at this very moment, whatever is going on. What is done later happens in a world that never was: power_on() shows
  /// what the disk kept. No file may be open then.
  void cut_power(Entropy& random);
  void power_on();

  /// What can be read now. Setting it puts it on the disk, name and all.
  std::string content(const std::string& path);
  void set_content(const std::string& path, std::string_view bytes);

 private:
  struct Inode {
    std::string live, durable;
    std::set<uint64_t> dirty;  // pages
  };
  using Names = std::map<std::string, std::shared_ptr<Inode>>;  // a directory's value is null
  struct NameChange {
    std::string removed, added;  // paths; one of them may be empty
    std::shared_ptr<Inode> inode;
  };
  class FaultyFile;

  std::optional<Error> refusal(Call call);
  void change_name(NameChange change);
  void touch(Inode& inode, uint64_t from, uint64_t to);
  static void write_all_pages(Inode& inode);
  void write_some_pages(Inode& inode);
  static std::shared_ptr<Inode> after_cut(const Inode& inode, Entropy& random);
  static void apply(Names& names, const NameChange& change);

  std::mutex mutex_;
  Names live_, durable_, after_cut_;
  std::map<std::string, std::vector<NameChange>> pending_;  // by directory
  SeededEntropy chance_{7};

  unsigned failing_calls_ = 0;
  uint64_t calls_until_failure_ = 0, failures_ = 0;
  Errc failure_code_ = Errc::io;
  Lasting lasting_ = Lasting::no;
};

}  // namespace cloudemu::test
