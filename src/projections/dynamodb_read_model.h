#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/dynamodb_events.h"
#include "projections/dynamodb_projection.h"
#include "projections/sqlite.h"

namespace cloudemu::dynamodb {

struct Table {
  int64_t id = 0;
  std::string account, region;
  TableDescription description;
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

class DynamoDbReadModel {
 public:
  DynamoDbReadModel(sqlite::Database& database, DynamoDbProjection& projection);

  /// Null if there is none. Valid until the next change to any table.
  const Table* find_table(std::string_view account, std::string_view region, std::string_view name) const;
  /// Names in order, from `after` (exclusive) on.
  std::vector<std::string> table_names(std::string_view account, std::string_view region, std::string_view after, size_t limit) const;
  DynamoDbProjection::Totals totals(int64_t table) const { return projection_.totals(table); }
  DynamoDbProjection::Totals index_totals(int64_t table, int64_t index) const { return projection_.index_totals(table, index); }

  std::optional<StoredItem> item(int64_t table, std::string_view key) const;
  std::optional<uint32_t> item_size(int64_t table, std::string_view key) const;

  /// An item met on a walk; the views are valid during the visit.
  struct Visit {
    std::string_view key;   ///< ordering key in the table or index that is walked
    uint32_t size;          ///< of the item, or of what the index holds of it
    std::string_view json;  ///< the whole item, whatever the index holds
    uint32_t item_size;
  };
  /// Calls `visit` for the items in a range until it returns false.
  void walk(int64_t table, std::optional<int64_t> index, const KeyRange& range, const std::function<bool(const Visit&)>& visit) const;

  /// What a transaction's token was used for, unless that is forgotten.
  struct Token {
    std::string fingerprint;
    TimeMs expires_at;
  };
  std::optional<Token> token(std::string_view account, std::string_view region, std::string_view token) const;

 private:
  /// Statements are kept at hand for so many tables.
  static constexpr size_t kOpenTablesMax = 256;
  struct OpenTable {
    sqlite::Statement item, item_size;
    std::unordered_map<int64_t, std::pair<sqlite::Statement, sqlite::Statement>> walks;  // by index (0: the table); up, down
  };
  OpenTable& open(int64_t table) const;
  void forget_if_changed() const;

  sqlite::Database& database_;
  DynamoDbProjection& projection_;
  mutable sqlite::Statement find_table_, table_names_, find_token_;
  mutable std::unordered_map<std::string, Table> tables_;
  mutable std::unordered_map<int64_t, OpenTable> open_tables_;
  mutable uint64_t changes_ = 0;
};

}  // namespace cloudemu::dynamodb
