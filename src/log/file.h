#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace cloudemu::log {

/// An open file. One thread writes; any number may read what was written before.
class File {
 public:
  virtual ~File() = default;
  virtual Result<void> append(std::string_view bytes) = 0;
  /// Returns when all that was appended survives a power cut.
  virtual Result<void> sync() = 0;
  /// Fills the front of `into`; fewer bytes than asked for only at the end of the file.
  virtual Result<size_t> read_at(uint64_t offset, std::span<char> into) const = 0;
  virtual Result<uint64_t> size() const = 0;
  virtual Result<void> truncate(uint64_t size) = 0;
};

enum class OpenMode { read, append, create };

/// The few things the log asks of a disk. Paths are complete; directories are separated by '/'.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  /// `create` fails if the file exists, `append` makes it if it does not.
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual bool exists(const std::string& path) = 0;
  /// Names in a directory, sorted; empty if there is no such directory.
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
  /// Their names survive a power cut.
  virtual Result<void> make_directories(const std::string& path) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  /// Gives a file a second name, which must not be taken; its bytes stay until both are removed. Error: any, where a disk has no links.
  virtual Result<void> link(const std::string& from, const std::string& to) = 0;
  /// Makes names created, renamed or removed in a directory survive a power cut.
  virtual Result<void> sync_directory(const std::string& path) = 0;
  /// Makes all files and names of the disk that `path` is on survive a power cut; takes as long as there is to write.
  virtual Result<void> sync_all(const std::string& path) = 0;
  /// Bytes that may still be written, and the size of the whole disk.
  struct Space {
    uint64_t free = UINT64_MAX, total = UINT64_MAX;
  };
  virtual Space space(const std::string& path) = 0;
};

/// The whole content of a small file.
Result<std::string> read_file(FileSystem& files, const std::string& path);

/// Copies a file, piece by piece. `to` must not exist; it is not synced.
Result<void> copy_file(FileSystem& files, const std::string& from, const std::string& to);

class PosixFileSystem : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  bool exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<void> make_directories(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> link(const std::string& from, const std::string& to) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<void> sync_all(const std::string& path) override;
  Space space(const std::string& path) override;
};

}  // namespace cloudemu::log
