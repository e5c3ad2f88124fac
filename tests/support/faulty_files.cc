#include "support/faulty_files.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/strings.h"

namespace cloudemu::test {

namespace {

constexpr uint64_t kPageBytes = 4096;
constexpr uint64_t kSectorBytes = 512;

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

/// Copies [from, to) of one image over another; beyond the end of the source there are zeros.
void copy_range(const std::string& source, std::string& target, uint64_t from, uint64_t to) {
  if (target.size() < to) target.resize(to, '\0');
  for (uint64_t at = from; at < to; ++at) target[at] = at < source.size() ? source[at] : '\0';
}

}  // namespace

class FaultyFileSystem::FaultyFile final : public log::File {
 public:
  FaultyFile(FaultyFileSystem& disk, std::shared_ptr<Inode> inode) : disk_(disk), inode_(std::move(inode)) {}

  Result<void> append(std::string_view bytes) override {
    std::lock_guard lock(disk_.mutex_);
    std::optional<Error> refused = disk_.refusal(kAppend);
    int64_t allowed = disk_.fail_append_after.exchange(-1);
    if (allowed >= 0) {
      bytes = bytes.substr(0, static_cast<size_t>(allowed));
      refused = Error{disk_.disk_full ? Errc::disk_full : Errc::io, "append failed on purpose"};
    } else if (refused) {
      bytes = bytes.substr(0, disk_.chance_.next() % (bytes.size() + 1));
    }
    inode_->live.append(bytes);
    disk_.touch(*inode_, inode_->live.size() - bytes.size(), inode_->live.size());
    if (refused) return fail(*refused);
    return {};
  }

  Result<void> sync() override {
    while (disk_.hold_syncs) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::lock_guard lock(disk_.mutex_);
    ++disk_.syncs;
    std::optional<Error> refused = disk_.refusal(kSync);
    if (disk_.fail_sync || refused) {
      disk_.write_some_pages(*inode_);
      return fail(refused.value_or(Error{Errc::io, "sync failed on purpose"}));
    }
    write_all_pages(*inode_);
    return {};
  }

  Result<size_t> read_at(uint64_t offset, std::span<char> into) const override {
    std::lock_guard lock(disk_.mutex_);
    const std::string& bytes = inode_->live;
    if (offset >= bytes.size()) return 0;
    size_t count = std::min<uint64_t>(into.size(), bytes.size() - offset);
    std::copy_n(bytes.data() + offset, count, into.data());
    return count;
  }

  Result<uint64_t> size() const override {
    std::lock_guard lock(disk_.mutex_);
    if (auto refused = disk_.refusal(kReadSize)) return fail(*refused);
    return inode_->live.size();
  }

  Result<void> truncate(uint64_t size) override {
    std::lock_guard lock(disk_.mutex_);
    if (auto refused = disk_.refusal(kTruncate)) return fail(*refused);
    uint64_t before = inode_->live.size();
    inode_->live.resize(size, '\0');
    disk_.touch(*inode_, std::min(before, size), std::max(before, size));
    return {};
  }

 private:
  FaultyFileSystem& disk_;
  std::shared_ptr<Inode> inode_;
};

void FaultyFileSystem::fail_nth(unsigned calls, uint64_t n, Errc code, Lasting lasting) {
  std::lock_guard lock(mutex_);
  failing_calls_ = calls;
  calls_until_failure_ = n;
  failures_ = 0;
  failure_code_ = code;
  lasting_ = lasting;
}

void FaultyFileSystem::heal() {
  std::lock_guard lock(mutex_);
  failing_calls_ = 0;
}

uint64_t FaultyFileSystem::failures() {
  std::lock_guard lock(mutex_);
  return failures_;
}

std::optional<Error> FaultyFileSystem::refusal(Call call) {
  if ((failing_calls_ & call) == 0) return std::nullopt;
  if (calls_until_failure_ > 1) {
    --calls_until_failure_;
    return std::nullopt;
  }
  ++failures_;
  if (lasting_ == Lasting::no) failing_calls_ = 0;
  return Error{failure_code_, "failed on purpose"};
}

void FaultyFileSystem::apply(Names& names, const NameChange& change) {
  std::shared_ptr<Inode> inode = change.inode;
  if (!change.removed.empty()) {
    // A name whose making was lost cannot be changed.
    auto found = names.find(change.removed);
    if (found == names.end()) return;
    names.erase(found);
  }
  if (!change.added.empty()) names[change.added] = std::move(inode);
}

void FaultyFileSystem::change_name(NameChange change) {
  apply(live_, change);
  pending_[directory_of(change.added.empty() ? change.removed : change.added)].push_back(std::move(change));
}

void FaultyFileSystem::touch(Inode& inode, uint64_t from, uint64_t to) {
  for (uint64_t page = from / kPageBytes; page * kPageBytes < to; ++page) inode.dirty.insert(page);
}

void FaultyFileSystem::write_all_pages(Inode& inode) {
  for (uint64_t page : inode.dirty) copy_range(inode.live, inode.durable, page * kPageBytes, (page + 1) * kPageBytes);
  inode.dirty.clear();
  inode.durable.resize(inode.live.size(), '\0');
}

/// A sync that fails: some pages are written, the others are taken for clean.
void FaultyFileSystem::write_some_pages(Inode& inode) {
  uint64_t size = chance_.next() % 2 ? inode.durable.size() : inode.live.size();
  for (uint64_t page : inode.dirty) {
    if (chance_.next() % 2) copy_range(inode.live, inode.durable, page * kPageBytes, (page + 1) * kPageBytes);
  }
  inode.durable.resize(size, '\0');
  inode.dirty.clear();
}

Result<std::unique_ptr<log::File>> FaultyFileSystem::open(const std::string& path, log::OpenMode mode) {
  std::lock_guard lock(mutex_);
  if (auto refused = refusal(kOpen)) return fail(*refused);
  auto found = live_.find(path);
  bool there = found != live_.end();
  if (there && !found->second) return fail(Errc::io, concat(path, " is a directory"));
  if (mode == log::OpenMode::create && there) return fail(Errc::io, concat(path, " exists"));
  if (mode == log::OpenMode::read && !there) return fail(Errc::not_found, concat("no file ", path));
  if (!there) change_name({{}, path, std::make_shared<Inode>()});
  return std::make_unique<FaultyFile>(*this, live_.at(path));
}

bool FaultyFileSystem::exists(const std::string& path) {
  std::lock_guard lock(mutex_);
  return live_.contains(path);
}

Result<std::vector<std::string>> FaultyFileSystem::list(const std::string& directory) {
  std::lock_guard lock(mutex_);
  if (auto refused = refusal(kList)) return fail(*refused);
  std::vector<std::string> names;
  std::string prefix = directory + "/";
  for (auto it = live_.lower_bound(prefix); it != live_.end() && it->first.starts_with(prefix); ++it) {
    std::string name = it->first.substr(prefix.size());
    if (name.find('/') == std::string::npos) names.push_back(name);
  }
  return names;
}

Result<void> FaultyFileSystem::make_directories(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    std::string part = path.substr(0, end);
    {
      std::lock_guard lock(mutex_);
      if (auto refused = refusal(kMakeDirectories)) return fail(*refused);
      if (!live_.contains(part)) change_name({{}, part, nullptr});
    }
    TRY(sync_directory(directory_of(part)));
    if (end == std::string::npos) return {};
  }
}

Result<void> FaultyFileSystem::rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  if (auto refused = refusal(kRename)) return fail(*refused);
  auto found = live_.find(from);
  if (found == live_.end()) return fail(Errc::not_found, concat("no file ", from));
  std::shared_ptr<Inode> inode = found->second;
  if (directory_of(from) == directory_of(to)) {
    change_name({from, to, inode});
  } else {
    change_name({{}, to, inode});
    change_name({from, {}, nullptr});
  }
  return {};
}

Result<void> FaultyFileSystem::remove(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (auto refused = refusal(kRemove)) return fail(*refused);
  if (live_.contains(path)) change_name({path, {}, nullptr});
  return {};
}

Result<void> FaultyFileSystem::link(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  if (auto refused = refusal(kLink)) return fail(*refused);
  auto found = live_.find(from);
  if (found == live_.end()) return fail(Errc::not_found, concat("no file ", from));
  if (live_.contains(to)) return fail(Errc::io, concat(to, " exists"));
  change_name({{}, to, found->second});
  return {};
}

Result<void> FaultyFileSystem::sync_directory(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (auto refused = refusal(kSyncDirectory)) return fail(*refused);
  for (const NameChange& change : pending_[path]) apply(durable_, change);
  pending_.erase(path);
  return {};
}

Result<void> FaultyFileSystem::sync_all(const std::string&) {
  std::lock_guard lock(mutex_);
  if (auto refused = refusal(kSyncAll)) return fail(*refused);
  for (const auto& [directory, changes] : pending_) {
    for (const NameChange& change : changes) apply(durable_, change);
  }
  pending_.clear();
  for (const auto& [path, inode] : live_) {
    if (inode) write_all_pages(*inode);
  }
  return {};
}

/// What a file holds after a power cut.
std::shared_ptr<FaultyFileSystem::Inode> FaultyFileSystem::after_cut(const Inode& inode, Entropy& random) {
  uint64_t small = std::min(inode.live.size(), inode.durable.size()), large = std::max(inode.live.size(), inode.durable.size());
  uint64_t size = inode.durable.size();
  switch (random.next() % 3) {
    case 0: break;
    case 1: size = inode.live.size(); break;
    default: size = small + random.next() % (large - small + 1);
  }
  auto kept = std::make_shared<Inode>();
  kept->durable = inode.durable;
  for (uint64_t page : inode.dirty) {
    uint64_t begin = page * kPageBytes, kind = random.next() % 3;
    for (uint64_t at = begin; at < begin + kPageBytes; at += kSectorBytes) {
      if (kind == 1 || (kind == 2 && random.next() % 2)) copy_range(inode.live, kept->durable, at, at + kSectorBytes);
    }
  }
  kept->durable.resize(size, '\0');
  kept->live = kept->durable;
  return kept;
}

void FaultyFileSystem::cut_power(Entropy& random) {
  std::lock_guard lock(mutex_);
  after_cut_ = durable_;
  for (const auto& [directory, changes] : pending_) {
    for (const NameChange& change : changes) {
      if (random.next() % 2) apply(after_cut_, change);
    }
  }
  // What stands in a directory that is not there is not there either.
  std::erase_if(after_cut_, [&](const auto& entry) {
    for (std::string parent = directory_of(entry.first); !parent.empty(); parent = directory_of(parent)) {
      if (!after_cut_.contains(parent)) return true;
    }
    return false;
  });
  std::map<Inode*, std::shared_ptr<Inode>> kept;
  for (auto& [path, inode] : after_cut_) {
    if (!inode) continue;
    auto& copy = kept[inode.get()];
    if (!copy) copy = after_cut(*inode, random);
    inode = copy;
  }
}

void FaultyFileSystem::power_on() {
  std::lock_guard lock(mutex_);
  live_ = durable_ = std::move(after_cut_);
  after_cut_.clear();
  pending_.clear();
}

std::string FaultyFileSystem::content(const std::string& path) {
  std::lock_guard lock(mutex_);
  auto found = live_.find(path);
  return found == live_.end() || !found->second ? std::string() : found->second->live;
}

void FaultyFileSystem::set_content(const std::string& path, std::string_view bytes) {
  std::lock_guard lock(mutex_);
  auto inode = std::make_shared<Inode>();
  inode->live = inode->durable = std::string(bytes);
  live_[path] = durable_[path] = inode;
}

}  // namespace cloudemu::test
