#include "projections/dynamodb_backup_projection.h"

#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::dynamodb {

using sqlite::Blob;

void BackupProjection::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE ddb_backup(
      id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, arn TEXT NOT NULL,
      facts TEXT NOT NULL, uses INTEGER NOT NULL, expires_at INTEGER NOT NULL);
    CREATE INDEX ddb_backup_table ON ddb_backup(table_id, id);
    CREATE INDEX ddb_backup_expiry ON ddb_backup(table_id, expires_at) WHERE expires_at > 0;
    CREATE INDEX ddb_backup_arn ON ddb_backup(account, region, arn);
    CREATE TABLE ddb_version(
      id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, key BLOB NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
      size INTEGER NOT NULL, item TEXT NOT NULL,
      UNIQUE(table_id, key, since));
    CREATE TABLE ddb_transfer(
      id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, arn TEXT NOT NULL, token TEXT NOT NULL,
      facts TEXT NOT NULL, end TEXT NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL, read_items INTEGER NOT NULL,
      errors INTEGER NOT NULL);
    CREATE INDEX ddb_transfer_arn ON ddb_transfer(account, region, kind, arn);
    CREATE INDEX ddb_transfer_token ON ddb_transfer(account, region, kind, token);
    CREATE TABLE ddb_transfer_file(
      id INTEGER PRIMARY KEY, transfer INTEGER NOT NULL, line TEXT NOT NULL);
    CREATE INDEX ddb_transfer_file_of ON ddb_transfer_file(transfer, id);
  )sql");
}

namespace {

constexpr std::string_view kKeep =
    "INSERT INTO ddb_version SELECT NULL, table_id, key, since, ?3, size, item FROM ddb_item WHERE table_id = ?1 AND since <= ?4 AND key ";

}  // namespace

BackupProjection::BackupProjection(sqlite::Database& d)
    : put_backup_(d, "INSERT INTO ddb_backup VALUES(?, ?, ?, ?, ?, ?, 0, ?)"),
      delete_backup_(d, "DELETE FROM ddb_backup WHERE id = ?"),
      use_(d, "UPDATE ddb_backup SET uses = uses + ?2 WHERE id = ?1"),
      newest_of_(d, "SELECT max(id) FROM ddb_backup WHERE table_id = ?"),
      keep_item_(d, concat(kKeep, "= ?2")),
      keep_items_(d, concat(kKeep, "<= ?2")),
      drop_versions_(d,
                     "DELETE FROM ddb_version WHERE table_id = ?1 AND key > ?2 AND key <= ?3 AND NOT EXISTS (SELECT 1 FROM ddb_backup b "
                     "WHERE b.table_id = ?1 AND b.id >= since AND b.id < until)"),
      put_transfer_(d, "INSERT INTO ddb_transfer VALUES(?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, 0)"),
      advance_transfer_(d,
                        "UPDATE ddb_transfer SET items = items + ?2, bytes = bytes + ?3, read_items = read_items + ?4, "
                        "errors = errors + ?5 WHERE id = ?1"),
      end_transfer_(d, "UPDATE ddb_transfer SET end = ?2 WHERE id = ?1"),
      transfer_backup_(d, "SELECT facts FROM ddb_transfer WHERE id = ?"),
      put_file_(d, "INSERT INTO ddb_transfer_file VALUES(NULL, ?, ?)") {
  sqlite::Statement newest(d, "SELECT table_id, max(id) FROM ddb_backup GROUP BY table_id");
  for (auto row = newest.query(); row.next();) newest_[row.integer(0)] = row.integer(1);
}

void BackupProjection::apply(const Envelope& envelope, const BackupCreated& e) {
  put_backup_.run(envelope.sequence, e.table, e.account, e.region, e.arn, events::to_json(e), e.expires_at);
  newest_[e.table] = static_cast<int64_t>(envelope.sequence);
}

void BackupProjection::apply(const Envelope&, const BackupDeleted& e) {
  delete_backup_.run(e.backup);
  newest_.erase(e.table);
  if (auto row = newest_of_.query(e.table); row.next() && !row.is_null(0)) newest_[e.table] = row.integer(0);
}

void BackupProjection::apply(const Envelope&, const VersionsDropped& e) {
  drop_versions_.run(e.table, Blob{e.after.bytes}, Blob{e.up_to.bytes});
}

void BackupProjection::apply(const Envelope& envelope, const TransferStarted& e) {
  put_transfer_.run(envelope.sequence, e.account, e.region, e.kind, e.arn, e.token, events::to_json(e));
  use(e.backup, 1);
}

void BackupProjection::apply(const Envelope&, const TransferAdvanced& e) {
  advance_transfer_.run(e.transfer, e.items, e.bytes, e.read_items, e.errors);
  if (!e.file.text.empty()) put_file_.run(e.transfer, e.file.text);
}

void BackupProjection::apply(const Envelope&, const TransferEnded& e) {
  end_transfer_.run(e.transfer, events::to_json(e));
  if (auto row = transfer_backup_.query(e.transfer); row.must_find()) use(events::from_json<TransferStarted>(row.bytes(0)).backup, -1);
}

void BackupProjection::keep_item(int64_t table, std::string_view key, uint64_t event) {
  keep_item_.run(table, Blob{key}, event, newest_.at(table));
}

void BackupProjection::keep_items(int64_t table, std::string_view up_to, uint64_t event) {
  keep_items_.run(table, Blob{up_to}, event, newest_.at(table));
}

void BackupProjection::use(int64_t backup, int change) {
  if (backup > 0) use_.run(backup, change);
}

}  // namespace cloudemu::dynamodb
