#include "log/blob_store.h"

#include "core/strings.h"

namespace cloudemu::log {

BlobStore::BlobStore(FileSystem& files, std::string directory, Durability durability)
    : files_(files), directory_(std::move(directory)), durability_(durability) {}

std::string BlobStore::directory_of(const std::string& sha256) const {
  return concat(directory_, "/", std::string_view(sha256).substr(0, 2));
}
std::string BlobStore::path_of(const std::string& sha256) const { return concat(directory_of(sha256), "/", sha256); }
std::string BlobStore::temporary_directory() const { return directory_ + "/tmp"; }

Result<void> BlobStore::prepare() {
  TRY(files_.make_directories(temporary_directory()));
  for (const std::string& name : TRY(files_.list(temporary_directory()))) {
    TRY(files_.remove(concat(temporary_directory(), "/", name)));
  }
  return {};
}

Result<std::unique_ptr<BlobStore::Writer>> BlobStore::create() {
  std::string path = concat(temporary_directory(), "/", next_temporary_++);
  auto file = TRY(files_.open(path, OpenMode::create));
  return std::unique_ptr<Writer>(new Writer(*this, std::move(path), std::move(file)));
}

Result<std::unique_ptr<File>> BlobStore::open(const std::string& sha256) const { return files_.open(path_of(sha256), OpenMode::read); }

BlobStore::Writer::~Writer() {
  if (!committed_) (void)store_.files_.remove(path_);
}

Result<void> BlobStore::Writer::commit(const std::string& sha256) {
  std::string target = store_.path_of(sha256);
  if (store_.files_.exists(target)) return {};  // the same bytes are there already
  bool synced = store_.durability_ == Durability::synced;
  std::string directory = store_.directory_of(sha256);
  if (!store_.files_.exists(directory)) {
    TRY(store_.files_.make_directories(directory));
    if (synced) TRY(store_.files_.sync_directory(store_.directory_));
  }
  if (synced) TRY(file_->sync());
  TRY(store_.files_.rename(path_, target));
  committed_ = true;
  if (synced) TRY(store_.files_.sync_directory(directory));
  return {};
}

}  // namespace cloudemu::log
