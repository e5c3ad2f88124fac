#pragma once
#include <string_view>

#include "projections/dynamodb_read_model.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/call.h"
#include "services/errand.h"

/// What restores, exports and imports have in common.
namespace cloudemu::dynamodb {

// BackupCreated::kind.
inline constexpr std::string_view kUserBackup = "USER", kSystemBackup = "SYSTEM", kHold = "HOLD";
// Origin::kind.
inline constexpr std::string_view kFromBackup = "BACKUP", kFromPast = "TIME", kImported = "IMPORT";
// TransferStarted::kind.
inline constexpr std::string_view kExport = "EXPORT", kImport = "IMPORT";

/// Whether a table still gets the items that it was made of: nobody may use it.
inline bool is_filling(const Table& table) { return table.description.origin && table.description.origin->filling; }

/// The backup that BackupArn means. Error: BackupNotFoundException.
AwsResult<Backup> require_backup(const DynamoDbReadModel& state, const Call& call, Reach reach = Reach::region);
/// A backup of a table as it is now, without name and ARN.
BackupCreated backup_of(const DynamoDbReadModel& state, const Table& table, std::string_view kind, TimeMs now);
std::string backup_arn(const Table& table, TimeMs now, Entropy& entropy);

/// From when on a table with point-in-time recovery can be restored: not before the history that there is; without one, now.
TimeMs earliest_restorable(const TableDescription& table, const Call& call);
inline bool has_past(const Call& call) { return call.history_since <= call.now; }

/// Where items are copied from: a backup, the hold that was made just before the copy, or the past.
struct Source {
  std::optional<Backup> backup = {};
  const DynamoDbReadModel* past = nullptr;
  const DynamoDbReadModel* present = nullptr;
  int64_t table = 0;  ///< in the past
  std::optional<Errand> errand = {};

  bool is_there() const { return backup || past; }
  bool is_hold() const { return backup && backup->facts.kind == kHold; }
  /// Calls `visit` for the items from a key on until it returns false.
  void walk(std::string_view from, const std::function<bool(const BackupReadModel::Visit&)>& visit) const;
};
/// `number`: of the table or the transfer that is made, which is the sequence of its event. Nothing is there if the past cannot be had.
Source source_of(const DynamoDbReadModel& state, const Origin& origin, int64_t number, const Brought* brought);

/// An item of another table, with the same key, comes into this one, where there is none of that key yet.
ItemPut restored_item(const Table& table, const BackupReadModel::Visit& item);

}  // namespace cloudemu::dynamodb
