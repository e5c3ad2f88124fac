#pragma once
#include <cstdint>
#include <map>
#include <string_view>

#include "events/envelope.h"
#include "projections/sqlite.h"

namespace cloudemu::dynamodb {

/// Folds backups, exports and imports of DynamoDB. A backup costs nothing when it is made: it is a place in the log, and every item
/// says since which event it is as it is. Only when an item that a backup needs is overwritten or deleted, its row is kept as an
/// earlier version. So a backup is whole whatever becomes of the log (docs/adr/0018-backups-and-the-past.md).
class BackupProjection {
 public:
  explicit BackupProjection(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const BackupCreated& event);
  void apply(const Envelope& envelope, const BackupDeleted& event);
  void apply(const Envelope& envelope, const VersionsDropped& event);
  void apply(const Envelope& envelope, const TransferStarted& event);
  void apply(const Envelope& envelope, const TransferAdvanced& event);
  void apply(const Envelope& envelope, const TransferEnded& event);

  /// Whether a table has backups, so that what is changed in it may have to be kept.
  bool has_backups(int64_t table) const { return !newest_.empty() && newest_.contains(table); }
  /// To be called before an event changes or removes an item, or all items up to a key.
  void keep_item(int64_t table, std::string_view key, uint64_t event);
  void keep_items(int64_t table, std::string_view up_to, uint64_t event);
  /// Somebody begins, or ends, to copy from a backup: until then it cannot be deleted.
  void use(int64_t backup, int change);

 private:
  sqlite::Statement put_backup_, delete_backup_, use_, newest_of_, keep_item_, keep_items_, drop_versions_;
  sqlite::Statement put_transfer_, advance_transfer_, end_transfer_, transfer_backup_, put_file_;
  std::map<int64_t, int64_t> newest_;  // backup of each table that has any
};

}  // namespace cloudemu::dynamodb
