#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/envelope.h"
#include "projections/blob_uses.h"
#include "projections/dynamodb_read_model.h"
#include "projections/job_read_model.h"
#include "projections/s3_read_model.h"
#include "projections/sqlite.h"
#include "projections/sqs_read_model.h"
#include "projections/system_projection.h"

namespace cloudemu {

/// Where the state stands: written in the same transaction as the rows.
struct Checkpoint {
  uint64_t sequence = 0;  ///< the last event applied
  std::string chain;      ///< of the log after it, hexadecimal; empty for nothing applied yet
  std::string boot_id;    ///< of the machine's kernel when it was written
  bool clean = false;     ///< all of it was on the disk before this was written: it may be believed after the machine went down, too
};

/// All projections on one database, and the read models on top of them. Disposable: everything in it was folded from the log.
class State {
 public:
  /// Changed whenever any table's meaning changes; a database of another version is rebuilt.
  static constexpr int kSchemaVersion = 16;

  /// Creates the tables in an empty database. Error: Errc::foreign for another schema version.
  static Result<std::unique_ptr<State>> attach(sqlite::Database database);
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Folds one event in. Total: it cannot refuse.
  void apply(const Envelope& envelope);
  uint64_t applied() const { return applied_; }

  const system::SystemReadModel& system() const { return *system_read_; }
  const s3::S3ReadModel& s3() const { return *s3_read_; }
  const dynamodb::DynamoDbReadModel& dynamodb() const { return *dynamodb_read_; }
  const sqs::SqsReadModel& sqs() const { return *sqs_read_; }
  const jobs::JobReadModel& jobs() const { return *jobs_read_; }

  /// A transaction is open between begin() and commit().
  void begin() { database_.begin(); }
  /// Error: nothing since begin() was kept, nor can be: roll back and replay.
  Result<void> commit(const Checkpoint& checkpoint);
  /// Back to the last commit; no transaction is open afterwards. Error: the file is damaged, or cannot be read.
  Result<void> roll_back();
  /// Set from the first failure of the database on, until roll_back() or replace(): what was read since may be wrong, what was applied
  /// since is lost.
  const std::optional<Error>& failure() const { return database_.failure(); }
  /// Lets go of the database; only replace() may follow.
  void close();
  /// Goes on with another database, which holds a state already. Error: as attach().
  Result<void> replace(sqlite::Database database);
  Checkpoint checkpoint();
  /// The checkpoint in a state file of whatever schema version, without its chain; nothing if it cannot be read. Changes nothing.
  static std::optional<Checkpoint> checkpoint_in(const std::string& path);
  /// From now on counts how often each blob is named; for a state that is empty yet.
  void count_blobs();
  bool any_unused_blobs() const { return blob_uses_ && blob_uses_->any_unused(); }
  /// The blobs that the last events made the state forget.
  std::vector<std::string> take_unused_blobs() { return blob_uses_->take_unused(); }
  /// All that a reset left behind, to be looked through elsewhere.
  BlobUses::Counts take_forsaken_blobs() { return blob_uses_->take_forsaken(); }
  /// Hexadecimal SHA-256 over all rows.
  std::string digest();
  sqlite::Database& database() { return database_; }

 private:
  explicit State(sqlite::Database database) : database_(std::move(database)) {}
  Result<void> open();
  void open_models();
  void close_models();
  void apply(const Envelope& envelope, const system::StateReset& event);

  sqlite::Database database_;
  uint64_t applied_ = 0;
  std::unique_ptr<BlobUses> blob_uses_;
  std::unique_ptr<system::SystemProjection> system_;
  std::unique_ptr<s3::S3Projection> s3_;
  std::unique_ptr<dynamodb::BackupProjection> backups_;
  std::unique_ptr<dynamodb::DynamoDbProjection> dynamodb_;
  std::unique_ptr<sqs::SqsProjection> sqs_;
  std::unique_ptr<jobs::JobProjection> jobs_;
  std::unique_ptr<system::SystemReadModel> system_read_;
  std::unique_ptr<s3::S3ReadModel> s3_read_;
  std::unique_ptr<dynamodb::DynamoDbReadModel> dynamodb_read_;
  std::unique_ptr<sqs::SqsReadModel> sqs_read_;
  std::unique_ptr<jobs::JobReadModel> jobs_read_;
};

}  // namespace cloudemu
