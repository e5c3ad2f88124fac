#include "projections/sqlite_journal.h"

#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "projections/sqlite_layer.h"
#include "projections/sqlite_pages.h"

namespace cloudemu::sqlite {

namespace {

constexpr int kBufferBytes = 128 * 1024;
constexpr int kFrameHeaderBytes = 24;
constexpr sqlite3_int64 kLogHeaderBytes = 32;
constexpr int kFrameBytes = kFrameHeaderBytes + static_cast<int>(kPageBytes);
/// In a frame's header: the size of the database after the commit, big-endian; 0 in all frames but a commit's last.
constexpr size_t kCommitSizeAt = 4;

/// What this process has written into a log, or has seen SQLite check: a sum of each frame's page, by number of the frame; 0 if unknown.
/// SQLite checks its own sums only when it opens a log, and each of them only together with all before it.
class Sums {
 public:
  void note(size_t frame, std::string_view page) {
    std::lock_guard lock(mutex_);
    if (frame >= sums_.size()) sums_.resize(frame + 1);
    sums_[frame] = sum_of(page);
  }
  /// False: this is not what was written there.
  bool allows(size_t frame, std::string_view page) {
    std::lock_guard lock(mutex_);
    return frame >= sums_.size() || sums_[frame] == 0 || sums_[frame] == sum_of(page);
  }

  size_t users = 0;  ///< open files; under the lock of all logs

 private:
  static uint64_t sum_of(std::string_view page) { return xxh3(page) | 1; }

  std::mutex mutex_;
  std::vector<uint64_t> sums_;
};

/// All connections to a log, on whatever thread, know the same.
struct Logs {
  std::mutex mutex;
  std::map<std::string, Sums, std::less<>> by_path;
};
Logs& logs() {
  static Logs all;
  return all;
}

/// An open log; the file of the VFS below follows it.
struct JournalFile {
  sqlite3_file base;
  char* buffer;         ///< null until something is written
  int buffered;         ///< bytes of it
  sqlite3_int64 start;  ///< where they belong in the file
  bool ends_commit;     ///< the last header was that of a commit's last page
  const char* path;     ///< belongs to SQLite
  Sums* sums;
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
static_assert(sizeof(JournalFile) % 8 == 0);

using Below = Layer<JournalFile>;
JournalFile& journal(sqlite3_file* file) { return Below::of(file); }
sqlite3_file* below(sqlite3_file* file) { return Below::below(file); }
const sqlite3_io_methods& methods(sqlite3_file* file) { return Below::methods(file); }

/// After a failure the buffer is empty, too: SQLite takes the transaction back, and writes the next one over it.
int flush(sqlite3_file* file) {
  JournalFile& log = journal(file);
  int bytes = std::exchange(log.buffered, 0);
  return bytes == 0 ? SQLITE_OK : methods(file).xWrite(below(file), log.buffer, bytes, log.start);
}

bool is_last_header(const void* from, int bytes) {
  constexpr char kMore[4] = {};
  return bytes == kFrameHeaderBytes && std::memcmp(static_cast<const char*>(from) + kCommitSizeAt, kMore, sizeof kMore) != 0;
}

/// Whether a page of a frame begins at `offset`, and `number` of that frame.
bool is_page_at(sqlite3_int64 offset, size_t& number) {
  sqlite3_int64 at = offset - kLogHeaderBytes - kFrameHeaderBytes;
  if (at < 0 || at % kFrameBytes != 0) return false;
  number = static_cast<size_t>(at / kFrameBytes);
  return true;
}

int write_log(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  JournalFile& log = journal(file);
  size_t frame = 0;
  if (bytes == kPageBytes && is_page_at(offset, frame)) log.sums->note(frame, {static_cast<const char*>(from), kPageBytes});
  bool follows = log.buffered > 0 && offset == log.start + log.buffered;
  if (!follows || log.buffered + bytes > kBufferBytes) {
    if (int code = flush(file)) return code;
    log.start = offset;
  }
  if (!log.buffer) log.buffer = static_cast<char*>(sqlite3_malloc(kBufferBytes));
  if (!log.buffer || bytes > kBufferBytes) return methods(file).xWrite(below(file), from, bytes, offset);
  std::memcpy(log.buffer + log.buffered, from, static_cast<size_t>(bytes));
  log.buffered += bytes;
  bool complete = std::exchange(log.ends_commit, is_last_header(from, bytes));
  return complete ? flush(file) : SQLITE_OK;
}

void join(JournalFile& log, const char* path) {
  std::lock_guard lock(logs().mutex);
  log.path = path;
  log.sums = &logs().by_path[path];
  ++log.sums->users;
}

void leave(JournalFile& log) {
  std::lock_guard lock(logs().mutex);
  if (--log.sums->users == 0) logs().by_path.erase(log.path);
}

int close_log(sqlite3_file* file) {
  int flushed = flush(file), closed = methods(file).xClose(below(file));
  sqlite3_free(journal(file).buffer);
  leave(journal(file));
  return flushed ? flushed : closed;
}
int read_log(sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
  if (int code = flush(file)) return code;
  if (int code = methods(file).xRead(below(file), into, bytes, offset)) return code;
  // When a log is opened its frames are read whole, and checked by SQLite itself.
  bool is_whole = bytes == kFrameBytes;
  int before_page = is_whole ? kFrameHeaderBytes : 0;
  size_t frame = 0;
  if (bytes - before_page != kPageBytes || !is_page_at(offset + before_page, frame)) return SQLITE_OK;
  std::string_view page(static_cast<const char*>(into) + before_page, kPageBytes);
  if (!journal(file).sums->allows(frame, page)) return SQLITE_IOERR_DATA;
  if (is_whole) journal(file).sums->note(frame, page);
  return SQLITE_OK;
}
int truncate_log(sqlite3_file* file, sqlite3_int64 size) {
  if (int code = flush(file)) return code;
  return methods(file).xTruncate(below(file), size);
}
int sync_log(sqlite3_file* file, int flags) {
  if (int code = flush(file)) return code;
  return methods(file).xSync(below(file), flags);
}
int log_size(sqlite3_file* file, sqlite3_int64* size) {
  if (int code = flush(file)) return code;
  return methods(file).xFileSize(below(file), size);
}

/// Version 1: a log is neither shared memory nor mapped.
constexpr sqlite3_io_methods kMethods = {.iVersion = 1,
                                         .xClose = close_log,
                                         .xRead = read_log,
                                         .xWrite = write_log,
                                         .xTruncate = truncate_log,
                                         .xSync = sync_log,
                                         .xFileSize = log_size,
                                         .xLock = Below::lock,
                                         .xUnlock = Below::unlock,
                                         .xCheckReservedLock = Below::check_reserved_lock,
                                         .xFileControl = Below::control,
                                         .xSectorSize = Below::sector_size,
                                         .xDeviceCharacteristics = Below::device_characteristics,
                                         .xShmMap = nullptr,
                                         .xShmLock = nullptr,
                                         .xShmBarrier = nullptr,
                                         .xShmUnmap = nullptr,
                                         .xFetch = nullptr,
                                         .xUnfetch = nullptr};

}  // namespace

const int kJournalFileBytes = static_cast<int>(sizeof(JournalFile));

int open_journal(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  JournalFile& log = journal(file);
  log.buffer = nullptr;
  log.buffered = 0;
  log.start = 0;
  log.ends_commit = false;
  log.sums = nullptr;
  file->pMethods = nullptr;
  int code = vfs->xOpen(vfs, name, below(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  join(log, name);
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace cloudemu::sqlite
