#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/dynamodb_backup_events.h"
#include "projections/sqlite.h"

namespace cloudemu::dynamodb {

/// A backup as it is looked at.
struct Backup {
  int64_t number = 0;
  BackupCreated facts;
  bool in_use = false;  ///< a restore or an export copies from it
};

/// An export or an import as it is looked at.
struct Transfer {
  int64_t number = 0;
  TransferStarted facts;
  std::string status;  ///< IN_PROGRESS, COMPLETED, FAILED
  TransferEnded end;   ///< of one that ended
  int64_t items = 0, bytes = 0, read_items = 0, errors = 0;
};

/// Const queries over what BackupProjection has folded.
class BackupReadModel {
 public:
  explicit BackupReadModel(sqlite::Database& database);

  std::optional<Backup> find(std::string_view arn) const;
  std::optional<Backup> find(int64_t number) const;
  /// Calls `visit` for the backups of a place that clients may see, in the order of their ARNs, from `after` (exclusive) on, until it
  /// returns false.
  void for_each(std::string_view account, std::string_view region, std::string_view after,
                const std::function<bool(const Backup&)>& visit) const;

  /// The backup of a table that expires first, and the tables that have one that will.
  std::optional<Backup> first_to_expire(int64_t table) const;
  std::vector<int64_t> tables_with_expiry() const;

  /// A key, and its item as it was; empty: there was none. The views are valid during the visit.
  struct Visit {
    std::string_view key;
    uint32_t size;
    std::string_view json;
  };
  /// Calls `visit` for the items of a table as they were after event `as_of`, from a key on, until it returns false. Only of events that a
  /// backup holds.
  void walk(int64_t table, int64_t as_of, std::string_view from, const std::function<bool(const Visit&)>& visit) const;
  /// Calls `visit` for the keys and sizes of a table's earlier versions, behind the key `after`, until it returns false.
  void versions(int64_t table, std::string_view after, const std::function<bool(std::string_view key, uint32_t size)>& visit) const;

  std::optional<Transfer> transfer(std::string_view arn) const;
  std::optional<Transfer> transfer(int64_t number) const;
  /// The one that was started with a token.
  std::optional<Transfer> transfer_of_token(std::string_view account, std::string_view region, std::string_view kind,
                                            std::string_view token) const;
  void for_each_transfer(std::string_view account, std::string_view region, std::string_view kind, std::string_view after,
                         const std::function<bool(const Transfer&)>& visit) const;
  /// The lines of an export's manifest, in order.
  std::vector<std::string> files(int64_t transfer) const;

 private:
  mutable sqlite::Statement by_arn_, by_number_, list_, expiring_, tables_, walk_, versions_;
  mutable sqlite::Statement transfer_by_arn_, transfer_by_number_, transfer_by_token_, transfers_, files_;
};

}  // namespace cloudemu::dynamodb
