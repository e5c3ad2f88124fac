#include "projections/sqlite.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include "core/bytes.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "core/thread.h"
#include "projections/sqlite_memory.h"
#include "projections/sqlite_pages.h"
#include "projections/sqlite_reset.h"

namespace cloudemu::sqlite {

namespace {

/// Pages copied between two looks at whether to go on: some milliseconds.
constexpr int kCopyPages = 1024;

/// The cache of a durable file: what SQLite has read of it, or is about to write. A page that is not there is read and checked, in 2 to 5
/// us; a write touches some ten of them.
constexpr uint64_t kCacheBytesMin = 64 << 20, kCacheBytesMax = 1 << 30;
/// So much of it is given back at once at most: a millisecond.
constexpr uint64_t kCacheShrinkBytes = 16 << 20;

std::string cache_pragma(uint64_t bytes) { return concat("PRAGMA cache_size=-", bytes / 1024, ";"); }

/// A quarter of the machine is enough for a cache.
uint64_t cache_bytes_max() {
  static const uint64_t machine = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return std::clamp(machine / 4, kCacheBytesMin, kCacheBytesMax);
}

/// Whose fault a code is: the file's, the disk's, or (nothing) ours.
std::optional<Errc> errc_of(sqlite3* handle) {
  int code = sqlite3_extended_errcode(handle);
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Errc::corrupt;
    case SQLITE_FULL: return Errc::disk_full;
    case SQLITE_IOERR:
      // What cannot be read is as bad as what is wrong.
      if (code == SQLITE_IOERR_DATA || code == SQLITE_IOERR_READ || code == SQLITE_IOERR_CORRUPTFS) return Errc::corrupt;
      return sqlite3_system_errno(handle) == ENOSPC ? Errc::disk_full : Errc::io;
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_LOCKED:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY: return Errc::io;
    default: return std::nullopt;
  }
}

Error sqlite_error(sqlite3* handle, std::string_view what) {
  return Error{errc_of(handle).value_or(Errc::io), concat(what, ": ", sqlite3_errmsg(handle))};
}

/// SQL may be long: its beginning says which statement it is.
std::string_view beginning(std::string_view sql) { return sql.substr(0, 60); }

/// The world's failures make the database numb. Ours end the program; the state is then not believed at the next start, lest it ends
/// that, too.
void note_failure(Health& health, sqlite3* handle, std::string_view sql) {
  auto code = errc_of(handle);
  Error error{code.value_or(Errc::corrupt), concat("the state: ", sqlite3_errmsg(handle), ", in ", beginning(sql))};
  if (error.code == Errc::corrupt && health.on_damage) health.on_damage(error);
  if (!code) CLOUDEMU_FATAL(error.context);
  health.failure = std::move(error);
}

/// Each connection is used by one thread at a time, and nobody asks for memory statistics: both save a lock per allocation.
void configure_once() {
  static const bool done = sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK &&
                           sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK && use_page_memory();
  CHECK_INVARIANT(done);
}

Result<sqlite3*> open(const std::string& path, const char* vfs) {
  sqlite3* handle = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.c_str(), &handle, flags, vfs) != SQLITE_OK) {
    Error error = sqlite_error(handle, concat("cannot open ", path));
    sqlite3_close(handle);
    return fail(std::move(error));
  }
  int reserved = kPageChecksumBytes;
  sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  return handle;
}

/// Pages in memory have room for a checksum, too: they may be copied into a file.
Result<sqlite3*> open_in_memory() {
  configure_once();
  return open(":memory:", nullptr);
}

Result<sqlite3*> open_checked(const std::string& path) {
  configure_once();
  return open(path, checked_vfs());
}

/// Giving back a hundred megabytes of a file takes a disk tens of milliseconds: not on the loop, if another connection can.
void let_shorten(sqlite3* handle, bool may) { sqlite3_file_control(handle, "main", kMayShorten, &may); }

/// Like Database::run, but an error is the caller's to deal with: the file may not be a database at all.
Result<void> try_run(sqlite3* handle, const std::string& sql) {
  if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return fail(sqlite_error(handle, sql));
  return {};
}

/// What a query for one number finds; 0 if the database is numb.
uint64_t number(Database& database, std::string_view sql) {
  Statement ask(database, sql);
  Query query = ask.query();
  return query.next() ? static_cast<uint64_t>(query.integer(0)) : 0;
}

}  // namespace

Query::~Query() { sqlite3_reset(statement_); }

bool Query::next() {
  if (health_.failure) [[unlikely]]
    return false;
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) note_failure(health_, sqlite3_db_handle(statement_), sqlite3_sql(statement_));
  return false;
}

bool Query::must_find() {
  bool found = next();
  CHECK_INVARIANT(found || health_.failure);
  return found;
}

int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  return {static_cast<const char*>(data), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

void Query::append_row(std::string& out) const {
  int columns = sqlite3_column_count(statement_);
  for (int i = 0; i < columns; ++i) {
    int type = sqlite3_column_type(statement_, i);
    put_le(out, static_cast<uint8_t>(type));
    if (type == SQLITE_INTEGER) {
      put_le(out, integer(i));
    } else if (type != SQLITE_NULL) {
      put_le(out, static_cast<uint64_t>(bytes(i).size()));
      out.append(bytes(i));
    }
  }
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Statement::Statement(Database& database, std::string_view sql) : handle_(database.handle()), sql_(sql), health_(&database.health()) {}

void Statement::prepare() {
  if (health_->failure) return;
  int code = sqlite3_prepare_v3(handle_, sql_.data(), static_cast<int>(sql_.size()), SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) note_failure(*health_, handle_, sql_);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::bind(int index, std::string_view text, Copy copy) {
  // A null pointer would bind NULL instead of the empty string.
  sqlite3_bind_text64(statement_, index, text.data() ? text.data() : "", text.size(), copy == Copy::yes ? SQLITE_TRANSIENT : SQLITE_STATIC,
                      SQLITE_UTF8);
}
void Statement::bind(int index, Blob blob, Copy copy) {
  sqlite3_bind_blob64(statement_, index, blob.bytes.data() ? blob.bytes.data() : "", blob.bytes.size(),
                      copy == Copy::yes ? SQLITE_TRANSIENT : SQLITE_STATIC);
}
void Statement::bind(int index, std::nullopt_t, Copy) { sqlite3_bind_null(statement_, index); }
void Statement::bind_integer(int index, int64_t value) { sqlite3_bind_int64(statement_, index, value); }

void Statement::run_bound() {
  if (health_->failure) [[unlikely]]
    return;
  int code = sqlite3_step(statement_);
  if (code != SQLITE_DONE && code != SQLITE_ROW) note_failure(*health_, sqlite3_db_handle(statement_), sqlite3_sql(statement_));
  sqlite3_reset(statement_);
}

Result<Database> Database::open_file(const std::string& path, Journal journal) {
  Database database(TRY(open_checked(path)));
  std::string mode = journal == Journal::durable ? "WAL" : "OFF";
  // synchronous=OFF: after a power cut the file is thrown away and rebuilt. cache_spill=OFF: nothing is written between
  // commits, so a full disk can only make a commit fail.
  auto set_up = try_run(database.handle_, concat("PRAGMA journal_mode=", mode, ";PRAGMA synchronous=OFF;", cache_pragma(kCacheBytesMin),
                                                 "PRAGMA temp_store=MEMORY;PRAGMA secure_delete=OFF;",
                                                 journal == Journal::durable ? "PRAGMA cache_spill=OFF;" : ""));
  if (!set_up) return fail(set_up.error().code, concat(path, ": ", sqlite3_errmsg(database.handle_)));
  // In place of SQLite's own hook, which would move the log within a commit.
  auto note_pages = [](void* health, sqlite3*, const char*, int pages) {
    static_cast<Health*>(health)->journal_pages = static_cast<uint64_t>(pages);
    return SQLITE_OK;
  };
  if (journal == Journal::durable) {
    sqlite3_wal_hook(database.handle_, note_pages, database.health_.get());
    let_shorten(database.handle_, false);
    database.cache_bytes_ = kCacheBytesMin;
  }
  return database;
}

Result<Database> Database::open_reader(const std::string& path) { return Database(TRY(open_checked(path))); }

Result<Database> Database::open_memory() {
  Database database(TRY(open_in_memory()));
  TRY(try_run(database.handle_, "PRAGMA journal_mode=OFF;PRAGMA temp_store=MEMORY;PRAGMA secure_delete=OFF;"));
  return database;
}

Result<Database> Database::open_image(uint64_t bytes, const std::function<Result<void>(std::span<char>)>& fill) {
  Database database(TRY(open_in_memory()));
  std::unique_ptr<unsigned char, void (*)(void*)> image(static_cast<unsigned char*>(sqlite3_malloc64(bytes)), sqlite3_free);
  if (!image) return fail(Errc::io, "out of memory");
  TRY(fill({reinterpret_cast<char*>(image.get()), bytes}));
  // The file says "WAL", which memory cannot do; these two header bytes say "no WAL" (sqlite.org/fileformat2.html, 1.3.3).
  if (bytes > 19) image.get()[18] = image.get()[19] = 1;
  auto size = static_cast<sqlite3_int64>(bytes);
  // SQLite frees the image, also if it does not take it.
  if (sqlite3_deserialize(database.handle_, "main", image.release(), size, size,
                          SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK) {
    return fail(sqlite_error(database.handle_, "cannot open a snapshot"));
  }
  TRY(try_run(database.handle_, "PRAGMA journal_mode=OFF;PRAGMA temp_store=MEMORY;PRAGMA secure_delete=OFF;"));
  return database;
}

Database::~Database() {
  if (handle_) sqlite3_close_v2(handle_);
}

void Database::close() {
  sqlite3_close_v2(std::exchange(handle_, nullptr));
  if (!health_->failure) health_->failure = Error{Errc::io, "the state was closed"};
}

void Database::run(std::string_view sql) {
  if (health_->failure) return;
  std::string text(sql);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) note_failure(*health_, handle_, sql);
}

Result<void> Database::commit() {
  if (!health_->failure) {
    CHECK_INVARIANT(in_transaction());
    run("COMMIT");
  }
  if (health_->failure) return fail(*health_->failure);
  if (cache_bytes_ > 0) fit_cache();
  return {};
}

/// All that is in the file, and some, may be in memory: where that is too much, as much as may be.
void Database::fit_cache() {
  uint64_t content = number(
      *this, "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()");
  uint64_t wanted = std::clamp(content + content / 8, kCacheBytesMin, cache_bytes_max());
  wanted = std::max(wanted, cache_bytes_ - std::min(cache_bytes_, kCacheShrinkBytes));
  uint64_t before = std::exchange(cache_bytes_, wanted);
  if (wanted == before) return;
  run(cache_pragma(wanted));
  // Little is left: its pages lie all over the memory of what was there, none of which could go back. They are read again when needed.
  if (wanted < before && wanted == kCacheBytesMin) sqlite3_db_release_memory(handle_);
}

void Database::roll_back() {
  if (!handle_ || (health_->failure && health_->failure->code == Errc::corrupt)) return;
  health_->failure.reset();
  if (in_transaction()) run("ROLLBACK");
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

uint64_t Database::checkpoint() {
  int in_log = 0, moved = 0;
  int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
  if (code != SQLITE_OK && errc_of(handle_) == Errc::corrupt) note_failure(*health_, handle_, "a checkpoint");
  return static_cast<uint64_t>(std::max(moved, 0));
}

bool Database::is_in_memory() const {
  const char* path = sqlite3_db_filename(handle_, "main");
  return !path || !*path;
}

namespace {

/// Page by page: that takes a while if there are many.
void close_beside(Database dropped) {
  static std::mutex mutex;
  static std::jthread closing;
  std::lock_guard lock(mutex);
  // Where there is no thread for it, right here.
  auto started = start_thread([closed = std::make_shared<Database>(std::move(dropped))] {});
  if (started) closing = std::move(*started);
}

bool has_write_ahead_log(Database& database) {
  Statement ask(database, "PRAGMA journal_mode");
  auto row = ask.query();
  return row.next() && row.bytes(0) == "wal";
}

}  // namespace

void start_anew(Database& database, Database empty) {
  if (database.failure()) return;
  if (database.is_in_memory()) return close_beside(std::exchange(database, std::move(empty)));
  // Without a log there is no way back, and nobody who would want it.
  if (database.in_transaction()) database.run(has_write_ahead_log(database) ? "ROLLBACK" : "COMMIT");
  sqlite3_backup* backup = sqlite3_backup_init(database.handle(), "main", empty.handle(), "main");
  if (backup) sqlite3_backup_step(backup, -1);
  if (!backup || sqlite3_backup_finish(backup) != SQLITE_OK) note_failure(database.health(), database.handle(), "a new beginning");
}

Result<void> Database::checkpoint_synced() {
  if (health_->failure) return fail(*health_->failure);
  // With synchronous=OFF nothing is ever synced; at NORMAL a checkpoint syncs the log before and the file after.
  TRY(try_run(handle_, "PRAGMA synchronous=NORMAL"));
  let_shorten(handle_, true);
  int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_FULL, nullptr, nullptr);
  auto checkpointed = code == SQLITE_OK ? Result<void>{} : fail(sqlite_error(handle_, "cannot sync the state"));
  let_shorten(handle_, false);
  TRY(try_run(handle_, "PRAGMA synchronous=OFF"));
  return checkpointed;
}

Result<void> Database::copy_to(const std::string& path, const std::function<bool()>& keep_going) {
  Database target(TRY(open_checked(path)));
  TRY(try_run(target.handle_, "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;"));
  // All steps read the same commit: this transaction holds on to it.
  TRY(try_run(handle_, "BEGIN; SELECT count(*) FROM sqlite_schema"));
  sqlite3_backup* backup = sqlite3_backup_init(target.handle_, "main", handle_, "main");
  if (!backup) return fail(sqlite_error(target.handle_, concat("cannot copy to ", path)));
  bool stopped = false;
  while (!stopped && sqlite3_backup_step(backup, kCopyPages) == SQLITE_OK) stopped = keep_going && !keep_going();
  if (sqlite3_backup_finish(backup) != SQLITE_OK) return fail(sqlite_error(target.handle_, concat("cannot copy to ", path)));
  TRY(try_run(handle_, "COMMIT"));
  if (stopped) return fail(Errc::busy, "there is no time for it now");
  return {};
}

uint64_t Database::file_bytes() { return number(*this, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"); }

Result<std::string> peek(const std::string& path, std::string_view sql) {
  std::error_code unknown;
  bool has_journal = std::filesystem::exists(path + "-wal", unknown);
  Database database = TRY(Database::open_reader(path));
  sqlite3* handle = database.handle();
  // Closing would move the journal into the file.
  if (has_journal) sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(handle, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  std::string value;
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    const void* text = sqlite3_column_blob(statement, 0);
    value.assign(static_cast<const char*>(text), static_cast<size_t>(sqlite3_column_bytes(statement, 0)));
  }
  sqlite3_finalize(statement);
  if (code == SQLITE_DONE) return fail(Errc::not_found, concat(path, " holds no such row"));
  if (code != SQLITE_ROW) return fail(sqlite_error(handle, path));
  return value;
}

std::string state_digest(Database& database) {
  struct Table {
    std::string name;
    bool without_rowid = false;
  };
  std::vector<Table> tables;
  {
    Statement list(database,
                   "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                   "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'meta%' ORDER BY name");
    for (Query query = list.query(); query.next();) tables.push_back({query.text(0), query.integer(1) != 0});
  }
  Digest digest(DigestKind::sha256);
  for (const Table& table : tables) {
    digest.update(concat("table ", table.name, "\n"));
    // A table without rowids is stored, and read, in the order of its primary key.
    Statement rows(database, concat("SELECT * FROM ", table.name, table.without_rowid ? "" : " ORDER BY rowid"));
    std::string row;
    for (Query query = rows.query(); query.next();) {
      row.clear();
      query.append_row(row);
      digest.update(row);
    }
  }
  return hex(digest.finish());
}

}  // namespace cloudemu::sqlite
