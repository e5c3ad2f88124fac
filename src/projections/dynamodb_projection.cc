#include "projections/dynamodb_projection.h"

#include <algorithm>

#include "core/check.h"
#include "core/strings.h"
#include "projections/row_json.h"

namespace cloudemu::dynamodb {

using sqlite::Blob;

void DynamoDbProjection::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE ddb_table(
      id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
      description TEXT NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL,
      UNIQUE(account, region, name));
  )sql");
}

std::string DynamoDbProjection::item_table(int64_t table) { return concat("ddb_item_", table); }
std::string DynamoDbProjection::index_table(int64_t table, int64_t index) {
  return concat("ddb_index_", table, "_", index);
}

DynamoDbProjection::DynamoDbProjection(sqlite::Database& d)
    : database_(d),
      put_table_(d, "INSERT INTO ddb_table VALUES(?, ?, ?, ?, ?, 0, 0)"),
      update_table_(d, "UPDATE ddb_table SET description = ?2 WHERE id = ?1"),
      delete_table_(d, "DELETE FROM ddb_table WHERE id = ?"),
      find_table_(d, "SELECT description, items, bytes FROM ddb_table WHERE id = ?"),
      put_totals_(d, "UPDATE ddb_table SET items = ?2, bytes = ?3 WHERE id = ?1") {}

void DynamoDbProjection::create_index(int64_t table, int64_t index) {
  database_.run(concat("CREATE TABLE ", index_table(table, index), "(item INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE)"));
}

void DynamoDbProjection::apply(const Envelope& envelope, const TableCreated& e) {
  auto id = static_cast<int64_t>(envelope.sequence);
  put_table_.run(id, e.account, e.region, e.description.name, projections::to_json(e.description));
  database_.run(concat("CREATE TABLE ", item_table(id), "(key BLOB NOT NULL UNIQUE, item TEXT NOT NULL, size INTEGER NOT NULL)"));
  for (const IndexDescription& index : e.description.indexes) create_index(id, index.number);
  ++catalog_changes_;
}

void DynamoDbProjection::apply(const Envelope&, const TableUpdated& e) {
  flush();
  std::vector<int64_t> before, after;
  if (auto row = find_table_.query(e.table); row.next()) {
    for (const auto& index : projections::from_json<TableDescription>(row.bytes(0)).indexes) before.push_back(index.number);
  }
  for (const IndexDescription& index : e.description.indexes) after.push_back(index.number);
  open_tables_.erase(e.table);
  auto has = [](const std::vector<int64_t>& list, int64_t number) {
    return std::find(list.begin(), list.end(), number) != list.end();
  };
  for (int64_t number : before) {
    if (!has(after, number)) database_.run(concat("DROP TABLE ", index_table(e.table, number)));
  }
  for (int64_t number : after) {
    if (!has(before, number)) create_index(e.table, number);
  }
  update_table_.run(e.table, projections::to_json(e.description));
  ++catalog_changes_;
}

void DynamoDbProjection::apply(const Envelope&, const TableDeleted& e) {
  std::vector<int64_t> indexes;
  for (const IndexStatements& index : open(e.table).indexes) indexes.push_back(index.number);
  open_tables_.erase(e.table);
  ++catalog_changes_;  // the read model lets go of its statements, too
  for (int64_t index : indexes) database_.run(concat("DROP TABLE ", index_table(e.table, index)));
  database_.run(concat("DROP TABLE ", item_table(e.table)));
  delete_table_.run(e.table);
}

DynamoDbProjection::OpenTable& DynamoDbProjection::open(int64_t table) {
  auto known = open_tables_.find(table);
  if (known != open_tables_.end()) return known->second;
  auto row = find_table_.query(table);
  CHECK_INVARIANT(row.next());
  std::string name = item_table(table);
  constexpr std::string_view kUpsert =
      " VALUES(?, ?, ?) ON CONFLICT(key) DO UPDATE SET item = excluded.item, size = excluded.size";
  OpenTable opened{.put = sqlite::Statement(database_, concat("INSERT INTO ", name, kUpsert)),
                   .put_returning = sqlite::Statement(database_, concat("INSERT INTO ", name, kUpsert, " RETURNING rowid")),
                   .find = sqlite::Statement(database_, concat("SELECT rowid FROM ", name, " WHERE key = ?")),
                   .remove = sqlite::Statement(database_, concat("DELETE FROM ", name, " WHERE key = ?")),
                   .indexes = {},
                   .totals = {row.integer(1), row.integer(2)}};
  for (const auto& index : projections::from_json<TableDescription>(row.bytes(0)).indexes) {
    std::string index_name = index_table(table, index.number);
    opened.indexes.push_back(
        {index.number, sqlite::Statement(database_, concat("INSERT OR REPLACE INTO ", index_name, " VALUES(?, ?)")),
         sqlite::Statement(database_, concat("DELETE FROM ", index_name, " WHERE item = ?"))});
  }
  return open_tables_.emplace(table, std::move(opened)).first->second;
}

void DynamoDbProjection::apply(const Envelope&, const ItemPut& e) {
  OpenTable& table = open(e.table);
  table.totals.items += e.old_size ? 0 : 1;
  table.totals.bytes += static_cast<int64_t>(e.size) - static_cast<int64_t>(e.old_size.value_or(0));
  table.dirty = true;
  if (table.indexes.empty()) return table.put.run(Blob{e.key.bytes}, e.item.text, e.size);
  int64_t item = 0;
  {
    auto row = table.put_returning.query(Blob{e.key.bytes}, e.item.text, e.size);
    if (row.next()) item = row.integer(0);
    row.next();
  }
  for (IndexStatements& index : table.indexes) {
    auto entry = std::find_if(e.indexes.begin(), e.indexes.end(),
                              [&](const IndexKey& key) { return key.index == index.number; });
    if (entry == e.indexes.end()) index.remove.run(item);
    else index.put.run(item, Blob{entry->key.bytes});
  }
}

void DynamoDbProjection::apply(const Envelope&, const ItemDeleted& e) {
  OpenTable& table = open(e.table);
  table.totals.items -= 1;
  table.totals.bytes -= e.old_size;
  table.dirty = true;
  if (!table.indexes.empty()) {
    int64_t item = 0;
    if (auto row = table.find.query(Blob{e.key.bytes}); row.next()) item = row.integer(0);
    for (IndexStatements& index : table.indexes) index.remove.run(item);
  }
  table.remove.run(Blob{e.key.bytes});
}

DynamoDbProjection::Totals DynamoDbProjection::totals(int64_t table) { return open(table).totals; }

void DynamoDbProjection::flush() {
  for (auto& [id, table] : open_tables_) {
    if (table.dirty) put_totals_.run(id, table.totals.items, table.totals.bytes);
    table.dirty = false;
  }
}

}  // namespace cloudemu::dynamodb
