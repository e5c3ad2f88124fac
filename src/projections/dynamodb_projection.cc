#include "projections/dynamodb_projection.h"

#include <algorithm>

#include "core/check.h"
#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::dynamodb {

using sqlite::Blob;
using sqlite::Statement;

void DynamoDbProjection::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE ddb_table(
      id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
      description TEXT NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL,
      UNIQUE(account, region, name));
    CREATE TABLE ddb_index(
      table_id INTEGER NOT NULL, number INTEGER NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL,
      UNIQUE(table_id, number));
    CREATE TABLE ddb_token(
      account TEXT NOT NULL, region TEXT NOT NULL, token TEXT NOT NULL, fingerprint TEXT NOT NULL, expires_at INTEGER NOT NULL,
      UNIQUE(account, region, token));
    CREATE INDEX ddb_token_expiry ON ddb_token(expires_at);
  )sql");
}

std::string DynamoDbProjection::item_table(int64_t table) { return concat("ddb_item_", table); }
std::string DynamoDbProjection::index_table(int64_t table, int64_t index) { return concat("ddb_index_", table, "_", index); }

DynamoDbProjection::DynamoDbProjection(sqlite::Database& d)
    : database_(d),
      put_table_(d, "INSERT INTO ddb_table VALUES(?, ?, ?, ?, ?, 0, 0)"),
      update_table_(d, "UPDATE ddb_table SET description = ?2 WHERE id = ?1"),
      delete_table_(d, "DELETE FROM ddb_table WHERE id = ?"),
      find_table_(d, "SELECT description, items, bytes FROM ddb_table WHERE id = ?"),
      put_totals_(d, "UPDATE ddb_table SET items = ?2, bytes = ?3 WHERE id = ?1"),
      put_index_(d, "INSERT INTO ddb_index VALUES(?, ?, 0, 0)"),
      delete_index_(d, "DELETE FROM ddb_index WHERE table_id = ? AND number = ?"),
      find_index_(d, "SELECT items, bytes FROM ddb_index WHERE table_id = ? AND number = ?"),
      put_index_totals_(d, "UPDATE ddb_index SET items = ?3, bytes = ?4 WHERE table_id = ?1 AND number = ?2"),
      put_token_(d, "INSERT OR REPLACE INTO ddb_token VALUES(?, ?, ?, ?, ?)"),
      expire_tokens_(d, "DELETE FROM ddb_token WHERE expires_at <= ?") {}

void DynamoDbProjection::create_index(int64_t table, int64_t index) {
  database_.run(
      concat("CREATE TABLE ", index_table(table, index), "(item INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, size INTEGER NOT NULL)"));
  put_index_.run(table, index);
}

void DynamoDbProjection::drop_index(int64_t table, int64_t index) {
  database_.run(concat("DROP TABLE ", index_table(table, index)));
  delete_index_.run(table, index);
}

void DynamoDbProjection::apply(const Envelope& envelope, const TableCreated& e) {
  auto id = static_cast<int64_t>(envelope.sequence);
  put_table_.run(id, e.account, e.region, e.description.name, events::to_json(e.description));
  // The size comes before the item: it is then read without the pages that a long item goes on to.
  database_.run(concat("CREATE TABLE ", item_table(id), "(key BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, item TEXT NOT NULL)"));
  for (const IndexDescription& index : e.description.indexes) create_index(id, index.number);
  ++catalog_changes_;
}

void DynamoDbProjection::apply(const Envelope&, const TableUpdated& e) {
  flush();
  std::vector<int64_t> before, after;
  if (auto row = find_table_.query(e.table); row.next()) {
    for (const auto& index : events::from_json<TableDescription>(row.bytes(0)).indexes) before.push_back(index.number);
  }
  for (const IndexDescription& index : e.description.indexes) after.push_back(index.number);
  open_tables_.erase(e.table);
  auto has = [](const std::vector<int64_t>& list, int64_t number) { return std::find(list.begin(), list.end(), number) != list.end(); };
  for (int64_t number : before) {
    if (!has(after, number)) drop_index(e.table, number);
  }
  for (int64_t number : after) {
    if (!has(before, number)) create_index(e.table, number);
  }
  update_table_.run(e.table, events::to_json(e.description));
  ++catalog_changes_;
}

void DynamoDbProjection::apply(const Envelope&, const TableDeleted& e) {
  std::vector<int64_t> indexes;
  for (const OpenIndex& index : open(e.table).indexes) indexes.push_back(index.number);
  open_tables_.erase(e.table);
  ++catalog_changes_;  // the read model lets go of its statements, too
  for (int64_t index : indexes) drop_index(e.table, index);
  database_.run(concat("DROP TABLE ", item_table(e.table)));
  delete_table_.run(e.table);
}

DynamoDbProjection::OpenIndex DynamoDbProjection::open_index(int64_t table, int64_t index) {
  std::string name = index_table(table, index);
  OpenIndex opened{.number = index,
                   .find = Statement(database_, concat("SELECT key, size FROM ", name, " WHERE item = ?")),
                   .insert = Statement(database_, concat("INSERT INTO ", name, " VALUES(?, ?, ?)")),
                   .update = Statement(database_, concat("UPDATE ", name, " SET key = ?2, size = ?3 WHERE item = ?1")),
                   .remove = Statement(database_, concat("DELETE FROM ", name, " WHERE item = ?")),
                   .totals = {}};
  if (auto row = find_index_.query(table, index); row.next()) opened.totals = {row.integer(0), row.integer(1)};
  return opened;
}

DynamoDbProjection::OpenTable& DynamoDbProjection::open(int64_t table) {
  auto known = open_tables_.find(table);
  if (known != open_tables_.end()) return known->second;
  // What is not yet written stays: this may be a read, and only commits write.
  if (open_tables_.size() >= kOpenTablesMax) std::erase_if(open_tables_, [](const auto& entry) { return !entry.second.dirty; });
  auto row = find_table_.query(table);
  CHECK_INVARIANT(row.next());
  std::string name = item_table(table);
  constexpr std::string_view kUpsert = " VALUES(?, ?, ?) ON CONFLICT(key) DO UPDATE SET size = excluded.size, item = excluded.item";
  OpenTable opened{.put = Statement(database_, concat("INSERT INTO ", name, kUpsert)),
                   .put_returning = Statement(database_, concat("INSERT INTO ", name, kUpsert, " RETURNING rowid")),
                   .find = Statement(database_, concat("SELECT rowid FROM ", name, " WHERE key = ?")),
                   .remove = Statement(database_, concat("DELETE FROM ", name, " WHERE key = ?")),
                   .indexes = {},
                   .totals = {row.integer(1), row.integer(2)}};
  for (const auto& index : events::from_json<TableDescription>(row.bytes(0)).indexes) {
    opened.indexes.push_back(open_index(table, index.number));
  }
  return open_tables_.emplace(table, std::move(opened)).first->second;
}

/// Most writes leave an item's place in an index as it is: one look is cheaper than writing the same again.
void DynamoDbProjection::put_entry(OpenIndex& index, int64_t item, const IndexKey& entry, bool was_there) {
  std::optional<int64_t> old_size;
  if (was_there) {
    auto row = index.find.query(item);
    if (row.next()) {
      old_size = row.integer(1);
      if (row.bytes(0) == entry.key.bytes && *old_size == entry.size) return;
    }
  }
  if (old_size) index.update.run(item, Blob{entry.key.bytes}, entry.size);
  else index.insert.run(item, Blob{entry.key.bytes}, entry.size);
  index.totals.items += old_size ? 0 : 1;
  index.totals.bytes += entry.size - old_size.value_or(0);
}

void DynamoDbProjection::remove_entry(OpenIndex& index, int64_t item) {
  {
    auto row = index.find.query(item);
    if (!row.next()) return;
    index.totals.items -= 1;
    index.totals.bytes -= row.integer(1);
  }
  index.remove.run(item);
}

void DynamoDbProjection::apply(const Envelope&, const ItemPut& e) {
  OpenTable& table = open(e.table);
  table.totals.items += e.old_size ? 0 : 1;
  table.totals.bytes += static_cast<int64_t>(e.size) - static_cast<int64_t>(e.old_size.value_or(0));
  table.dirty = true;
  if (table.indexes.empty()) return table.put.run(Blob{e.key.bytes}, e.size, e.item.text);
  int64_t item = 0;
  {
    auto row = table.put_returning.query(Blob{e.key.bytes}, e.size, e.item.text);
    if (row.next()) item = row.integer(0);
    row.next();
  }
  for (OpenIndex& index : table.indexes) {
    auto entry = std::find_if(e.indexes.begin(), e.indexes.end(), [&](const IndexKey& key) { return key.index == index.number; });
    if (entry != e.indexes.end()) put_entry(index, item, *entry, e.old_size.has_value());
    else if (e.old_size) remove_entry(index, item);
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
    for (OpenIndex& index : table.indexes) remove_entry(index, item);
  }
  table.remove.run(Blob{e.key.bytes});
}

void DynamoDbProjection::apply(const Envelope&, const IndexFilled& e) {
  OpenTable& table = open(e.table);
  auto index = std::find_if(table.indexes.begin(), table.indexes.end(), [&](const OpenIndex& i) { return i.number == e.index; });
  CHECK_INVARIANT(index != table.indexes.end());
  table.dirty = true;
  for (const IndexEntry& entry : e.entries) {
    auto row = table.find.query(Blob{entry.item.bytes});
    CHECK_INVARIANT(row.next());
    put_entry(*index, row.integer(0), {.index = e.index, .key = entry.key, .size = entry.size}, false);
  }
}

void DynamoDbProjection::apply(const Envelope&, const TokenUsed& e) {
  expire_tokens_.run(e.used_at);
  put_token_.run(e.account, e.region, e.token, e.fingerprint, e.expires_at);
}

DynamoDbProjection::Totals DynamoDbProjection::totals(int64_t table) { return open(table).totals; }

DynamoDbProjection::Totals DynamoDbProjection::index_totals(int64_t table, int64_t index) {
  for (const OpenIndex& opened : open(table).indexes) {
    if (opened.number == index) return opened.totals;
  }
  return {};
}

void DynamoDbProjection::flush() {
  for (auto& [id, table] : open_tables_) {
    if (!table.dirty) continue;
    put_totals_.run(id, table.totals.items, table.totals.bytes);
    for (const OpenIndex& index : table.indexes) {
      put_index_totals_.run(id, index.number, index.totals.items, index.totals.bytes);
    }
    table.dirty = false;
  }
}

}  // namespace cloudemu::dynamodb
