#include "projections/dynamodb_read_model.h"

#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::dynamodb {

using sqlite::Blob;
using sqlite::Statement;

DynamoDbReadModel::DynamoDbReadModel(sqlite::Database& d, DynamoDbProjection& projection)
    : database_(d),
      projection_(projection),
      find_table_(d, "SELECT id, description FROM ddb_table WHERE account = ? AND region = ? AND name = ?"),
      table_names_(d, "SELECT name FROM ddb_table WHERE account = ? AND region = ? AND name > ? ORDER BY name LIMIT ?"),
      find_token_(d, "SELECT fingerprint, expires_at FROM ddb_token WHERE account = ? AND region = ? AND token = ?") {}

/// A table that is to be dropped must have no statement in use, and names may mean other tables now.
void DynamoDbReadModel::forget_if_changed() const {
  if (changes_ == projection_.catalog_changes()) return;
  tables_.clear();
  open_tables_.clear();
  changes_ = projection_.catalog_changes();
}

const Table* DynamoDbReadModel::find_table(std::string_view account, std::string_view region, std::string_view name) const {
  forget_if_changed();
  std::string key = concat(account, '/', region, '/', name);
  auto known = tables_.find(key);
  if (known != tables_.end()) return &known->second;
  auto row = find_table_.query(account, region, name);
  if (!row.next()) return nullptr;
  Table table{row.integer(0), std::string(account), std::string(region), events::from_json<TableDescription>(row.bytes(1))};
  return &tables_.emplace(std::move(key), std::move(table)).first->second;
}

std::vector<std::string> DynamoDbReadModel::table_names(std::string_view account, std::string_view region, std::string_view after,
                                                        size_t limit) const {
  std::vector<std::string> names;
  for (auto row = table_names_.query(account, region, after, limit); row.next();) names.push_back(row.text(0));
  return names;
}

DynamoDbReadModel::OpenTable& DynamoDbReadModel::open(int64_t table) const {
  forget_if_changed();
  auto known = open_tables_.find(table);
  if (known != open_tables_.end()) return known->second;
  if (open_tables_.size() >= kOpenTablesMax) open_tables_.clear();
  std::string name = DynamoDbProjection::item_table(table);
  OpenTable opened{.item = Statement(database_, concat("SELECT item, size FROM ", name, " WHERE key = ?")),
                   .item_size = Statement(database_, concat("SELECT size FROM ", name, " WHERE key = ?")),
                   .walks = {}};
  return open_tables_.emplace(table, std::move(opened)).first->second;
}

std::optional<StoredItem> DynamoDbReadModel::item(int64_t table, std::string_view key) const {
  auto row = open(table).item.query(Blob{key});
  if (!row.next()) return std::nullopt;
  return StoredItem{row.text(0), static_cast<uint32_t>(row.integer(1))};
}

std::optional<uint32_t> DynamoDbReadModel::item_size(int64_t table, std::string_view key) const {
  auto row = open(table).item_size.query(Blob{key});
  if (!row.next()) return std::nullopt;
  return static_cast<uint32_t>(row.integer(0));
}

void DynamoDbReadModel::walk(int64_t table, std::optional<int64_t> index, const KeyRange& range,
                             const std::function<bool(const Visit&)>& visit) const {
  OpenTable& opened = open(table);
  auto known = opened.walks.find(index.value_or(0));
  if (known == opened.walks.end()) {
    std::string items = DynamoDbProjection::item_table(table);
    std::string rows = index ? concat("SELECT i.key, i.size, t.item, t.size FROM ", DynamoDbProjection::index_table(table, *index),
                                      " i JOIN ", items, " t ON t.rowid = i.item WHERE i.key >= ?1 AND i.key < ?2 ORDER BY i.key")
                             : concat("SELECT key, size, item, size FROM ", items, " WHERE key >= ?1 AND key < ?2 ORDER BY key");
    known = opened.walks.emplace(index.value_or(0), std::pair{Statement(database_, rows), Statement(database_, rows + " DESC")}).first;
  }
  // No ordering key begins with 0xFF 0xFF ...: they begin with a hash, and those of 16 such bytes do not occur.
  static const std::string kEnd(16, '\xFF');
  Statement& statement = range.forward ? known->second.first : known->second.second;
  for (auto row = statement.query(Blob{range.from}, Blob{range.to.empty() ? kEnd : range.to}); row.next();) {
    if (!visit({row.bytes(0), static_cast<uint32_t>(row.integer(1)), row.bytes(2), static_cast<uint32_t>(row.integer(3))})) return;
  }
}

std::optional<DynamoDbReadModel::Token> DynamoDbReadModel::token(std::string_view account, std::string_view region,
                                                                 std::string_view token) const {
  auto row = find_token_.query(account, region, token);
  if (!row.next()) return std::nullopt;
  return Token{row.text(0), row.integer(1)};
}

}  // namespace cloudemu::dynamodb
