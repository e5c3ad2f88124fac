#include "projections/dynamodb_read_model.h"

#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::dynamodb {

using sqlite::Blob;
using sqlite::Statement;

DynamoDbReadModel::WalkStatements DynamoDbReadModel::walk_statements(sqlite::Database& d, std::string_view columns, std::string_view id,
                                                                     std::string_view key) {
  std::string sql = concat("SELECT ", columns, " WHERE ", id, " = ?1 AND ", key, " >= ?2 AND ", key, " < ?3 ORDER BY ", key);
  return {.up = Statement(d, sql), .down = Statement(d, sql + " DESC")};
}

DynamoDbReadModel::DynamoDbReadModel(sqlite::Database& d, DynamoDbProjection& projection)
    : projection_(projection),
      backups_(d),
      find_table_(d, "SELECT id, description, deleting FROM ddb_table WHERE account = ? AND region = ? AND name = ?"),
      table_name_(d, "SELECT account, region, name FROM ddb_table WHERE id = ?"),
      table_names_(d, "SELECT name FROM ddb_table WHERE account = ? AND region = ? AND name > ? ORDER BY name LIMIT ?"),
      item_(d, "SELECT item, size FROM ddb_item WHERE table_id = ? AND key = ?"),
      item_size_(d, "SELECT size FROM ddb_item WHERE table_id = ? AND key = ?"),
      find_token_(d, "SELECT fingerprint, expires_at, item_bytes FROM ddb_token WHERE account = ? AND region = ? AND token = ?"),
      global_tables_(d,
                     "SELECT region, name FROM ddb_table WHERE account = ?1 AND deleting = 0 "
                     "AND instr(description, '\"global_version\":\"' || ?2 || '\"') > 0 ORDER BY name, region"),
      items_(walk_statements(d, "key, size, item, size FROM ddb_item", "table_id", "key")),
      item_keys_(walk_statements(d, "key, size FROM ddb_item", "table_id", "key")),
      entries_(
          walk_statements(d, "e.key, e.size, i.item, i.size FROM ddb_entry e JOIN ddb_item i ON i.id = e.item", "e.index_id", "e.key")),
      entry_keys_(walk_statements(d, "key, size FROM ddb_entry", "index_id", "key")),
      streams_(d) {}

/// Names may mean other tables now; and there may be too many tables at hand.
void DynamoDbReadModel::forget_if_changed() const {
  bool changed = changes_ != projection_.catalog_changes();
  if (!changed && tables_.size() < kTablesMax) return;
  // A call holds on to all the tables that it is about: those found of late stay where they are.
  tables_before_ = std::move(tables_);
  tables_.clear();
  if (changed) tables_before_.clear();
  changes_ = projection_.catalog_changes();
}

const Table* DynamoDbReadModel::find_table(std::string_view account, std::string_view region, std::string_view name) const {
  forget_if_changed();
  std::string key = concat(account, '/', region, '/', name);
  auto known = tables_.find(key);
  if (known != tables_.end()) return &known->second;
  auto row = find_table_.query(account, region, name);
  if (!row.next()) return nullptr;
  Table table{.id = row.integer(0),
              .account = std::string(account),
              .region = std::string(region),
              .description = events::from_json<TableDescription>(row.bytes(1)),
              .deleting = row.integer(2) != 0};
  return &tables_.emplace(std::move(key), std::move(table)).first->second;
}

const Table* DynamoDbReadModel::find_table(int64_t number) const {
  auto row = table_name_.query(number);
  return row.next() ? find_table(row.bytes(0), row.bytes(1), row.bytes(2)) : nullptr;
}

std::vector<std::string> DynamoDbReadModel::table_names(std::string_view account, std::string_view region, std::string_view after,
                                                        size_t limit) const {
  std::vector<std::string> names;
  for (auto row = table_names_.query(account, region, after, limit); row.next();) names.push_back(row.text(0));
  return names;
}

std::optional<StoredItem> DynamoDbReadModel::item(int64_t table, std::string_view key) const {
  auto row = item_.query(table, Blob{key});
  if (!row.next()) return std::nullopt;
  return StoredItem{row.text(0), static_cast<uint32_t>(row.integer(1))};
}

std::optional<uint32_t> DynamoDbReadModel::item_size(int64_t table, std::string_view key) const {
  auto row = item_size_.query(table, Blob{key});
  if (!row.next()) return std::nullopt;
  return static_cast<uint32_t>(row.integer(0));
}

void DynamoDbReadModel::walk(int64_t table, std::optional<int64_t> index, const KeyRange& range, Load load,
                             const std::function<bool(const Visit&)>& visit) const {
  // No ordering key begins with 0xFF 0xFF ...: they begin with a hash, and those of 16 such bytes do not occur.
  static const std::string kEnd(16, '\xFF');
  bool whole = load == Load::items;
  WalkStatements& statements = index ? (whole ? entries_ : entry_keys_) : (whole ? items_ : item_keys_);
  Statement& statement = range.forward ? statements.up : statements.down;
  int64_t id = index ? projection_.index_id(table, *index) : table;
  for (auto row = statement.query(id, Blob{range.from}, Blob{range.to.empty() ? kEnd : range.to}); row.next();) {
    auto size = static_cast<uint32_t>(row.integer(1));
    bool more = whole ? visit({row.bytes(0), size, row.bytes(2), static_cast<uint32_t>(row.integer(3))})
                      : visit({row.bytes(0), size, std::string_view(), 0});
    if (!more) return;
  }
}

std::vector<Table> DynamoDbReadModel::global_tables(std::string_view account, std::string_view version) const {
  std::vector<std::pair<std::string, std::string>> places;
  for (auto row = global_tables_.query(account, version); row.next();) places.emplace_back(row.text(0), row.text(1));
  std::vector<Table> tables;
  for (const auto& [region, name] : places) {
    if (const Table* table = find_table(account, region, name)) tables.push_back(*table);
  }
  return tables;
}

std::optional<DynamoDbReadModel::Token> DynamoDbReadModel::token(std::string_view account, std::string_view region,
                                                                 std::string_view token) const {
  auto row = find_token_.query(account, region, token);
  if (!row.next()) return std::nullopt;
  return Token{row.text(0), row.integer(1), events::from_json<std::vector<uint32_t>>(row.bytes(2))};
}

}  // namespace cloudemu::dynamodb
