#include "projections/dynamodb_backup_read_model.h"

#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::dynamodb {

using sqlite::Blob;

namespace {

constexpr std::string_view kBackup = "SELECT id, facts, uses FROM ddb_backup ";
constexpr std::string_view kTransfer = "SELECT id, facts, end, items, bytes, read_items, errors FROM ddb_transfer ";

Backup backup_of(const sqlite::Query& row) {
  return {.number = row.integer(0), .facts = events::from_json<BackupCreated>(row.bytes(1)), .in_use = row.integer(2) > 0};
}

Transfer transfer_of(const sqlite::Query& row) {
  Transfer transfer{.number = row.integer(0),
                    .facts = events::from_json<TransferStarted>(row.bytes(1)),
                    .status = "IN_PROGRESS",
                    .end = {},
                    .items = row.integer(3),
                    .bytes = row.integer(4),
                    .read_items = row.integer(5),
                    .errors = row.integer(6)};
  if (row.bytes(2).empty()) return transfer;
  transfer.end = events::from_json<TransferEnded>(row.bytes(2));
  transfer.status = transfer.end.status;
  return transfer;
}

template <class Read>
auto first(sqlite::Query row, Read read) -> std::optional<decltype(read(row))> {
  if (!row.next()) return std::nullopt;
  return read(row);
}

}  // namespace

BackupReadModel::BackupReadModel(sqlite::Database& d)
    : by_arn_(d, concat(kBackup, "WHERE account = ? AND region = ? AND arn = ?")),
      by_number_(d, concat(kBackup, "WHERE id = ?")),
      list_(d, concat(kBackup, "WHERE account = ? AND region = ? AND arn > ? ORDER BY arn")),
      expiring_(d, concat(kBackup, "INDEXED BY ddb_backup_expiry WHERE table_id = ? AND expires_at > 0 ORDER BY expires_at LIMIT 1")),
      tables_(d, "SELECT DISTINCT table_id FROM ddb_backup INDEXED BY ddb_backup_expiry WHERE expires_at > 0"),
      walk_(d,
            // Rows that are of another time are met as well, without their items: so a page of keys costs the same wherever it is.
            "SELECT key, size, CASE WHEN since <= ?2 THEN item ELSE '' END FROM ddb_item WHERE table_id = ?1 AND key >= ?3 UNION ALL "
            "SELECT key, size, CASE WHEN since <= ?2 AND until > ?2 THEN item ELSE '' END FROM ddb_version WHERE table_id = ?1 "
            "AND key >= ?3 ORDER BY key"),
      versions_(d, "SELECT key, size FROM ddb_version WHERE table_id = ? AND key > ? ORDER BY key"),
      transfer_by_arn_(d, concat(kTransfer, "WHERE account = ? AND region = ? AND arn = ?")),
      transfer_by_number_(d, concat(kTransfer, "WHERE id = ?")),
      transfer_by_token_(d, concat(kTransfer, "WHERE account = ? AND region = ? AND kind = ? AND token = ? ORDER BY id DESC")),
      transfers_(d, concat(kTransfer, "WHERE account = ?1 AND region = ?2 AND kind = ?3 AND (?4 = '' OR arn < ?4) ORDER BY arn DESC")),
      files_(d, "SELECT line FROM ddb_transfer_file WHERE transfer = ? ORDER BY id") {}

namespace {

/// Account and region of an ARN: arn:aws:dynamodb:REGION:ACCOUNT:table/...
struct Place {
  std::string_view account, region;
};
Place place_of(std::string_view arn) {
  std::vector<std::string_view> parts = split(arn, ':');
  return parts.size() < 5 ? Place() : Place{parts[4], parts[3]};
}

}  // namespace

std::optional<Backup> BackupReadModel::find(std::string_view arn) const {
  Place place = place_of(arn);
  return first(by_arn_.query(place.account, place.region, arn), backup_of);
}

std::optional<Backup> BackupReadModel::find(int64_t number) const { return first(by_number_.query(number), backup_of); }

void BackupReadModel::for_each(std::string_view account, std::string_view region, std::string_view after,
                               const std::function<bool(const Backup&)>& visit) const {
  for (auto row = list_.query(account, region, after); row.next();) {
    if (!visit(backup_of(row))) return;
  }
}

std::optional<Backup> BackupReadModel::first_to_expire(int64_t table) const { return first(expiring_.query(table), backup_of); }

std::vector<int64_t> BackupReadModel::tables_with_expiry() const {
  std::vector<int64_t> tables;
  for (auto row = tables_.query(); row.next();) tables.push_back(row.integer(0));
  return tables;
}

/// Rows of the same key come one after the other, and at most one of them is of that time: each key is visited once, so that whoever
/// stops there can go on behind it.
void BackupReadModel::walk(int64_t table, int64_t as_of, std::string_view from, const std::function<bool(const Visit&)>& visit) const {
  std::optional<std::string> key;
  std::string json;
  uint32_t size = 0;
  for (auto row = walk_.query(table, as_of, Blob{from}); row.next();) {
    if (key && row.bytes(0) != *key) {
      if (!visit({*key, size, json})) return;
      json.clear();
    }
    key = row.text(0);
    if (row.bytes(2).empty()) continue;
    json = row.text(2);
    size = static_cast<uint32_t>(row.integer(1));
  }
  if (key) visit({*key, size, json});
}

void BackupReadModel::versions(int64_t table, std::string_view after,
                               const std::function<bool(std::string_view key, uint32_t size)>& visit) const {
  for (auto row = versions_.query(table, Blob{after}); row.next();) {
    if (!visit(row.bytes(0), static_cast<uint32_t>(row.integer(1)))) return;
  }
}

std::optional<Transfer> BackupReadModel::transfer(std::string_view arn) const {
  Place place = place_of(arn);
  return first(transfer_by_arn_.query(place.account, place.region, arn), transfer_of);
}

std::optional<Transfer> BackupReadModel::transfer(int64_t number) const { return first(transfer_by_number_.query(number), transfer_of); }

std::optional<Transfer> BackupReadModel::transfer_of_token(std::string_view account, std::string_view region, std::string_view kind,
                                                           std::string_view token) const {
  return first(transfer_by_token_.query(account, region, kind, token), transfer_of);
}

/// In the order of AWS's lists: of each table the newest first. `after` is empty for the beginning.
void BackupReadModel::for_each_transfer(std::string_view account, std::string_view region, std::string_view kind, std::string_view after,
                                        const std::function<bool(const Transfer&)>& visit) const {
  for (auto row = transfers_.query(account, region, kind, after); row.next();) {
    if (!visit(transfer_of(row))) return;
  }
}

std::vector<std::string> BackupReadModel::files(int64_t transfer) const {
  std::vector<std::string> lines;
  for (auto row = files_.query(transfer); row.next();) lines.push_back(row.text(0));
  return lines;
}

}  // namespace cloudemu::dynamodb
