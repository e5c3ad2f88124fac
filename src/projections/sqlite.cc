#include "projections/sqlite.h"

#include <sqlite3.h>

#include <cstring>
#include <vector>

#include "core/bytes.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"

namespace cloudemu::sqlite {

namespace {

[[noreturn]] void give_up(sqlite3* handle, std::string_view what) {
  CLOUDEMU_FATAL(
      concat("SQLite: ", sqlite3_errmsg(handle), " in: ", what, ". The state is disposable: it is rebuilt from the log at the next start"));
}

Error sqlite_error(sqlite3* handle, std::string_view what) {
  int code = sqlite3_errcode(handle);
  return Error{code == SQLITE_FULL ? Errc::disk_full : Errc::io, concat(what, ": ", sqlite3_errmsg(handle))};
}

/// Each connection is used by one thread at a time, and nobody asks for memory statistics: both save a lock per allocation.
void configure_once() {
  static const bool done =
      sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK && sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
  CHECK_INVARIANT(done);
}

Result<sqlite3*> open(const std::string& path) {
  configure_once();
  sqlite3* handle = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.c_str(), &handle, flags, nullptr) != SQLITE_OK) {
    Error error = sqlite_error(handle, concat("cannot open ", path));
    sqlite3_close(handle);
    return fail(std::move(error));
  }
  return handle;
}

/// Like Database::run, but an error is the caller's to deal with: the file may not be a database at all.
Result<void> try_run(sqlite3* handle, const std::string& sql) {
  if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return fail(sqlite_error(handle, sql));
  return {};
}

}  // namespace

Query::~Query() { sqlite3_reset(statement_); }

bool Query::next() {
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) give_up(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
  return false;
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

Statement::Statement(Database& database, std::string_view sql) {
  sqlite3* handle = database.handle();
  int code = sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) give_up(handle, sql);
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
  int code = sqlite3_step(statement_);
  if (code != SQLITE_DONE && code != SQLITE_ROW) give_up(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
  sqlite3_reset(statement_);
}

Result<Database> Database::open_file(const std::string& path, Journal journal) {
  Database database(TRY(open(path)));
  std::string mode = journal == Journal::durable ? "WAL" : "OFF";
  // synchronous=OFF: after a power cut the file is thrown away and rebuilt. cache_spill=OFF: nothing is written between
  // commits, so a full disk can only make a commit fail.
  auto set_up = try_run(database.handle_, concat("PRAGMA journal_mode=", mode,
                                                 ";PRAGMA synchronous=OFF;PRAGMA cache_size=-65536;PRAGMA wal_autocheckpoint=8192;"
                                                 "PRAGMA temp_store=MEMORY;",
                                                 journal == Journal::durable ? "PRAGMA cache_spill=OFF;" : ""));
  if (!set_up) return fail(set_up.error().code, concat(path, ": ", sqlite3_errmsg(database.handle_)));
  return database;
}

Result<Database> Database::open_reader(const std::string& path) { return Database(TRY(open(path))); }

Result<Database> Database::open_memory() {
  Database database(TRY(open(":memory:")));
  TRY(try_run(database.handle_, "PRAGMA journal_mode=OFF;PRAGMA temp_store=MEMORY;"));
  return database;
}

Result<Database> Database::open_bytes(std::string bytes) {
  Database database(TRY(open(":memory:")));
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size()));
  if (!copy) return fail(Errc::io, "out of memory");
  std::memcpy(copy, bytes.data(), bytes.size());
  // The file says "WAL", which memory cannot do; these two header bytes say "no WAL" (sqlite.org/fileformat2.html, 1.3.3).
  if (bytes.size() > 19) copy[18] = copy[19] = 1;
  auto size = static_cast<sqlite3_int64>(bytes.size());
  if (sqlite3_deserialize(database.handle_, "main", copy, size, size, SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) !=
      SQLITE_OK) {
    return fail(sqlite_error(database.handle_, "cannot open a snapshot"));
  }
  TRY(try_run(database.handle_, "PRAGMA journal_mode=OFF;PRAGMA temp_store=MEMORY;"));
  return database;
}

Database::~Database() {
  if (handle_) sqlite3_close_v2(handle_);
}

void Database::run(std::string_view sql) {
  std::string text(sql);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) give_up(handle_, sql);
}

Result<void> Database::commit() { return try_run(handle_, "COMMIT"); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

void Database::checkpoint() { sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr); }

bool Database::is_in_memory() const {
  const char* path = sqlite3_db_filename(handle_, "main");
  return !path || !*path;
}

Result<void> Database::copy_to(const std::string& path) {
  Database target(TRY(open(path)));
  TRY(try_run(target.handle_, "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;"));
  sqlite3_backup* backup = sqlite3_backup_init(target.handle_, "main", handle_, "main");
  if (!backup) return fail(sqlite_error(target.handle_, concat("cannot copy to ", path)));
  sqlite3_backup_step(backup, -1);
  if (sqlite3_backup_finish(backup) != SQLITE_OK) return fail(sqlite_error(target.handle_, concat("cannot copy to ", path)));
  return {};
}

uint64_t Database::file_bytes() {
  Statement pages(*this, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()");
  Query query = pages.query();
  return query.next() ? static_cast<uint64_t>(query.integer(0)) : 0;
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
