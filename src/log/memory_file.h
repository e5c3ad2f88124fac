#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "log/file.h"

namespace cloudemu::log {

/// Files that live in memory: the whole disk of `--ephemeral`, and the disk of the log's tests.
class MemoryFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  bool exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<void> make_directories(const std::string&) override { return {}; }
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> link(const std::string& from, const std::string& to) override;
  Result<void> sync_directory(const std::string&) override { return {}; }
  Result<void> sync_all(const std::string&) override { return {}; }
  Space space(const std::string&) override { return {}; }

  /// The bytes of one file, in pieces so that growing copies little.
  class Content {
   public:
    void append(std::string_view bytes);
    size_t read_at(uint64_t offset, std::span<char> into) const;
    uint64_t size() const;
    void truncate(uint64_t size);

   private:
    struct Piece {
      uint64_t offset;
      std::string bytes;
    };
    mutable std::mutex mutex_;
    std::vector<Piece> pieces_;
    uint64_t size_ = 0;
  };

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Content>> files_;
};

}  // namespace cloudemu::log
