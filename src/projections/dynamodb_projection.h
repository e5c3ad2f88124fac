#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "events/envelope.h"
#include "projections/sqlite.h"

namespace cloudemu::dynamodb {

/// Folds the events of DynamoDB: one row per table, and per table one SQLite table of items and one per secondary index, so that
/// deleting a table is quick whatever its size.
class DynamoDbProjection {
 public:
  explicit DynamoDbProjection(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const TableCreated& event);
  void apply(const Envelope& envelope, const TableUpdated& event);
  void apply(const Envelope& envelope, const TableDeleted& event);
  void apply(const Envelope& envelope, const ItemPut& event);
  void apply(const Envelope& envelope, const ItemDeleted& event);
  void apply(const Envelope& envelope, const IndexFilled& event);
  void apply(const Envelope& envelope, const TokenUsed& event);
  /// Writes the counters that are kept in memory between commits.
  void flush();

  uint64_t catalog_changes() const { return catalog_changes_; }

  /// Of a table or a secondary index, always exact.
  struct Totals {
    int64_t items = 0;
    int64_t bytes = 0;
  };
  Totals totals(int64_t table);
  Totals index_totals(int64_t table, int64_t index);

  static std::string item_table(int64_t table);
  static std::string index_table(int64_t table, int64_t index);

 private:
  struct OpenIndex {
    int64_t number;
    sqlite::Statement find, insert, update, remove;
    Totals totals;
  };
  /// What is kept at hand for a table that is being written to, for so many tables.
  static constexpr size_t kOpenTablesMax = 256;
  struct OpenTable {
    sqlite::Statement put, put_returning, find, remove;
    std::vector<OpenIndex> indexes;
    Totals totals;
    bool dirty = false;
  };
  OpenTable& open(int64_t table);
  OpenIndex open_index(int64_t table, int64_t index);
  void create_index(int64_t table, int64_t index);
  void drop_index(int64_t table, int64_t index);
  static void put_entry(OpenIndex& index, int64_t item, const IndexKey& entry, bool was_there);
  static void remove_entry(OpenIndex& index, int64_t item);

  sqlite::Database& database_;
  sqlite::Statement put_table_, update_table_, delete_table_, find_table_, put_totals_;
  sqlite::Statement put_index_, delete_index_, find_index_, put_index_totals_;
  sqlite::Statement put_token_, expire_tokens_;
  std::unordered_map<int64_t, OpenTable> open_tables_;
  uint64_t catalog_changes_ = 0;
};

}  // namespace cloudemu::dynamodb
