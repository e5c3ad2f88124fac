#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "log/memory_file.h"

namespace cloudemu::test {

/// A disk in memory that knows what a power cut would leave: of each file what was synced, and only under the names that were synced
/// with their directory. A kind disk keeps more; nobody may rely on that.
class DurableFileSystem final : public log::FileSystem {
 public:
  Result<std::unique_ptr<log::File>> open(const std::string& path, log::OpenMode mode) override {
    auto file = TRY(files_.open(path, mode));
    std::lock_guard lock(mutex_);
    auto& inode = inodes_[path];
    if (!inode) inode = std::make_shared<Inode>();
    return std::make_unique<DurableFile>(*this, inode, std::move(file));
  }
  bool exists(const std::string& path) override { return files_.exists(path); }
  Result<std::vector<std::string>> list(const std::string& directory) override { return files_.list(directory); }
  Result<void> make_directories(const std::string&) override { return {}; }
  Result<void> rename(const std::string& from, const std::string& to) override {
    TRY(files_.rename(from, to));
    std::lock_guard lock(mutex_);
    inodes_[to] = inodes_[from];
    inodes_.erase(from);
    return {};
  }
  Result<void> remove(const std::string& path) override {
    TRY(files_.remove(path));
    std::lock_guard lock(mutex_);
    inodes_.erase(path);
    return {};
  }
  Result<void> link(const std::string& from, const std::string& to) override {
    TRY(files_.link(from, to));
    std::lock_guard lock(mutex_);
    inodes_[to] = inodes_[from];
    return {};
  }
  Result<void> sync_directory(const std::string& path) override {
    std::lock_guard lock(mutex_);
    auto directly_inside = [&](const std::string& name) {
      return name.starts_with(path + "/") && name.find('/', path.size() + 1) == std::string::npos;
    };
    std::erase_if(durable_, [&](const auto& entry) { return directly_inside(entry.first); });
    for (const auto& [name, inode] : inodes_) {
      if (directly_inside(name)) durable_[name] = inode;
    }
    return {};
  }
  Result<void> sync_all(const std::string&) override {
    std::lock_guard lock(mutex_);
    for (auto& [name, inode] : inodes_) inode->synced = log::read_file(files_, name).value_or("");
    durable_ = inodes_;
    return {};
  }
  Space space(const std::string& path) override { return files_.space(path); }

  /// Nothing is open any more; what was not durable is gone.
  void cut_power() {
    std::lock_guard lock(mutex_);
    for (const auto& [name, inode] : inodes_) (void)files_.remove(name);
    for (const auto& [name, inode] : durable_) (void)(*files_.open(name, log::OpenMode::create))->append(inode->synced);
    inodes_ = durable_;
  }

 private:
  struct Inode {
    std::string synced;
  };
  class DurableFile final : public log::File {
   public:
    DurableFile(DurableFileSystem& disk, std::shared_ptr<Inode> inode, std::unique_ptr<log::File> file)
        : disk_(disk), inode_(std::move(inode)), file_(std::move(file)) {}
    Result<void> append(std::string_view bytes) override { return file_->append(bytes); }
    Result<void> sync() override {
      std::string content(TRY(file_->size()), '\0');
      TRY(file_->read_at(0, content));
      std::lock_guard lock(disk_.mutex_);
      inode_->synced = std::move(content);
      return {};
    }
    Result<size_t> read_at(uint64_t offset, std::span<char> into) const override { return file_->read_at(offset, into); }
    Result<uint64_t> size() const override { return file_->size(); }
    Result<void> truncate(uint64_t size) override { return file_->truncate(size); }

   private:
    DurableFileSystem& disk_;
    std::shared_ptr<Inode> inode_;
    std::unique_ptr<log::File> file_;
  };

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Inode>> inodes_, durable_;
  log::MemoryFileSystem files_;
};

}  // namespace cloudemu::test
