#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "log/file.h"

namespace cloudemu::log {

/// Object bodies too large for an event, one file each, named by the SHA-256 of what is in it: `blobs/ab/abcd...`. A blob is
/// complete and on the disk before any event names it, and is never changed. Safe to use from several threads.
class BlobStore {
 public:
  enum class Durability { synced, unsynced };

  /// A blob being written; gone again if it is dropped without commit().
  class Writer {
   public:
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    Result<void> append(std::string_view bytes) { return file_->append(bytes); }
    /// Gives the blob its name. `sha256`: hexadecimal.
    Result<void> commit(const std::string& sha256);

   private:
    friend class BlobStore;
    Writer(BlobStore& store, std::string path, std::unique_ptr<File> file)
        : store_(store), path_(std::move(path)), file_(std::move(file)) {}
    BlobStore& store_;
    std::string path_;
    std::unique_ptr<File> file_;
    bool committed_ = false;
  };

  BlobStore(FileSystem& files, std::string directory, Durability durability);

  /// Makes the directories and removes what unfinished uploads of an earlier process left.
  Result<void> prepare();
  Result<std::unique_ptr<Writer>> create();
  /// Error: Errc::not_found, Errc::io.
  Result<std::unique_ptr<File>> open(const std::string& sha256) const;

 private:
  std::string directory_of(const std::string& sha256) const;
  std::string path_of(const std::string& sha256) const;
  std::string temporary_directory() const;

  FileSystem& files_;
  std::string directory_;
  Durability durability_;
  std::atomic<uint64_t> next_temporary_{1};
};

}  // namespace cloudemu::log
