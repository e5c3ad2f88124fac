#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
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
    bool existed = files_.exists(path);
    auto file = files_.open(path, mode);
    if (!file) return fail(file.error());
    if (mode != log::OpenMode::read) {
      std::lock_guard lock(mutex_);
      known_.try_emplace(path, Known{existed ? *(*file)->size() : 0, existed});
    }
    return std::make_unique<FaultyFile>(*this, path, std::move(*file));
  }
  bool exists(const std::string& path) override { return files_.exists(path); }
  Result<std::vector<std::string>> list(const std::string& directory) override { return files_.list(directory); }
  Result<void> make_directories(const std::string& path) override { return files_.make_directories(path); }
  Result<void> rename(const std::string& from, const std::string& to) override { return files_.rename(from, to); }
  Result<void> remove(const std::string& path) override { return files_.remove(path); }
  Result<void> sync_directory(const std::string& path) override {
    std::lock_guard lock(mutex_);
    for (auto& [name, file] : known_) file.name_synced = file.name_synced || name.starts_with(path + "/");
    return {};
  }
  Result<void> sync_all(const std::string&) override {
    std::lock_guard lock(mutex_);
    for (auto& [name, file] : known_) {
      file.name_synced = true;
      if (auto opened = files_.open(name, log::OpenMode::read)) file.synced_bytes = *(*opened)->size();
    }
    return {};
  }
  Space space(const std::string& path) override { return files_.space(path); }

  /// The power fails: what was not synced is gone, and so are files whose directory was not.
  void cut_power() {
    std::lock_guard lock(mutex_);
    for (auto& [name, file] : known_) {
      if (!file.name_synced) (void)files_.remove(name);
      else (void)(*files_.open(name, log::OpenMode::append))->truncate(file.synced_bytes);
    }
    known_.clear();
  }

  std::string content(const std::string& path) { return log::read_file(files_, path).value_or(""); }
  void set_content(const std::string& path, std::string_view bytes) {
    (void)files_.remove(path);
    (void)(*files_.open(path, log::OpenMode::create))->append(bytes);
  }

 private:
  class FaultyFile final : public log::File {
   public:
    FaultyFile(FaultyFileSystem& disk, std::string path, std::unique_ptr<log::File> file)
        : disk_(disk), path_(std::move(path)), file_(std::move(file)) {}
    Result<void> append(std::string_view bytes) override {
      int64_t allowed = disk_.fail_append_after.exchange(-1);
      if (allowed < 0) return file_->append(bytes);
      (void)file_->append(bytes.substr(0, static_cast<size_t>(allowed)));
      return fail(disk_.disk_full ? Errc::disk_full : Errc::io, "append failed on purpose");
    }
    Result<void> sync() override {
      ++disk_.syncs;
      if (disk_.fail_sync) return fail(Errc::io, "sync failed on purpose");
      std::lock_guard lock(disk_.mutex_);
      disk_.known_[path_].synced_bytes = *file_->size();
      return {};
    }
    Result<size_t> read_at(uint64_t offset, std::span<char> into) const override { return file_->read_at(offset, into); }
    Result<uint64_t> size() const override { return file_->size(); }
    Result<void> truncate(uint64_t size) override { return file_->truncate(size); }

   private:
    FaultyFileSystem& disk_;
    std::string path_;
    std::unique_ptr<log::File> file_;
  };
  struct Known {
    uint64_t synced_bytes = 0;
    bool name_synced = false;
  };

  std::mutex mutex_;
  std::map<std::string, Known> known_;

  log::MemoryFileSystem files_;
};

}  // namespace cloudemu::test
