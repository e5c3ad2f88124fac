#include "log/blob_store.h"

#include "core/strings.h"

namespace cloudemu::log {

namespace {

constexpr std::string_view kSuffix = ".blob";
constexpr size_t kNameBytes = 64;

}  // namespace

BlobPin::~BlobPin() {
  if (store_) store_->unpin(name_);
}

BlobStore::BlobStore(FileSystem& files, std::string directory, Durability durability)
    : files_(files), directory_(std::move(directory)), durability_(durability) {}

BlobStore::~BlobStore() { collect(); }

std::string BlobStore::directory_of(const std::string& sha256) const {
  return concat(directory_, "/", std::string_view(sha256).substr(0, 2));
}
std::string BlobStore::path_of(const std::string& sha256) const { return concat(directory_of(sha256), "/", sha256, kSuffix); }
/// Where the first format, without checksums, had it.
std::string BlobStore::old_path_of(const std::string& sha256) const { return concat(directory_of(sha256), "/", sha256); }
std::string BlobStore::temporary_directory() const { return directory_ + "/tmp"; }
std::string BlobStore::unsynced_mark() const { return directory_ + "/unsynced"; }

bool BlobStore::exists(const std::string& sha256) const { return files_.exists(path_of(sha256)) || files_.exists(old_path_of(sha256)); }

Result<void> BlobStore::prepare() {
  TRY(files_.make_directories(temporary_directory()));
  for (const std::string& name : TRY(files_.list(temporary_directory()))) {
    TRY(files_.remove(concat(temporary_directory(), "/", name)));
  }
  bool marked = files_.exists(unsynced_mark());
  if (durability_ == Durability::unsynced) {
    if (!marked) TRY(files_.open(unsynced_mark(), OpenMode::create));
    return {};
  }
  TRY(files_.sync_directory(directory_.substr(0, directory_.rfind('/'))));
  // Blobs of an earlier run that did not sync are acknowledged from here on, so they must be on the disk.
  if (!marked) return {};
  TRY(files_.sync_all(directory_));
  TRY(files_.remove(unsynced_mark()));
  return files_.sync_directory(directory_);
}

Result<std::unique_ptr<BlobStore::Writer>> BlobStore::create() {
  std::string path = concat(temporary_directory(), "/", next_temporary_++);
  auto file = TRY(files_.open(path, OpenMode::create));
  return std::unique_ptr<Writer>(new Writer(*this, std::move(path), std::move(file)));
}

Result<std::unique_ptr<BlobReader>> BlobStore::open(const std::string& sha256) const {
  auto named = [&](Result<std::unique_ptr<BlobReader>> reader) -> Result<std::unique_ptr<BlobReader>> {
    if (reader) return reader;
    return fail(reader.error().code, concat("blob ", sha256, ": ", reader.error().context));
  };
  auto file = files_.open(path_of(sha256), OpenMode::read);
  if (file) return named(BlobReader::open(std::move(*file), sha256));
  auto old = files_.open(old_path_of(sha256), OpenMode::read);
  if (old) return named(BlobReader::open_unchecked(std::move(*old)));
  if (!exists(sha256)) return fail(Errc::not_found, concat("blob ", sha256, " is missing"));
  return fail(file.error());
}

Result<std::set<std::string>> BlobStore::list() const {
  std::set<std::string> found;
  for (const std::string& directory : TRY(files_.list(directory_))) {
    if (directory.size() != 2) continue;
    for (const std::string& name : TRY(files_.list(concat(directory_, "/", directory)))) {
      bool is_blob = name.size() == kNameBytes || (name.size() == kNameBytes + kSuffix.size() && name.ends_with(kSuffix));
      if (is_blob) found.insert(name.substr(0, kNameBytes));
    }
  }
  return found;
}

uint64_t BlobStore::file_bytes(const std::string& sha256) const {
  uint64_t bytes = 0;
  for (const std::string& path : {path_of(sha256), old_path_of(sha256)}) {
    auto file = files_.open(path, OpenMode::read);
    if (file) bytes += (*file)->size().value_or(0);
  }
  return bytes;
}

Result<void> BlobStore::share(const BlobStore& from, const std::string& sha256) {
  bool is_old = !files_.exists(from.path_of(sha256));
  std::string source = is_old ? from.old_path_of(sha256) : from.path_of(sha256);
  std::string target = is_old ? old_path_of(sha256) : path_of(sha256);
  if (files_.exists(target)) return {};
  TRY(files_.make_directories(directory_of(sha256)));
  if (files_.link(source, target)) return {};
  if (!from.exists(sha256)) return fail(Errc::not_found, concat("blob ", sha256, " is missing"));
  std::string path = concat(temporary_directory(), "/", next_temporary_++);
  TRY(copy_file(files_, source, path));
  return files_.rename(path, target);
}

Result<void> BlobStore::remove(const std::string& sha256) {
  TRY(files_.remove(path_of(sha256)));
  return files_.remove(old_path_of(sha256));
}

/// Makes one of the 256 directories, and its name durable once in this process: an earlier process may have made it and not synced it.
Result<void> BlobStore::make_directory(const std::string& directory) {
  {
    std::lock_guard lock(mutex_);
    if (synced_directories_.contains(directory)) return {};
  }
  TRY(files_.make_directories(directory));
  if (durability_ == Durability::synced) TRY(files_.sync_directory(directory_));
  std::lock_guard lock(mutex_);
  synced_directories_.insert(directory);
  return {};
}

BlobStore::Writer::~Writer() {
  file_.reset();
  if (!committed_) store_.discard(std::move(path_));
}

Result<BlobPin> BlobStore::Writer::commit(const std::string& sha256) {
  TRY(file_->append(sums_.finish(sha256)));
  if (store_.durability_ == Durability::synced) TRY(file_->sync());
  BlobPin pin = TRY(store_.publish(path_, sha256));
  committed_ = true;
  if (store_.durability_ == Durability::synced) TRY(store_.files_.sync_directory(store_.directory_of(sha256)));
  return pin;
}

Result<BlobPin> BlobStore::publish(const std::string& from, const std::string& sha256) {
  TRY(make_directory(directory_of(sha256)));
  BlobPin pin;
  {
    std::lock_guard lock(mutex_);
    auto [entry, is_new] = entries_.try_emplace(sha256);
    if (is_new) entry->second.wanted = exists(sha256);
    ++entry->second.pins;
    pin = BlobPin(*this, sha256);
  }
  // What is pinned is not removed: the lock, which the loop's thread takes too, need not be held while the disk works.
  TRY(files_.rename(from, path_of(sha256)));
  // A blob of the first format gives way to one that can be checked.
  TRY(files_.remove(old_path_of(sha256)));
  return pin;
}

BlobPin BlobStore::pin(const std::string& sha256) {
  std::lock_guard lock(mutex_);
  ++entries_[sha256].pins;
  return BlobPin(*this, sha256);
}

void BlobStore::unpin(const std::string& sha256) {
  std::lock_guard lock(mutex_);
  auto found = entries_.find(sha256);
  if (found == entries_.end() || --found->second.pins > 0) return;
  if (found->second.wanted) {
    entries_.erase(found);
  } else {
    garbage_.push_back(sha256);
    has_garbage_.store(true, std::memory_order_relaxed);
  }
}

void BlobStore::named(const std::string& sha256) {
  std::lock_guard lock(mutex_);
  auto found = entries_.find(sha256);
  if (found != entries_.end()) found->second.wanted = true;
  for (auto& names : forsaken_) names.erase(sha256);
  if (named_since_) named_since_->insert(sha256);
}

void BlobStore::unnamed(const std::string& sha256) {
  std::lock_guard lock(mutex_);
  unname(sha256);
}

/// With the lock held.
void BlobStore::unname(const std::string& sha256) {
  Entry& entry = entries_[sha256];
  entry.wanted = false;
  if (entry.pins > 0) return;
  garbage_.push_back(sha256);
  has_garbage_.store(true, std::memory_order_relaxed);
}

void BlobStore::forsake(std::unordered_map<std::string, uint64_t> names) {
  std::lock_guard lock(mutex_);
  forsaken_.push_back(std::move(names));
  has_garbage_.store(true, std::memory_order_relaxed);
}

/// One of the forsaken, so that nobody waits for the lock while many are looked at. False if there is none.
bool BlobStore::unname_one() {
  std::lock_guard lock(mutex_);
  while (!forsaken_.empty() && forsaken_.back().empty()) forsaken_.pop_back();
  if (forsaken_.empty()) return false;
  auto& names = forsaken_.back();
  auto first = names.extract(names.begin());
  unname(first.key());
  return true;
}

void BlobStore::discard(std::string path) {
  std::lock_guard lock(mutex_);
  dropped_.push_back(std::move(path));
  has_garbage_.store(true, std::memory_order_relaxed);
}

/// With the lock held: the blob's file is one without a name from here on, to be removed.
void BlobStore::take_name(const std::string& sha256, std::vector<std::string>& paths) {
  for (const std::string& named : {path_of(sha256), old_path_of(sha256)}) {
    std::string path = concat(temporary_directory(), "/", next_temporary_++);
    if (files_.rename(named, path)) paths.push_back(std::move(path));
  }
}

bool BlobStore::watch_names() {
  std::lock_guard lock(mutex_);
  if (named_since_) return false;
  named_since_.emplace();
  return true;
}

void BlobStore::forget_names() {
  std::lock_guard lock(mutex_);
  named_since_.reset();
}

void BlobStore::remove_unless_named(const std::string& sha256) {
  std::vector<std::string> paths;
  {
    std::lock_guard lock(mutex_);
    if (entries_.contains(sha256) || (named_since_ && named_since_->contains(sha256))) return;
    take_name(sha256, paths);
  }
  for (const std::string& path : paths) (void)files_.remove(path);
}

void BlobStore::collect() {
  while (unname_one()) {
  }
  std::vector<std::string> names, paths;
  {
    std::lock_guard lock(mutex_);
    names.swap(garbage_);
    paths.swap(dropped_);
    has_garbage_.store(false, std::memory_order_relaxed);
  }
  for (const std::string& name : names) {
    // The name goes under the lock, so that nobody brings the same blob meanwhile; what takes time, the bytes, without it.
    std::lock_guard lock(mutex_);
    auto found = entries_.find(name);
    if (found == entries_.end() || found->second.pins > 0) continue;
    if (!found->second.wanted) take_name(name, paths);
    entries_.erase(found);
  }
  for (const std::string& path : paths) (void)files_.remove(path);
}

}  // namespace cloudemu::log
