#include "projections/dynamodb_projection.h"

#include <algorithm>

#include "core/check.h"
#include "core/strings.h"
#include "events/field_json.h"
#include "events/item_patch.h"

namespace cloudemu::dynamodb {

using sqlite::Blob;

/// The size of an item comes before its content: it is then read without the pages that a long item goes on to. An entry refers to its
/// item by row, and is found by it, too: a write knows the item, not where its entries stood.
void DynamoDbProjection::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE ddb_table(
      id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
      description TEXT NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL, deleting INTEGER NOT NULL,
      ttl_index INTEGER NOT NULL, UNIQUE(account, region, name));
    CREATE INDEX ddb_table_expiry ON ddb_table(id) WHERE ttl_index > 0;
    CREATE TABLE ddb_index(
      id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, number INTEGER NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL,
      UNIQUE(table_id, number));
    CREATE TABLE ddb_item(
      id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, size INTEGER NOT NULL, since INTEGER NOT NULL, key BLOB NOT NULL,
      item TEXT NOT NULL,
      UNIQUE(table_id, key));
    CREATE TABLE ddb_entry(
      index_id INTEGER NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, item INTEGER NOT NULL,
      PRIMARY KEY(index_id, key)) WITHOUT ROWID;
    CREATE UNIQUE INDEX ddb_entry_item ON ddb_entry(item, index_id);
    CREATE TABLE ddb_token(
      account TEXT NOT NULL, region TEXT NOT NULL, token TEXT NOT NULL, fingerprint TEXT NOT NULL, expires_at INTEGER NOT NULL,
      item_bytes TEXT NOT NULL,
      UNIQUE(account, region, token));
    CREATE INDEX ddb_token_expiry ON ddb_token(expires_at);
  )sql");
  StreamProjection::create_schema(database);
}

namespace {

/// Numbers of all indexes that a table has entries in.
std::vector<int64_t> index_numbers(const TableDescription& description) {
  std::vector<int64_t> numbers;
  for (const IndexDescription& index : description.indexes) numbers.push_back(index.number);
  if (description.ttl_index > 0) numbers.push_back(description.ttl_index);
  return numbers;
}

bool contains(const std::vector<int64_t>& numbers, int64_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

constexpr std::string_view kUpsert =
    "INSERT INTO ddb_item VALUES(NULL, ?, ?, ?, ?, ?) ON CONFLICT(table_id, key) DO UPDATE SET size = excluded.size, "
    "since = excluded.since, item = excluded.item";

}  // namespace

DynamoDbProjection::DynamoDbProjection(sqlite::Database& d, BackupProjection& backups)
    : backups_(backups),
      put_table_(d, "INSERT INTO ddb_table VALUES(?, ?, ?, ?, ?, 0, 0, 0, ?)"),
      update_table_(d, "UPDATE ddb_table SET description = ?2, ttl_index = ?3 WHERE id = ?1"),
      set_deleting_(d, "UPDATE ddb_table SET deleting = 1 WHERE id = ?"),
      delete_table_(d, "DELETE FROM ddb_table WHERE id = ?"),
      find_table_(d, "SELECT description, items, bytes FROM ddb_table WHERE id = ?"),
      find_place_(d, "SELECT account, region FROM ddb_table WHERE id = ?"),
      put_totals_(d, "UPDATE ddb_table SET items = ?2, bytes = ?3 WHERE id = ?1"),
      put_index_(d, "INSERT INTO ddb_index VALUES(NULL, ?, ?, 0, 0)"),
      delete_index_(d, "DELETE FROM ddb_index WHERE table_id = ? AND number = ?"),
      delete_indexes_(d, "DELETE FROM ddb_index WHERE table_id = ?"),
      find_index_(d, "SELECT id FROM ddb_index WHERE table_id = ? AND number = ?"),
      indexes_of_(d, "SELECT number, id, items, bytes FROM ddb_index WHERE table_id = ? ORDER BY number"),
      put_index_totals_(d, "UPDATE ddb_index SET items = ?2, bytes = ?3 WHERE id = ?1"),
      put_item_(d, kUpsert),
      put_item_returning_(d, concat(kUpsert, " RETURNING id")),
      find_item_(d, "SELECT id FROM ddb_item WHERE table_id = ? AND key = ?"),
      read_item_(d, "SELECT item FROM ddb_item WHERE table_id = ? AND key = ?"),
      remove_item_(d, "DELETE FROM ddb_item WHERE table_id = ? AND key = ?"),
      drop_items_(d, "DELETE FROM ddb_item WHERE table_id = ? AND key <= ?"),
      drop_all_items_(d, "DELETE FROM ddb_item WHERE table_id = ?"),
      find_entry_(d, "SELECT key, size FROM ddb_entry WHERE item = ? AND index_id = ?"),
      insert_entry_(d, "INSERT INTO ddb_entry VALUES(?, ?, ?, ?)"),
      remove_entry_(d, "DELETE FROM ddb_entry WHERE item = ? AND index_id = ?"),
      drop_entries_(d, "DELETE FROM ddb_entry WHERE index_id = ? AND key <= ?"),
      drop_all_entries_(d, "DELETE FROM ddb_entry WHERE index_id = ?"),
      put_token_(d, "INSERT OR REPLACE INTO ddb_token VALUES(?, ?, ?, ?, ?, ?)"),
      expire_tokens_(d, "DELETE FROM ddb_token WHERE expires_at <= ?"),
      expiring_(d, "SELECT id FROM ddb_table WHERE ttl_index > 0"),
      streams_(d) {
  sqlite::Statement count(d, "SELECT account, region, count(*) FROM ddb_table GROUP BY account, region");
  for (auto row = count.query(); row.next();) table_counts_[place(row.bytes(0), row.bytes(1))] = row.integer(2);
}

std::string DynamoDbProjection::place(std::string_view account, std::string_view region) { return concat(account, '/', region); }

int64_t DynamoDbProjection::table_count(std::string_view account, std::string_view region) const {
  auto count = table_counts_.find(place(account, region));
  return count == table_counts_.end() ? 0 : count->second;
}

void DynamoDbProjection::apply(const Envelope& envelope, const TableCreated& e) {
  auto table = static_cast<int64_t>(envelope.sequence);
  put_table_.run(table, e.account, e.region, e.description.name, events::to_json(e.description), e.description.ttl_index);
  for (int64_t number : index_numbers(e.description)) put_index_.run(table, number);
  follow_stream(envelope, table, e.description);
  ++table_counts_[place(e.account, e.region)];
  if (e.description.origin) backups_.use(e.description.origin->backup, 1);
  ++catalog_changes_;
}

void DynamoDbProjection::apply(const Envelope& envelope, const TableUpdated& e) {
  OpenTable before = open(e.table);
  close(e.table);
  std::vector<int64_t> described = index_numbers(e.description);
  auto is_open = [&](int64_t number) {
    return std::any_of(before.indexes.begin(), before.indexes.end(), [&](const auto& index) { return index.number == number; });
  };
  for (const OpenIndex& index : before.indexes) {
    if (!e.by_job && !contains(described, index.number)) drop_index_rows(e.table, index.number);
  }
  for (int64_t number : described) {
    if (!is_open(number)) put_index_.run(e.table, number);
  }
  update_table_.run(e.table, events::to_json(e.description), e.description.ttl_index);
  follow_stream(envelope, e.table, e.description);
  ++catalog_changes_;
}

/// Disables the stream that takes the table's changes, and enables the one that the description names, unless it is the same.
void DynamoDbProjection::follow_stream(const Envelope& envelope, int64_t table, const TableDescription& description) {
  auto now = streams_.open_stream(table);
  bool wanted = !description.stream_view_type.empty();
  if (now && wanted && now->label == description.stream_label) return;
  auto sequence = static_cast<int64_t>(envelope.sequence);
  if (now) streams_.disable(now->id, sequence, envelope.time);
  if (!wanted) return;
  Stream stream{.id = sequence, .table = table, .label = description.stream_label};
  if (auto row = find_place_.query(table); row.next()) {
    stream.account = row.text(0);
    stream.region = row.text(1);
  }
  stream.table_name = description.name;
  stream.schema = {.hash = description.hash, .range = description.range, .view_type = description.stream_view_type};
  stream.enabled_at = envelope.time;
  streams_.enable(stream);
}

void DynamoDbProjection::drop_index_rows(int64_t table, int64_t index) {
  drop_all_entries_.run(index_id(table, index));
  delete_index_.run(table, index);
}

void DynamoDbProjection::apply(const Envelope& envelope, const TableDeleted& e) {
  close(e.table);
  ++catalog_changes_;
  set_deleting_.run(e.table);
  if (auto stream = streams_.open_stream(e.table)) streams_.disable(stream->id, static_cast<int64_t>(envelope.sequence), envelope.time);
  if (e.by_job) return;
  std::vector<int64_t> ids;
  for (auto row = indexes_of_.query(e.table); row.next();) ids.push_back(row.integer(1));
  for (int64_t id : ids) drop_all_entries_.run(id);
  drop_all_items_.run(e.table);
  apply(envelope, TableDropped{.table = e.table});
}

void DynamoDbProjection::apply(const Envelope& envelope, const RowsDropped& e) {
  if (e.index == 0 && backups_.has_backups(e.table)) backups_.keep_items(e.table, e.up_to.bytes, envelope.sequence);
  if (e.index == 0) drop_items_.run(e.table, Blob{e.up_to.bytes});
  else drop_entries_.run(index_id(e.table, e.index), Blob{e.up_to.bytes});
}

void DynamoDbProjection::apply(const Envelope&, const IndexDropped& e) { delete_index_.run(e.table, e.index); }

void DynamoDbProjection::apply(const Envelope&, const TableDropped& e) {
  if (auto row = find_place_.query(e.table); row.next()) --table_counts_[place(row.bytes(0), row.bytes(1))];
  delete_indexes_.run(e.table);
  delete_table_.run(e.table);
  open_tables_.erase(e.table);
  ++catalog_changes_;
}

DynamoDbProjection::OpenTable& DynamoDbProjection::open(int64_t table) {
  auto known = open_tables_.find(table);
  if (known != open_tables_.end()) return known->second;
  // What is not yet written stays: this may be a read, and only commits write.
  if (open_tables_.size() >= kOpenTablesMax) std::erase_if(open_tables_, [](const auto& entry) { return !entry.second.dirty; });
  OpenTable opened;
  TableDescription description;
  {
    auto row = find_table_.query(table);
    row.must_find();
    description = events::from_json<TableDescription>(row.bytes(0));
    opened.totals = {row.integer(1), row.integer(2)};
  }
  std::vector<int64_t> described = index_numbers(description);
  for (auto row = indexes_of_.query(table); row.next();) {
    // Others are being dropped.
    if (contains(described, row.integer(0))) opened.indexes.push_back({row.integer(0), row.integer(1), {row.integer(2), row.integer(3)}});
  }
  opened.stream = streams_.open_stream(table);
  return open_tables_.emplace(table, std::move(opened)).first->second;
}

void DynamoDbProjection::close(int64_t table) {
  auto known = open_tables_.find(table);
  if (known == open_tables_.end()) return;
  if (known->second.dirty) write_totals(table, known->second);
  open_tables_.erase(known);
}

/// Most writes leave an item's place in an index as it is: one look is cheaper than writing the same again.
void DynamoDbProjection::put_entry(OpenIndex& index, int64_t item, const IndexKey& entry, bool was_there) {
  if (was_there) {
    bool differs = false;
    if (auto row = find_entry_.query(item, index.id); row.next()) {
      if (row.bytes(0) == entry.key.bytes && row.integer(1) == entry.size) return;
      differs = true;
    }
    if (differs) remove_entry(index, item);
  }
  insert_entry_.run(index.id, Blob{entry.key.bytes}, entry.size, item);
  index.totals.items += 1;
  index.totals.bytes += entry.size;
}

void DynamoDbProjection::remove_entry(OpenIndex& index, int64_t item) {
  {
    auto row = find_entry_.query(item, index.id);
    if (!row.next()) return;
    index.totals.items -= 1;
    index.totals.bytes -= row.integer(1);
  }
  remove_entry_.run(item, index.id);
}

void DynamoDbProjection::record(const Envelope& envelope, const OpenTable& table, const ItemPut& e) {
  if (!table.stream) return;
  StreamRecord record{.sequence = static_cast<int64_t>(envelope.sequence), .at = envelope.time, .key = e.key.bytes};
  record.kind = e.old_size ? StreamRecord::Kind::modify : StreamRecord::Kind::insert;
  record.new_size = e.size;
  record.old_size = e.old_size.value_or(0);
  record.new_image = e.item.text;
  std::string old;
  if (table.stream->keeps_old && e.old_size) {
    if (auto row = read_item_.query(e.table, Blob{e.key.bytes}); row.must_find()) old = row.text(0);
  }
  record.old_image = old;
  streams_.record(*table.stream, record);
}

void DynamoDbProjection::record(const Envelope& envelope, const OpenTable& table, const ItemDeleted& e) {
  if (!table.stream) return;
  StreamRecord record{.sequence = static_cast<int64_t>(envelope.sequence), .at = envelope.time, .key = e.key.bytes};
  record.kind = e.expired ? StreamRecord::Kind::expire : StreamRecord::Kind::remove;
  record.old_size = e.old_size;
  std::string old;
  if (table.stream->keeps_old) {
    if (auto row = read_item_.query(e.table, Blob{e.key.bytes}); row.must_find()) old = row.text(0);
  }
  record.old_image = old;
  streams_.record(*table.stream, record);
}

void DynamoDbProjection::apply(const Envelope& envelope, const ItemPut& e) {
  if (e.old_size && backups_.has_backups(e.table)) backups_.keep_item(e.table, e.key.bytes, envelope.sequence);
  OpenTable& table = open(e.table);
  if (e.streamed_until > 0) record(envelope, table, e);
  table.totals.items += e.old_size ? 0 : 1;
  table.totals.bytes += static_cast<int64_t>(e.size) - static_cast<int64_t>(e.old_size.value_or(0));
  table.dirty = true;
  if (table.indexes.empty()) return put_item_.run(e.table, e.size, envelope.sequence, Blob{e.key.bytes}, e.item.text);
  int64_t item = 0;
  {
    auto row = put_item_returning_.query(e.table, e.size, envelope.sequence, Blob{e.key.bytes}, e.item.text);
    if (row.next()) item = row.integer(0);
    row.next();
  }
  for (OpenIndex& index : table.indexes) {
    auto entry = std::find_if(e.indexes.begin(), e.indexes.end(), [&](const IndexKey& key) { return key.index == index.number; });
    if (entry != e.indexes.end()) put_entry(index, item, *entry, e.old_size.has_value());
    else if (e.old_size) remove_entry(index, item);
  }
}

void DynamoDbProjection::apply(const Envelope& envelope, const ItemPatched& e) {
  ItemPut put{.table = e.table, .key = e.key, .item = {}, .size = e.size, .old_size = e.old_size, .indexes = e.indexes};
  put.streamed_until = e.streamed_until;
  {
    auto row = read_item_.query(e.table, Blob{e.key.bytes});
    if (!row.must_find()) return;
    put.item.text = events::patched(row.bytes(0), e.patch.text);
  }
  apply(envelope, put);
}

void DynamoDbProjection::apply(const Envelope& envelope, const ItemDeleted& e) {
  if (backups_.has_backups(e.table)) backups_.keep_item(e.table, e.key.bytes, envelope.sequence);
  OpenTable& table = open(e.table);
  if (e.streamed_until > 0) record(envelope, table, e);
  table.totals.items -= 1;
  table.totals.bytes -= e.old_size;
  table.dirty = true;
  if (!table.indexes.empty()) {
    int64_t item = 0;
    if (auto row = find_item_.query(e.table, Blob{e.key.bytes}); row.next()) item = row.integer(0);
    for (OpenIndex& index : table.indexes) remove_entry(index, item);
  }
  remove_item_.run(e.table, Blob{e.key.bytes});
}

void DynamoDbProjection::apply(const Envelope&, const IndexFilled& e) {
  OpenTable& table = open(e.table);
  auto index = std::find_if(table.indexes.begin(), table.indexes.end(), [&](const OpenIndex& i) { return i.number == e.index; });
  if (index == table.indexes.end()) return;  // only a numb database does not know it
  table.dirty = true;
  for (const IndexEntry& entry : e.entries) {
    int64_t item = 0;
    {
      auto row = find_item_.query(e.table, Blob{entry.item.bytes});
      row.must_find();
      item = row.integer(0);
    }
    put_entry(*index, item, {.index = e.index, .key = entry.key, .size = entry.size}, true);
  }
}

void DynamoDbProjection::apply(const Envelope&, const IndexCompleted& e) {
  TableDescription description;
  if (auto row = find_table_.query(e.table); row.next()) description = events::from_json<TableDescription>(row.bytes(0));
  for (IndexDescription& index : description.indexes) {
    if (index.number == e.index) index.filling = false;
  }
  if (description.ttl_index == e.index) description.ttl_filling = false;
  update_table_.run(e.table, events::to_json(description), description.ttl_index);
  ++catalog_changes_;
}

void DynamoDbProjection::apply(const Envelope&, const StreamTrimmed& e) { streams_.trim(e); }

void DynamoDbProjection::apply(const Envelope&, const TableFilled& e) {
  TableDescription description;
  if (auto row = find_table_.query(e.table); row.next()) description = events::from_json<TableDescription>(row.bytes(0));
  if (!description.origin) return;
  description.origin->filling = false;
  backups_.use(description.origin->backup, -1);
  update_table_.run(e.table, events::to_json(description), description.ttl_index);
  ++catalog_changes_;
}

void DynamoDbProjection::apply(const Envelope&, const TokenUsed& e) {
  expire_tokens_.run(e.used_at);
  put_token_.run(e.account, e.region, e.token, e.fingerprint, e.expires_at, events::to_json(e.item_bytes));
}

DynamoDbProjection::Totals DynamoDbProjection::totals(int64_t table) { return open(table).totals; }

DynamoDbProjection::Totals DynamoDbProjection::index_totals(int64_t table, int64_t index) {
  for (const OpenIndex& opened : open(table).indexes) {
    if (opened.number == index) return opened.totals;
  }
  return {};
}

int64_t DynamoDbProjection::index_id(int64_t table, int64_t index) {
  if (auto known = open_tables_.find(table); known != open_tables_.end()) {
    for (const OpenIndex& opened : known->second.indexes) {
      if (opened.number == index) return opened.id;
    }
  }
  auto row = find_index_.query(table, index);
  return row.next() ? row.integer(0) : 0;
}

std::vector<int64_t> DynamoDbProjection::indexes_left(int64_t table) {
  std::vector<int64_t> numbers;
  for (auto row = indexes_of_.query(table); row.next();) numbers.push_back(row.integer(0));
  return numbers;
}

std::vector<int64_t> DynamoDbProjection::tables_with_expiry() {
  std::vector<int64_t> tables;
  for (auto row = expiring_.query(); row.next();) tables.push_back(row.integer(0));
  return tables;
}

void DynamoDbProjection::write_totals(int64_t id, OpenTable& table) {
  put_totals_.run(id, table.totals.items, table.totals.bytes);
  for (const OpenIndex& index : table.indexes) put_index_totals_.run(index.id, index.totals.items, index.totals.bytes);
  table.dirty = false;
}

void DynamoDbProjection::flush() {
  for (auto& [id, table] : open_tables_) {
    if (table.dirty) write_totals(id, table);
  }
}

}  // namespace cloudemu::dynamodb
