#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/dynamodb_events.h"
#include "projections/dynamodb_backup_read_model.h"
#include "projections/dynamodb_projection.h"
#include "projections/sqlite.h"

namespace cloudemu::dynamodb {

struct Table {
  int64_t id = 0;
  std::string account, region;
  TableDescription description;
  bool deleting = false;  ///< nobody can read or write it any more; what is in it is being dropped
};

struct StoredItem {
  std::string json;  ///< {"pk":{"S":"a"},...}
  uint32_t size = 0;
};

/// A stretch of ordering keys, walked in order: from `from` (inclusive) up to `to` (exclusive, empty: to the end), or from the end
/// of it down.
struct KeyRange {
  std::string from;
  std::string to;
  bool forward = true;
};

/// Const queries over what DynamoDbProjection has folded: tables, items, indexes. Pointers and views are valid until the next event.
class DynamoDbReadModel {
 public:
  DynamoDbReadModel(sqlite::Database& database, DynamoDbProjection& projection);

  /// Null if absent; it may be one that is being deleted. Valid until the next change to any table.
  const Table* find_table(std::string_view account, std::string_view region, std::string_view name) const;
  /// The table with a number; null if it is gone.
  const Table* find_table(int64_t number) const;
  /// Names in order, from `after` (exclusive) on.
  std::vector<std::string> table_names(std::string_view account, std::string_view region, std::string_view after, size_t limit) const;
  DynamoDbProjection::Totals totals(int64_t table) const { return projection_.totals(table); }
  DynamoDbProjection::Totals index_totals(int64_t table, int64_t index) const { return projection_.index_totals(table, index); }

  const StreamReadModel& streams() const { return streams_; }
  std::vector<int64_t> tables_with_expiry() const { return projection_.tables_with_expiry(); }
  /// Backups, exports and imports.
  const BackupReadModel& backups() const { return backups_; }

  std::vector<int64_t> indexes_left(int64_t table) const { return projection_.indexes_left(table); }

  std::optional<StoredItem> item(int64_t table, std::string_view key) const;
  std::optional<uint32_t> item_size(int64_t table, std::string_view key) const;

  /// How many tables there are, those included that are being deleted.
  int64_t table_count(std::string_view account, std::string_view region) const { return projection_.table_count(account, region); }

  /// An item met on a walk; the views are valid during the visit.
  struct Visit {
    std::string_view key;   ///< ordering key in the table or index that is walked
    uint32_t size;          ///< of the item, or of what the index holds of it
    std::string_view json;  ///< the whole item, whatever the index holds; empty if only keys are loaded
    uint32_t item_size;     ///< likewise 0
  };
  /// What is loaded on a walk: items cost the more the longer they are, keys and sizes never much.
  enum class Load { keys, items };
  /// Calls `visit` for the items in a range until it returns false. `visit` must not call back.
  void walk(int64_t table, std::optional<int64_t> index, const KeyRange& range, Load load,
            const std::function<bool(const Visit&)>& visit) const;

  /// Tables of an account that are part of a global table of that version, in all regions, by name and region.
  std::vector<Table> global_tables(std::string_view account, std::string_view version) const;

  /// What a transaction's token was used for, unless that is forgotten.
  struct Token {
    std::string fingerprint;
    TimeMs expires_at;
    std::vector<uint32_t> item_bytes;  ///< by action; empty in logs of versions that did not note it
  };
  std::optional<Token> token(std::string_view account, std::string_view region, std::string_view token) const;

 private:
  /// Tables kept at hand, about: when there are more, those of the time before are let go of, and those of late stay valid.
  static constexpr size_t kTablesMax = 1024;
  struct WalkStatements {
    sqlite::Statement up, down;
  };

  static WalkStatements walk_statements(sqlite::Database& database, std::string_view columns, std::string_view id, std::string_view key);
  void forget_if_changed() const;

  DynamoDbProjection& projection_;
  BackupReadModel backups_;
  mutable sqlite::Statement find_table_, table_name_, table_names_, item_, item_size_, find_token_, global_tables_;
  mutable WalkStatements items_, item_keys_, entries_, entry_keys_;
  StreamReadModel streams_;
  mutable std::unordered_map<std::string, Table> tables_, tables_before_;
  mutable uint64_t changes_ = 0;
};

}  // namespace cloudemu::dynamodb
