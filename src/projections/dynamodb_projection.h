#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/envelope.h"
#include "projections/dynamodb_backup_projection.h"
#include "projections/dynamodb_streams.h"
#include "projections/sqlite.h"

namespace cloudemu::dynamodb {

/// Folds the events of DynamoDB. The items of all tables share one SQLite table, the entries of all indexes another: making or deleting
/// a table costs the same however many there are. Numbers of tables and indexes come first in the keys.
class DynamoDbProjection {
 public:
  DynamoDbProjection(sqlite::Database& database, BackupProjection& backups);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const TableCreated& event);
  void apply(const Envelope& envelope, const TableUpdated& event);
  void apply(const Envelope& envelope, const TableDeleted& event);
  void apply(const Envelope& envelope, const RowsDropped& event);
  void apply(const Envelope& envelope, const IndexDropped& event);
  void apply(const Envelope& envelope, const TableDropped& event);
  void apply(const Envelope& envelope, const ItemPut& event);
  void apply(const Envelope& envelope, const ItemPatched& event);
  void apply(const Envelope& envelope, const ItemDeleted& event);
  void apply(const Envelope& envelope, const IndexFilled& event);
  void apply(const Envelope& envelope, const IndexCompleted& event);
  void apply(const Envelope& envelope, const StreamTrimmed& event);
  void apply(const Envelope& envelope, const TokenUsed& event);
  void apply(const Envelope& envelope, const TableFilled& event);
  /// Writes the counters that are kept in memory between commits.
  void flush();

  uint64_t catalog_changes() const { return catalog_changes_; }

  /// Counts of a table or a secondary index, always exact.
  struct Totals {
    int64_t items = 0;
    int64_t bytes = 0;
  };
  /// For a table that is being deleted: as they were before.
  Totals totals(int64_t table);
  Totals index_totals(int64_t table, int64_t index);
  /// The number that an index has among those of all tables; deleted ones have it until nothing is left of them. 0: no such index.
  int64_t index_id(int64_t table, int64_t index);
  /// How many tables an account has in a region, those included that are being deleted.
  int64_t table_count(std::string_view account, std::string_view region) const;
  /// Numbers of the indexes of a table of which something is left, deleted ones included.
  std::vector<int64_t> indexes_left(int64_t table);
  /// Numbers of the tables that have time to live.
  std::vector<int64_t> tables_with_expiry();

 private:
  struct OpenIndex {
    int64_t number;
    int64_t id;
    Totals totals;
  };
  /// Tables whose totals are kept at hand, at most.
  static constexpr size_t kOpenTablesMax = 256;
  struct OpenTable {
    std::vector<OpenIndex> indexes;
    std::optional<StreamProjection::Open> stream;
    Totals totals;
    bool dirty = false;
  };
  OpenTable& open(int64_t table);
  /// Writes its totals and lets go of it.
  void close(int64_t table);
  void write_totals(int64_t id, OpenTable& table);
  static std::string place(std::string_view account, std::string_view region);
  void follow_stream(const Envelope& envelope, int64_t table, const TableDescription& description);
  void record(const Envelope& envelope, const OpenTable& table, const ItemPut& event);
  void record(const Envelope& envelope, const OpenTable& table, const ItemDeleted& event);
  void drop_index_rows(int64_t table, int64_t index);
  void put_entry(OpenIndex& index, int64_t item, const IndexKey& entry, bool was_there);
  void remove_entry(OpenIndex& index, int64_t item);

  BackupProjection& backups_;
  sqlite::Statement put_table_, update_table_, set_deleting_, delete_table_, find_table_, find_place_, put_totals_;
  sqlite::Statement put_index_, delete_index_, delete_indexes_, find_index_, indexes_of_, put_index_totals_;
  sqlite::Statement put_item_, put_item_returning_, find_item_, read_item_, remove_item_, drop_items_, drop_all_items_;
  sqlite::Statement find_entry_, insert_entry_, remove_entry_, drop_entries_, drop_all_entries_;
  sqlite::Statement put_token_, expire_tokens_, expiring_;
  StreamProjection streams_;
  std::unordered_map<int64_t, OpenTable> open_tables_;
  std::unordered_map<std::string, int64_t> table_counts_;  // by place
  uint64_t catalog_changes_ = 0;
};

}  // namespace cloudemu::dynamodb
