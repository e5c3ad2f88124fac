#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

/// A thin skin over SQLite; only files named sqlite* here include sqlite3.h. A database holds nothing but projections, which are
/// disposable, so nobody handles errors statement by statement: with its first failure a database goes numb. From then on statements
/// do nothing and queries find nothing, until it is rolled back or replaced. Whoever acts on what was read asks failure() first.
namespace cloudemu::sqlite {

/// How a database is: its first failure, if there was one.
struct Health {
  std::optional<Error> failure;
  uint64_t journal_pages = 0;
  std::function<void(const Error&)> on_damage;  ///< called at once when the file turns out to be damaged
};

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
  /// next(), where only a numb database can be without a row; the columns are then empty.
  bool must_find();
  int64_t integer(int column) const;
  /// TEXT or BLOB.
  std::string_view bytes(int column) const;
  std::string text(int column) const { return std::string(bytes(column)); }
  bool is_null(int column) const;
  /// Types, lengths and values of all columns, one to one: for digests.
  void append_row(std::string& out) const;

 private:
  friend class Statement;
  Query(sqlite3_stmt* statement, Health& health) : statement_(statement), health_(health) {}
  sqlite3_stmt* statement_;
  Health& health_;
};

/// A prepared statement; SQLite compiles it when it is first used, since no run of the program needs all of them. One Query at a time.
class Statement {
 public:
  Statement() = default;
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept
      : handle_(other.handle_), sql_(std::move(other.sql_)), statement_(std::exchange(other.statement_, nullptr)), health_(other.health_) {}
  Statement& operator=(Statement&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(sql_, other.sql_);
    std::swap(statement_, other.statement_);
    std::swap(health_, other.health_);
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
    return Query(statement_, *health_);
  }

 private:
  enum class Copy { no, yes };
  void prepare();
  template <class... Arguments>
  void bind_all([[maybe_unused]] Copy copy, const Arguments&... arguments) {
    if (!statement_) [[unlikely]]
      prepare();
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

  sqlite3* handle_ = nullptr;
  std::string sql_;
  sqlite3_stmt* statement_ = nullptr;
  Health* health_ = nullptr;
};

/// One connection to a database, in a file or in memory. Used by one thread at a time; statements on it must go before it does.
class Database {
 public:
  /// How a file is kept. `durable`: a killed process leaves the last commit (WAL). `scratch`: only good once closed properly; for
  /// building a file that is renamed when it is complete.
  enum class Journal { durable, scratch };

  static Result<Database> open_file(const std::string& path, Journal journal);
  /// A second look at a file that is in use: sees its last commit.
  static Result<Database> open_reader(const std::string& path);
  static Result<Database> open_memory();
  /// A database in memory out of a file's `bytes` bytes, which `fill` writes into place.
  static Result<Database> open_image(uint64_t bytes, const std::function<Result<void>(std::span<char>)>& fill);

  ~Database();
  Database(Database&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), health_(std::move(other.health_)), cache_bytes_(other.cache_bytes_) {}
  Database& operator=(Database&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(health_, other.health_);
    std::swap(cache_bytes_, other.cache_bytes_);
    return *this;
  }

  /// Why it is numb: Errc::corrupt (the file is damaged), Errc::disk_full or Errc::io (a roll back may help).
  const std::optional<Error>& failure() const { return health_->failure; }
  Health& health() { return *health_; }

  void run(std::string_view sql);
  void begin() { run("BEGIN IMMEDIATE"); }
  /// Error: the failure. The transaction is then gone, or to be rolled back: SQLite keeps nothing of it.
  Result<void> commit();
  /// Back to the last commit; wakes a numb database, unless its file is damaged or even this fails.
  void roll_back();
  bool in_transaction() const;
  bool is_in_memory() const;
  /// Lets go of the file; the database is numb for ever.
  void close();
  /// Moves the write-ahead log into the file, as far as no reader needs it. Returns the pages of the log that are in the file now.
  uint64_t checkpoint();
  /// Pages in the write-ahead log after the last commit.
  uint64_t journal_pages() const { return health_->journal_pages; }
  /// Moves all of it into the file, and the file onto the disk: it then survives a power cut. There must have been a commit since it was
  /// opened. Error: it may not.
  Result<void> checkpoint_synced();
  /// Writes a copy of the last commit into a new file; may run on another thread, with another Database. Error: Errc::busy if
  /// `keep_going`, asked now and then, said no.
  Result<void> copy_to(const std::string& path, const std::function<bool()>& keep_going = {});
  uint64_t file_bytes();

  sqlite3* handle() { return handle_; }

 private:
  explicit Database(sqlite3* handle) : handle_(handle), health_(std::make_unique<Health>()) {}
  void fit_cache();

  sqlite3* handle_ = nullptr;
  std::unique_ptr<Health> health_;
  uint64_t cache_bytes_ = 0;  ///< how large the cache may become, if it is fitted to the content
};

/// The first column of the first row that a query finds in a file, without changing anything. Error: the file is no database, or the query
/// does not fit it, or finds nothing.
Result<std::string> peek(const std::string& path, std::string_view sql);

/// SHA-256 over all rows of all tables but those whose name begins with "meta"; hexadecimal. Equal states have equal digests.
std::string state_digest(Database& database);

}  // namespace cloudemu::sqlite
