#include "support/faulty_sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "projections/sqlite.h"

namespace cloudemu::test {

namespace {

constexpr uint64_t kBlock = 4096;

/// One open file; the real one's memory follows.
struct FaultyFile {
  sqlite3_file base;
  std::string* path;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultyFile& of(sqlite3_file* file) { return *reinterpret_cast<FaultyFile*>(file); }
sqlite3_file* real(sqlite3_file* file) { return of(file).real(); }
const sqlite3_io_methods& methods(sqlite3_file* file) { return *real(file)->pMethods; }
sqlite3_vfs* real_vfs = nullptr;

int checked(FaultySqlite::Call call) { return FaultySqlite::get().check(call); }

int file_close(sqlite3_file* file) {
  int code = methods(file).xClose(real(file));
  delete of(file).path;
  return code;
}
int file_read(sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
  if (int code = checked(FaultySqlite::Call::read)) return code;
  return methods(file).xRead(real(file), into, bytes, offset);
}
/// Block by block: a disk may fail in the midst of a large write, and have taken some of the block, too.
int file_write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  FaultySqlite::get().note_write(*of(file).path, static_cast<uint64_t>(offset), static_cast<uint64_t>(bytes));
  const char* content = static_cast<const char*>(from);
  for (int written = 0, piece; written < bytes; written += piece) {
    piece = std::min(bytes - written, static_cast<int>(kBlock));
    int failed = checked(FaultySqlite::Call::write);
    int code = methods(file).xWrite(real(file), content + written, failed ? piece / 2 : piece, offset + written);
    if (failed || code) return failed ? failed : code;
  }
  return SQLITE_OK;
}
int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (int code = checked(FaultySqlite::Call::truncate)) return code;
  sqlite3_int64 before = 0;
  methods(file).xFileSize(real(file), &before);
  if (before > size) FaultySqlite::get().note_write(*of(file).path, static_cast<uint64_t>(size), static_cast<uint64_t>(before - size));
  return methods(file).xTruncate(real(file), size);
}
int file_sync(sqlite3_file* file, int flags) {
  if (int code = checked(FaultySqlite::Call::sync)) return code;
  FaultySqlite::get().note_sync(*of(file).path);
  return methods(file).xSync(real(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) { return methods(file).xFileSize(real(file), size); }
int file_lock(sqlite3_file* file, int level) { return methods(file).xLock(real(file), level); }
int file_unlock(sqlite3_file* file, int level) { return methods(file).xUnlock(real(file), level); }
int file_reserved(sqlite3_file* file, int* out) { return methods(file).xCheckReservedLock(real(file), out); }
int file_control(sqlite3_file* file, int op, void* argument) { return methods(file).xFileControl(real(file), op, argument); }
int file_sector(sqlite3_file* file) { return methods(file).xSectorSize(real(file)); }
int file_device(sqlite3_file* file) { return methods(file).xDeviceCharacteristics(real(file)); }
int file_shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  if (int code = checked(FaultySqlite::Call::share)) return code;
  return methods(file).xShmMap(real(file), page, size, extend, out);
}
int file_shm_lock(sqlite3_file* file, int offset, int n, int flags) { return methods(file).xShmLock(real(file), offset, n, flags); }
void file_shm_barrier(sqlite3_file* file) { methods(file).xShmBarrier(real(file)); }
int file_shm_unmap(sqlite3_file* file, int remove) { return methods(file).xShmUnmap(real(file), remove); }

const sqlite3_io_methods kMethods = {2,           file_close,   file_read,     file_write,       file_truncate,  file_sync,
                                     file_size,   file_lock,    file_unlock,   file_reserved,    file_control,   file_sector,
                                     file_device, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, nullptr,
                                     nullptr};

int vfs_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  if (int code = checked(FaultySqlite::Call::open)) return code;
  int code = real_vfs->xOpen(real_vfs, name, real(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  of(file).path = new std::string(name ? name : "");
  file->pMethods = &kMethods;
  return SQLITE_OK;
}
int vfs_delete(sqlite3_vfs*, const char* name, int sync_directory) {
  if (int code = checked(FaultySqlite::Call::remove)) return code;
  FaultySqlite::get().note_remove(name);
  return real_vfs->xDelete(real_vfs, name, sync_directory);
}

void make_default() {
  static sqlite3_vfs vfs;
  (void)sqlite::Database::open_memory();  // SQLite is configured before anything else is asked of it
  real_vfs = sqlite3_vfs_find(nullptr);
  vfs = *real_vfs;
  vfs.pNext = nullptr;
  vfs.zName = "faulty";
  vfs.szOsFile = static_cast<int>(sizeof(FaultyFile)) + real_vfs->szOsFile;
  vfs.xOpen = vfs_open;
  vfs.xDelete = vfs_delete;
  sqlite3_vfs_register(&vfs, 1);
}

std::string read_block(std::fstream& file, uint64_t number) {
  std::string block(kBlock, '\0');
  file.clear();
  file.seekg(static_cast<std::streamoff>(number * kBlock));
  file.read(block.data(), static_cast<std::streamsize>(kBlock));
  return block;
}

}  // namespace

FaultySqlite& FaultySqlite::get() {
  static FaultySqlite* instance = [] {
    make_default();
    return new FaultySqlite;
  }();
  return *instance;
}

int FaultySqlite::disk_full() { return SQLITE_FULL; }

int FaultySqlite::io_error(Call call) {
  switch (call) {
    case Call::open: return SQLITE_CANTOPEN;
    case Call::read: return SQLITE_IOERR_READ;
    case Call::write: return SQLITE_IOERR_WRITE;
    case Call::sync: return SQLITE_IOERR_FSYNC;
    case Call::truncate: return SQLITE_IOERR_TRUNCATE;
    case Call::remove: return SQLITE_IOERR_DELETE;
    case Call::share: return SQLITE_IOERR_SHMMAP;
  }
  return SQLITE_IOERR;
}

void FaultySqlite::arm(const Fault& fault) {
  std::lock_guard lock(mutex_);
  fault_ = fault;
  seen_ = 0;
  fired_ = 0;
}

uint64_t FaultySqlite::disarm() {
  std::lock_guard lock(mutex_);
  fault_.reset();
  return fired_;
}

int FaultySqlite::check(Call call) {
  std::lock_guard lock(mutex_);
  if (!fault_ || fault_->call != call) return SQLITE_OK;
  ++seen_;
  bool fails = fault_->lasting ? seen_ >= fault_->nth : seen_ == fault_->nth;
  if (!fails) return SQLITE_OK;
  ++fired_;
  return fault_->code;
}

void FaultySqlite::watch(std::string directory) {
  std::lock_guard lock(mutex_);
  directory_ = std::move(directory);
  unsynced_.clear();
}

FaultySqlite::Unsynced* FaultySqlite::watched(const std::string& path) {
  if (directory_.empty() || !path.starts_with(directory_ + "/") || path.ends_with("-shm")) return nullptr;
  auto [at, added] = unsynced_.try_emplace(path);
  if (added && std::filesystem::exists(path)) at->second.size_before = std::filesystem::file_size(path);
  return &at->second;
}

void FaultySqlite::note_write(const std::string& path, uint64_t offset, uint64_t bytes) {
  std::lock_guard lock(mutex_);
  Unsynced* file = watched(path);
  if (!file || bytes == 0) return;
  std::fstream present(path, std::ios::in | std::ios::binary);
  for (uint64_t block = offset / kBlock; block <= (offset + bytes - 1) / kBlock; ++block) {
    if (!file->blocks_before.contains(block)) file->blocks_before[block] = read_block(present, block);
  }
}

void FaultySqlite::note_sync(const std::string& path) {
  std::lock_guard lock(mutex_);
  unsynced_.erase(path);
}

void FaultySqlite::note_remove(const std::string& path) {
  std::lock_guard lock(mutex_);
  Unsynced* file = watched(path);
  if (!file) return;
  std::error_code ignored;
  std::filesystem::copy_file(path, path + ".removed", std::filesystem::copy_options::overwrite_existing, ignored);
  file->removed = true;
}

void FaultySqlite::cut_power(const std::function<uint64_t(uint64_t)>& choose) {
  std::lock_guard lock(mutex_);
  for (auto& [path, file] : unsynced_) {
    std::error_code ignored;
    if (file.removed && !std::filesystem::exists(path) && choose(2) == 0) std::filesystem::rename(path + ".removed", path, ignored);
    std::filesystem::remove(path + ".removed", ignored);
    if (!std::filesystem::exists(path)) continue;
    if (choose(4) == 0) std::filesystem::resize_file(path, file.size_before);
    uint64_t size = std::filesystem::file_size(path);
    std::fstream disk(path, std::ios::in | std::ios::out | std::ios::binary);
    for (const auto& [number, before] : file.blocks_before) {
      if (number * kBlock >= size) continue;
      uint64_t end = std::min(size - number * kBlock, kBlock);
      uint64_t fate = choose(8);
      if (fate >= 4) continue;                     // it made it to the disk
      uint64_t from = fate == 0 ? kBlock / 2 : 0;  // torn
      if (from >= end) continue;
      disk.clear();
      disk.seekp(static_cast<std::streamoff>(number * kBlock + from));
      disk.write(before.data() + from, static_cast<std::streamsize>(end - from));
    }
  }
  unsynced_.clear();
}

}  // namespace cloudemu::test
