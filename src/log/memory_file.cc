#include "log/memory_file.h"

#include <algorithm>
#include <cstring>

#include "core/strings.h"

namespace cloudemu::log {

namespace {

constexpr size_t kPieceBytesMax = 1 << 20;

class MemoryFile final : public File {
 public:
  explicit MemoryFile(std::shared_ptr<MemoryFileSystem::Content> content) : content_(std::move(content)) {}
  Result<void> append(std::string_view bytes) override {
    content_->append(bytes);
    return {};
  }
  Result<void> sync() override { return {}; }
  Result<size_t> read_at(uint64_t offset, std::span<char> into) const override { return content_->read_at(offset, into); }
  Result<uint64_t> size() const override { return content_->size(); }
  Result<void> truncate(uint64_t size) override {
    content_->truncate(size);
    return {};
  }

 private:
  std::shared_ptr<MemoryFileSystem::Content> content_;
};

}  // namespace

void MemoryFileSystem::Content::append(std::string_view bytes) {
  std::lock_guard lock(mutex_);
  if (pieces_.empty() || pieces_.back().bytes.size() + bytes.size() > kPieceBytesMax) {
    pieces_.push_back({size_, std::string(bytes)});
  } else {
    pieces_.back().bytes.append(bytes);
  }
  size_ += bytes.size();
}

size_t MemoryFileSystem::Content::read_at(uint64_t offset, std::span<char> into) const {
  std::lock_guard lock(mutex_);
  auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), offset, [](uint64_t at, const Piece& p) { return at < p.offset; });
  size_t done = 0;
  for (piece = piece == pieces_.begin() ? piece : piece - 1; piece != pieces_.end() && done < into.size(); ++piece) {
    uint64_t skip = offset + done - piece->offset;
    if (skip >= piece->bytes.size()) continue;
    size_t count = std::min<size_t>(into.size() - done, piece->bytes.size() - skip);
    std::memcpy(into.data() + done, piece->bytes.data() + skip, count);
    done += count;
  }
  return done;
}

uint64_t MemoryFileSystem::Content::size() const {
  std::lock_guard lock(mutex_);
  return size_;
}

void MemoryFileSystem::Content::truncate(uint64_t size) {
  std::lock_guard lock(mutex_);
  while (!pieces_.empty() && pieces_.back().offset >= size) pieces_.pop_back();
  if (!pieces_.empty()) pieces_.back().bytes.resize(std::min(pieces_.back().bytes.size(), size - pieces_.back().offset));
  size_ = std::min(size_, size);
}

Result<std::unique_ptr<File>> MemoryFileSystem::open(const std::string& path, OpenMode mode) {
  std::lock_guard lock(mutex_);
  auto found = files_.find(path);
  if (mode == OpenMode::create && found != files_.end()) return fail(Errc::io, concat(path, " exists"));
  if (mode == OpenMode::read && found == files_.end()) return fail(Errc::not_found, concat("no file ", path));
  if (found == files_.end()) found = files_.emplace(path, std::make_shared<Content>()).first;
  return std::make_unique<MemoryFile>(found->second);
}

bool MemoryFileSystem::exists(const std::string& path) {
  std::lock_guard lock(mutex_);
  return files_.contains(path);
}

Result<std::vector<std::string>> MemoryFileSystem::list(const std::string& directory) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  std::string prefix = directory + "/";
  for (auto it = files_.lower_bound(prefix); it != files_.end() && it->first.starts_with(prefix); ++it) {
    std::string name = it->first.substr(prefix.size());
    name = name.substr(0, name.find('/'));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

Result<void> MemoryFileSystem::rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  auto found = files_.find(from);
  if (found == files_.end()) return fail(Errc::not_found, concat("no file ", from));
  auto content = std::move(found->second);
  files_.erase(found);
  files_[to] = std::move(content);
  return {};
}

Result<void> MemoryFileSystem::link(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  auto found = files_.find(from);
  if (found == files_.end()) return fail(Errc::not_found, concat("no file ", from));
  if (!files_.emplace(to, found->second).second) return fail(Errc::io, concat(to, " exists"));
  return {};
}

Result<void> MemoryFileSystem::remove(const std::string& path) {
  decltype(files_)::node_type removed;  // its bytes are freed after the lock is
  std::lock_guard lock(mutex_);
  removed = files_.extract(path);
  return {};
}

}  // namespace cloudemu::log
