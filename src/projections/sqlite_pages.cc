#include "projections/sqlite_pages.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "core/bytes.h"
#include "core/check.h"
#include "core/digest.h"
#include "projections/sqlite_journal.h"
#include "projections/sqlite_layer.h"

namespace cloudemu::sqlite {

namespace {

/// Room for the file of whatever VFS lies below.
constexpr int kBelowBytesMax = 1024;
constexpr uint32_t kContentBytes = kPageBytes - kPageChecksumBytes;
/// Some milliseconds of a disk's time.
constexpr sqlite3_int64 kShortenBytes = 16 << 20;
/// In the first page: how many bytes of each SQLite leaves alone.
constexpr size_t kReservedBytesAt = 20;

/// An open database file; the file of the VFS below follows it.
struct PageFile {
  sqlite3_file base;
  sqlite3_int64 size;  ///< of the file, as far as is known; it may be longer, and shorter if a file was shortened since
  uint64_t shortenings;
  int64_t may_shorten;  ///< 0 or 1
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
static_assert(sizeof(PageFile) % 8 == 0);

/// How often a file was shortened, by whatever connection.
std::atomic<uint64_t> shortenings{0};

using Below = Layer<PageFile>;
sqlite3_file* below(sqlite3_file* file) { return Below::below(file); }
const sqlite3_io_methods& methods(sqlite3_file* file) { return Below::methods(file); }

/// A page that ended up at another's place is as wrong as a changed one.
uint64_t checksum(std::string_view content, uint64_t number) { return xxh3(content) + number * 0x9E3779B97F4A7C15; }

int read_page(sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
  int code = methods(file).xRead(below(file), into, bytes, offset);
  if (code != SQLITE_OK) return code;
  // SQLite reads the header of the first page alone, too, to see whether anything has changed; what it uses of the page itself
  // it reads with the whole page.
  if (bytes != kPageBytes) return offset + bytes <= 100 ? SQLITE_OK : SQLITE_IOERR_DATA;
  uint64_t number = static_cast<uint64_t>(offset) / kPageBytes + 1;
  bool sound = offset % kPageBytes == 0 && page_is_sound({static_cast<const char*>(into), kPageBytes}, number);
  return sound ? SQLITE_OK : SQLITE_IOERR_DATA;
}

int write_checked(sqlite3_file* file, const void* content, sqlite3_int64 offset) {
  char page[kPageBytes];
  std::memcpy(page, content, kContentBytes);
  uint64_t sum = checksum({page, kContentBytes}, static_cast<uint64_t>(offset) / kPageBytes + 1);
  std::memcpy(page + kContentBytes, &sum, sizeof sum);
  return methods(file).xWrite(below(file), page, kPageBytes, offset);
}

/// SQLite does not write pages that were used and freed within one transaction. Where later ones are written they would be holes in the
/// file, without checksums, and whoever copies the file reads them.
int fill_hole(sqlite3_file* file, sqlite3_int64 end) {
  constexpr char kNothing[kPageBytes] = {};
  sqlite3_int64& size = Below::of(file).size;
  uint64_t known = std::exchange(Below::of(file).shortenings, shortenings.load());
  if (end <= size && known == Below::of(file).shortenings) return SQLITE_OK;
  if (int code = methods(file).xFileSize(below(file), &size)) return code;
  for (sqlite3_int64 at = (size + kPageBytes - 1) / kPageBytes * kPageBytes; at < end; at += kPageBytes) {
    if (int code = write_checked(file, kNothing, at)) return code;
  }
  return SQLITE_OK;
}

int write_page(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  CHECK_INVARIANT(bytes == kPageBytes && offset % kPageBytes == 0);
  CHECK_INVARIANT(offset > 0 || static_cast<const char*>(from)[kReservedBytesAt] == kPageChecksumBytes);
  if (int code = fill_hole(file, offset)) return code;
  return write_checked(file, from, offset);
}

int close_file(sqlite3_file* file) { return methods(file).xClose(below(file)); }
/// In pieces, so that whoever else has to do with the file comes in between.
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  sqlite3_int64& present = Below::of(file).size;
  if (int code = methods(file).xFileSize(below(file), &present)) return code;
  if (present > size && !Below::of(file).may_shorten) return SQLITE_OK;
  while (present != size) {
    sqlite3_int64 next = std::max(size, present - kShortenBytes);
    ++shortenings;
    if (int code = methods(file).xTruncate(below(file), next)) return code;
    present = next;
  }
  return SQLITE_OK;
}
int control_file(sqlite3_file* file, int op, void* argument) {
  if (op != kMayShorten) return Below::control(file, op, argument);
  Below::of(file).may_shorten = *static_cast<bool*>(argument);
  return SQLITE_OK;
}
int sync_file(sqlite3_file* file, int flags) { return methods(file).xSync(below(file), flags); }
int file_size(sqlite3_file* file, sqlite3_int64* size) { return methods(file).xFileSize(below(file), size); }
int map_shared(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
  return methods(file).xShmMap(below(file), region, bytes, extend, out);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) { return methods(file).xShmLock(below(file), offset, count, flags); }
void shared_barrier(sqlite3_file* file) { methods(file).xShmBarrier(below(file)); }
int unmap_shared(sqlite3_file* file, int remove) { return methods(file).xShmUnmap(below(file), remove); }

/// Version 2: without the memory-mapped reads of version 3, which would go past the check.
constexpr sqlite3_io_methods kMethods = {.iVersion = 2,
                                         .xClose = close_file,
                                         .xRead = read_page,
                                         .xWrite = write_page,
                                         .xTruncate = truncate_file,
                                         .xSync = sync_file,
                                         .xFileSize = file_size,
                                         .xLock = Below::lock,
                                         .xUnlock = Below::unlock,
                                         .xCheckReservedLock = Below::check_reserved_lock,
                                         .xFileControl = control_file,
                                         .xSectorSize = Below::sector_size,
                                         .xDeviceCharacteristics = Below::device_characteristics,
                                         .xShmMap = map_shared,
                                         .xShmLock = lock_shared,
                                         .xShmBarrier = shared_barrier,
                                         .xShmUnmap = unmap_shared,
                                         .xFetch = nullptr,
                                         .xUnfetch = nullptr};

sqlite3_vfs* vfs_below() {
  sqlite3_vfs* found = sqlite3_vfs_find(nullptr);
  CHECK_INVARIANT(found && found->szOsFile <= kBelowBytesMax);
  return found;
}

/// Only the database itself has checked pages.
int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* vfs = vfs_below();
  if ((flags & SQLITE_OPEN_WAL) != 0) return open_journal(vfs, name, file, flags, out_flags);
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return vfs->xOpen(vfs, name, file, flags, out_flags);
  file->pMethods = nullptr;
  Below::of(file).size = 0;
  Below::of(file).shortenings = shortenings.load();
  Below::of(file).may_shorten = true;
  int code = vfs->xOpen(vfs, name, below(file), flags, out_flags);
  if (code == SQLITE_OK) file->pMethods = &kMethods;
  return code;
}
int delete_file(sqlite3_vfs*, const char* name, int sync) { return vfs_below()->xDelete(vfs_below(), name, sync); }
int access_file(sqlite3_vfs*, const char* name, int flags, int* out) { return vfs_below()->xAccess(vfs_below(), name, flags, out); }
int full_path(sqlite3_vfs*, const char* name, int size, char* out) { return vfs_below()->xFullPathname(vfs_below(), name, size, out); }

sqlite3_vfs make_vfs() {
  sqlite3_vfs vfs = *vfs_below();
  vfs.pNext = nullptr;
  vfs.zName = "cloudemu";
  vfs.szOsFile = std::max(static_cast<int>(sizeof(PageFile)), kJournalFileBytes) + kBelowBytesMax;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  return vfs;
}

}  // namespace

const char* checked_vfs() {
  static sqlite3_vfs vfs = make_vfs();
  static const bool registered = sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
  CHECK_INVARIANT(registered);
  return vfs.zName;
}

bool page_is_sound(std::string_view page, uint64_t number) {
  return page.size() == kPageBytes && get_le<uint64_t>(page, kContentBytes) == checksum(page.substr(0, kContentBytes), number);
}

}  // namespace cloudemu::sqlite
