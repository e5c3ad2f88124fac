#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "log/blob_reader.h"
#include "log/file.h"

namespace cloudemu::log {

class BlobStore;

/// Keeps a blob from being removed while somebody reads it, or has uploaded it and not yet said whether an event will name it.
/// Any thread. Must not outlive the store.
class BlobPin {
 public:
  BlobPin() = default;
  BlobPin(BlobPin&& other) noexcept : store_(std::exchange(other.store_, nullptr)), name_(std::move(other.name_)) {}
  BlobPin& operator=(BlobPin&& other) noexcept {
    std::swap(store_, other.store_);
    std::swap(name_, other.name_);
    return *this;
  }
  ~BlobPin();

 private:
  friend class BlobStore;
  BlobPin(BlobStore& store, std::string name) : store_(&store), name_(std::move(name)) {}
  BlobStore* store_ = nullptr;
  std::string name_;
};

/// Object bodies too large for an event, one file each, named by the SHA-256 of what is in it: `blobs/ab/abcd….blob`. A blob is
/// complete and on the disk before any event names it, and is never changed. Safe to use from several threads.
///
/// A file that is there is never trusted to be good: who brings the same bytes again replaces it. So an upload heals what a disk
/// has damaged, and no name counts as durable that this very upload did not make so.
class BlobStore {
 public:
  enum class Durability { synced, unsynced };

  /// A blob being written; gone again if it is dropped without commit().
  class Writer {
   public:
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    Result<void> append(std::string_view bytes) {
      sums_.add(bytes);
      return file_->append(bytes);
    }
    /// Gives the blob its name. `sha256`: hexadecimal. If the pin goes before named() was called, the blob goes with it, unless
    /// there was one of that name before.
    Result<BlobPin> commit(const std::string& sha256);

   private:
    friend class BlobStore;
    Writer(BlobStore& store, std::string path, std::unique_ptr<File> file)
        : store_(store), path_(std::move(path)), file_(std::move(file)) {}
    BlobStore& store_;
    std::string path_;
    std::unique_ptr<File> file_;
    BlobSums sums_;
    bool committed_ = false;
  };

  BlobStore(FileSystem& files, std::string directory, Durability durability);
  ~BlobStore();
  BlobStore(const BlobStore&) = delete;
  BlobStore& operator=(const BlobStore&) = delete;

  /// Makes the directories and removes what unfinished uploads of an earlier process left.
  Result<void> prepare();
  Result<std::unique_ptr<Writer>> create();
  /// Error: Errc::not_found, Errc::corrupt, Errc::io, with the blob's name.
  Result<std::unique_ptr<BlobReader>> open(const std::string& sha256) const;
  /// The names of all blobs. Slow: reads 256 directories.
  Result<std::set<std::string>> list() const;
  /// Bytes of a blob's file; 0 if it is absent.
  uint64_t file_bytes(const std::string& sha256) const;
  /// Takes over a blob of another store, by a second name for its file, or a copy where the disk has no links. Not made durable.
  Result<void> share(const BlobStore& from, const std::string& sha256);
  /// Removes a blob at once, pinned or not: for tools, while no daemon runs.
  Result<void> remove(const std::string& sha256);

  BlobPin pin(const std::string& sha256);
  /// An event names this blob: it stays.
  void named(const std::string& sha256);
  /// Nothing names this blob any more: it goes as soon as nobody has it pinned.
  void unnamed(const std::string& sha256);
  /// Nothing names any of these any more: unnamed(), as a whole and at once, however many they are. collect() looks at each.
  void forsake(std::unordered_map<std::string, uint64_t> names);
  /// From here on remembers the names passed to named(); false if it does so already. For removing blobs by an older state of the log.
  bool watch_names();
  void forget_names();
  /// Removes a blob that is neither pinned nor was named since watch_names().
  void remove_unless_named(const std::string& sha256);
  /// Whether there is work for collect(). Cheap.
  bool has_garbage() const { return has_garbage_.load(std::memory_order_relaxed); }
  /// Removes what is not wanted any more. Removing large files takes time: not on the loop's thread.
  void collect();

 private:
  friend class BlobPin;
  /// What is known of a blob that is pinned, or waits to be removed.
  struct Entry {
    size_t pins = 0;
    bool wanted = true;  ///< something names it, or may
  };

  std::string directory_of(const std::string& sha256) const;
  std::string path_of(const std::string& sha256) const;
  std::string old_path_of(const std::string& sha256) const;
  std::string temporary_directory() const;
  std::string unsynced_mark() const;
  bool exists(const std::string& sha256) const;
  Result<void> make_directory(const std::string& directory);
  Result<BlobPin> publish(const std::string& from, const std::string& sha256);
  void take_name(const std::string& sha256, std::vector<std::string>& paths);
  void discard(std::string path);
  bool unname_one();
  void unname(const std::string& sha256);
  void unpin(const std::string& sha256);

  FileSystem& files_;
  std::string directory_;
  Durability durability_;
  std::atomic<uint64_t> next_temporary_{1};
  std::atomic<bool> has_garbage_{false};

  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::set<std::string> synced_directories_;  ///< whose own name is on the disk
  std::optional<std::set<std::string>> named_since_;
  std::vector<std::string> garbage_;  ///< names
  std::vector<std::unordered_map<std::string, uint64_t>> forsaken_;
  std::vector<std::string> dropped_;  ///< paths of files that never got a name
};

}  // namespace cloudemu::log
