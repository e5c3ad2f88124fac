#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "log/memory_file.h"

namespace cloudemu::test {

/// A disk in memory that fails when told to.
class FaultyFileSystem final : public log::FileSystem {
 public:
  /// The next append writes only so many bytes, then fails.
  std::atomic<int64_t> fail_append_after{-1};
  std::atomic<bool> fail_sync{false};
  std::atomic<bool> disk_full{false};  ///< the error of a failed append
  std::atomic<int> syncs{0};

  Result<std::unique_ptr<log::File>> open(const std::string& path, log::OpenMode mode) override {
    auto file = files_.open(path, mode);
    if (!file) return fail(file.error());
    return std::make_unique<FaultyFile>(*this, std::move(*file));
  }
  bool exists(const std::string& path) override { return files_.exists(path); }
  Result<std::vector<std::string>> list(const std::string& directory) override { return files_.list(directory); }
  Result<void> make_directories(const std::string& path) override { return files_.make_directories(path); }
  Result<void> rename(const std::string& from, const std::string& to) override { return files_.rename(from, to); }
  Result<void> remove(const std::string& path) override { return files_.remove(path); }
  Result<void> sync_directory(const std::string& path) override { return files_.sync_directory(path); }
  Space space(const std::string& path) override { return files_.space(path); }

  std::string content(const std::string& path) { return log::read_file(files_, path).value_or(""); }
  void set_content(const std::string& path, std::string_view bytes) {
    (void)files_.remove(path);
    (void)(*files_.open(path, log::OpenMode::create))->append(bytes);
  }

 private:
  class FaultyFile final : public log::File {
   public:
    FaultyFile(FaultyFileSystem& disk, std::unique_ptr<log::File> file) : disk_(disk), file_(std::move(file)) {}
    Result<void> append(std::string_view bytes) override {
      int64_t allowed = disk_.fail_append_after.exchange(-1);
      if (allowed < 0) return file_->append(bytes);
      (void)file_->append(bytes.substr(0, static_cast<size_t>(allowed)));
      return fail(disk_.disk_full ? Errc::disk_full : Errc::io, "append failed on purpose");
    }
    Result<void> sync() override {
      ++disk_.syncs;
      if (disk_.fail_sync) return fail(Errc::io, "sync failed on purpose");
      return file_->sync();
    }
    Result<size_t> read_at(uint64_t offset, std::span<char> into) const override { return file_->read_at(offset, into); }
    Result<uint64_t> size() const override { return file_->size(); }
    Result<void> truncate(uint64_t size) override { return file_->truncate(size); }

   private:
    FaultyFileSystem& disk_;
    std::unique_ptr<log::File> file_;
  };

  log::MemoryFileSystem files_;
};

}  // namespace cloudemu::test
