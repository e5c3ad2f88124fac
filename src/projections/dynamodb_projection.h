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
  /// Writes the counters that are kept in memory between commits.
  void flush();

  uint64_t catalog_changes() const { return catalog_changes_; }

  struct Totals {
    int64_t items = 0;
    int64_t bytes = 0;
  };
  Totals totals(int64_t table);

  static std::string item_table(int64_t table);
  static std::string index_table(int64_t table, int64_t index);

 private:
  struct IndexStatements {
    int64_t number;
    sqlite::Statement put, remove;
  };
  /// What is kept at hand for a table that is being written to.
  struct OpenTable {
    sqlite::Statement put, put_returning, find, remove;
    std::vector<IndexStatements> indexes;
    Totals totals;
    bool dirty = false;
  };
  OpenTable& open(int64_t table);
  void create_index(int64_t table, int64_t index);

  sqlite::Database& database_;
  sqlite::Statement put_table_, update_table_, delete_table_, find_table_, put_totals_;
  std::unordered_map<int64_t, OpenTable> open_tables_;
  uint64_t catalog_changes_ = 0;
};

}  // namespace cloudemu::dynamodb
