#pragma once
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

/// A thin skin over SQLite. sqlite.cc is the only file that includes sqlite3.h. A database holds nothing but projections, which are
/// disposable: so a statement that fails is fatal, and only opening and committing can report an error.
namespace cloudemu::sqlite {

/// Bytes bound as a BLOB; string views are bound as TEXT.
struct Blob {
  std::string_view bytes;
};

class Database;

/// A running query. Rows are there one at a time; column views are valid until the next one. Resets its statement at the end.
class Query {
 public:
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  bool next();
  int64_t integer(int column) const;
  /// TEXT or BLOB.
  std::string_view bytes(int column) const;
  std::string text(int column) const { return std::string(bytes(column)); }
  bool is_null(int column) const;
  /// Types, lengths and values of all columns, one to one: for digests.
  void append_row(std::string& out) const;

 private:
  friend class Statement;
  explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* statement_;
};

/// A prepared statement. One Query at a time.
class Statement {
 public:
  Statement() = default;
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Statement& operator=(Statement&& other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
  }

  /// Binds arguments to ?1, ?2 ... and runs to the end.
  template <class... Arguments>
  void run(const Arguments&... arguments) {
    bind_all(Copy::no, arguments...);
    run_bound();
  }
  /// Binds copies of the arguments; the query may outlive them.
  template <class... Arguments>
  Query query(const Arguments&... arguments) {
    bind_all(Copy::yes, arguments...);
    return Query(statement_);
  }

 private:
  enum class Copy { no, yes };
  template <class... Arguments>
  void bind_all([[maybe_unused]] Copy copy, const Arguments&... arguments) {
    [[maybe_unused]] int index = 0;
    (bind(++index, arguments, copy), ...);
  }
  void bind(int index, std::string_view text, Copy copy);
  void bind(int index, Blob blob, Copy copy);
  void bind(int index, std::nullopt_t, Copy);
  void bind_integer(int index, int64_t value);
  template <std::integral Integer>
  void bind(int index, Integer value, Copy) {
    bind_integer(index, static_cast<int64_t>(value));
  }
  template <class T>
  void bind(int index, const std::optional<T>& value, Copy copy) {
    if (value) bind(index, *value, copy);
    else bind(index, std::nullopt, copy);
  }
  void run_bound();

  sqlite3_stmt* statement_ = nullptr;
};

class Database {
 public:
  /// How a file is kept. `durable`: a killed process leaves the last commit (WAL). `scratch`: only good once closed properly; for
  /// building a file that is renamed when it is complete.
  enum class Journal { durable, scratch };

  static Result<Database> open_file(const std::string& path, Journal journal);
  /// A second look at a file that is in use: sees its last commit.
  static Result<Database> open_reader(const std::string& path);
  static Result<Database> open_memory();
  /// A private copy, in memory, of a database file's bytes.
  static Result<Database> open_bytes(std::string bytes);

  ~Database();
  Database(Database&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Database& operator=(Database&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  /// Statements that must not fail.
  void run(std::string_view sql);
  void begin() { run("BEGIN IMMEDIATE"); }
  /// Errc::disk_full or Errc::io; the transaction then stays open and may be committed later.
  Result<void> commit();
  void rollback() { run("ROLLBACK"); }
  bool in_transaction() const;
  bool is_in_memory() const;
  /// Moves the write-ahead log into the file, as far as no reader needs it.
  void checkpoint();
  /// Writes a copy of the last commit into a new file; may run on another thread with a Database of its own.
  Result<void> copy_to(const std::string& path);
  uint64_t file_bytes();

  sqlite3* handle() { return handle_; }

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  sqlite3* handle_ = nullptr;
};

/// SHA-256 over all rows of all tables but those whose name begins with "meta"; hexadecimal. Equal states have equal digests.
std::string state_digest(Database& database);

}  // namespace cloudemu::sqlite
