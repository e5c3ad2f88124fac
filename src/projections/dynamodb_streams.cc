#include "projections/dynamodb_streams.h"

#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::dynamodb {

using sqlite::Blob;

/// Sizes come before images, as in ddb_item. Records of all streams stand in the order in which they were made.
void StreamProjection::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE ddb_stream(
      id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
      label TEXT NOT NULL, stream_schema TEXT NOT NULL, enabled_at INTEGER NOT NULL, closed_at INTEGER NOT NULL,
      closed_by INTEGER NOT NULL, trimmed INTEGER NOT NULL);
    CREATE INDEX ddb_stream_name ON ddb_stream(account, region, name, label);
    CREATE INDEX ddb_stream_table ON ddb_stream(table_id);
    CREATE TABLE ddb_record(
      sequence INTEGER PRIMARY KEY, stream INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL, new_size INTEGER NOT NULL,
      old_size INTEGER NOT NULL, key BLOB NOT NULL, new_image TEXT NOT NULL, old_image TEXT NOT NULL);
    CREATE INDEX ddb_record_stream ON ddb_record(stream);
    CREATE INDEX ddb_record_age ON ddb_record(stream, at);
  )sql");
}

namespace {

constexpr std::string_view kSelect =
    "SELECT id, table_id, account, region, name, label, stream_schema, enabled_at, closed_at, closed_by, trimmed FROM ddb_stream ";

Stream stream_of(sqlite::Query& row) {
  return Stream{.id = row.integer(0),
                .table = row.integer(1),
                .account = row.text(2),
                .region = row.text(3),
                .table_name = row.text(4),
                .label = row.text(5),
                .schema = events::from_json<StreamSchema>(row.bytes(6)),
                .enabled_at = row.integer(7),
                .closed_at = row.integer(8),
                .closed_by = row.integer(9),
                .trimmed = row.integer(10)};
}

std::vector<Stream> streams_of(sqlite::Query row) {
  std::vector<Stream> streams;
  while (row.next()) streams.push_back(stream_of(row));
  return streams;
}

}  // namespace

StreamProjection::StreamProjection(sqlite::Database& d)
    : enable_(d, "INSERT INTO ddb_stream VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)"),
      disable_(d, "UPDATE ddb_stream SET closed_at = ?2, closed_by = ?3 WHERE id = ?1"),
      find_open_(d, "SELECT id, label, stream_schema FROM ddb_stream WHERE table_id = ? AND closed_by = 0 ORDER BY id DESC LIMIT 1"),
      record_(d, "INSERT INTO ddb_record VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      trim_(d, "DELETE FROM ddb_record INDEXED BY ddb_record_stream WHERE stream = ? AND sequence <= ?"),
      note_trimmed_(d, "UPDATE ddb_stream SET trimmed = ?2 WHERE id = ?1"),
      end_(d, "DELETE FROM ddb_stream WHERE id = ?") {}

std::optional<StreamProjection::Open> StreamProjection::open_stream(int64_t table) {
  auto row = find_open_.query(table);
  if (!row.next()) return std::nullopt;
  std::string view = events::from_json<StreamSchema>(row.bytes(2)).view_type;
  return Open{.id = row.integer(0),
              .label = row.text(1),
              .keeps_old = view == "OLD_IMAGE" || view == "NEW_AND_OLD_IMAGES",
              .keeps_new = view == "NEW_IMAGE" || view == "NEW_AND_OLD_IMAGES"};
}

void StreamProjection::enable(const Stream& s) {
  enable_.run(s.id, s.table, s.account, s.region, s.table_name, s.label, events::to_json(s.schema), s.enabled_at);
}

void StreamProjection::disable(int64_t stream, int64_t sequence, TimeMs now) { disable_.run(stream, now, sequence); }

void StreamProjection::record(const Open& stream, const StreamRecord& r) {
  record_.run(r.sequence, stream.id, r.at, static_cast<int64_t>(r.kind), r.new_size, r.old_size, Blob{r.key},
              stream.keeps_new ? r.new_image : std::string_view(), stream.keeps_old ? r.old_image : std::string_view());
}

void StreamProjection::trim(const StreamTrimmed& e) {
  if (e.count > 0) {
    trim_.run(e.stream, e.up_to);
    note_trimmed_.run(e.stream, e.up_to);
  }
  if (e.ended) end_.run(e.stream);
}

namespace {

std::optional<StreamReadModel::Place> place_of(sqlite::Query row) {
  if (!row.next()) return std::nullopt;
  return StreamReadModel::Place{row.integer(0), row.integer(1)};
}

}  // namespace

StreamReadModel::StreamReadModel(sqlite::Database& d)
    : find_(d, concat(kSelect, "WHERE account = ? AND region = ? AND name = ? AND label = ? ORDER BY id DESC LIMIT 1")),
      list_(d, concat(kSelect, "WHERE account = ? AND region = ? AND (name, label) > (?, ?) ORDER BY name, label LIMIT ?")),
      list_of_(d, concat(kSelect, "WHERE account = ? AND region = ? AND name = ? AND label > ? ORDER BY label LIMIT ?")),
      of_table_(d, concat(kSelect, "WHERE table_id = ? ORDER BY id")),
      tables_(d, "SELECT DISTINCT table_id FROM ddb_stream"),
      first_after_(d, "SELECT sequence, at FROM ddb_record WHERE stream = ? AND at > ? ORDER BY at, sequence LIMIT 1"),
      oldest_(d, "SELECT sequence, at FROM ddb_record INDEXED BY ddb_record_stream WHERE stream = ? ORDER BY sequence LIMIT 1"),
      last_(d, "SELECT sequence FROM ddb_record INDEXED BY ddb_record_stream WHERE stream = ? ORDER BY sequence DESC LIMIT 1"),
      records_(d,
               "SELECT sequence, at, kind, new_size, old_size, key, new_image, old_image FROM ddb_record INDEXED BY ddb_record_stream "
               "WHERE stream = ? AND sequence >= ? ORDER BY sequence") {}

std::optional<Stream> StreamReadModel::find(std::string_view account, std::string_view region, std::string_view table,
                                            std::string_view label) const {
  auto row = find_.query(account, region, table, label);
  if (!row.next()) return std::nullopt;
  return stream_of(row);
}

std::vector<Stream> StreamReadModel::list(std::string_view account, std::string_view region, std::string_view only, std::string_view table,
                                          std::string_view label, size_t limit) const {
  if (only.empty()) return streams_of(list_.query(account, region, table, label, limit));
  if (table > only) return {};
  return streams_of(list_of_.query(account, region, only, table == only ? label : std::string_view(), limit));
}

std::vector<Stream> StreamReadModel::of_table(int64_t table) const { return streams_of(of_table_.query(table)); }

std::vector<int64_t> StreamReadModel::tables() const {
  std::vector<int64_t> tables;
  for (auto row = tables_.query(); row.next();) tables.push_back(row.integer(0));
  return tables;
}

std::optional<StreamReadModel::Place> StreamReadModel::first_after(int64_t stream, TimeMs than) const {
  return place_of(first_after_.query(stream, than));
}

std::optional<StreamReadModel::Place> StreamReadModel::oldest(int64_t stream) const { return place_of(oldest_.query(stream)); }

int64_t StreamReadModel::last(int64_t stream) const {
  auto row = last_.query(stream);
  return row.next() ? row.integer(0) : 0;
}

void StreamReadModel::records(int64_t stream, int64_t from, const std::function<bool(const StreamRecord&)>& visit) const {
  for (auto row = records_.query(stream, from); row.next();) {
    StreamRecord record{.sequence = row.integer(0),
                        .at = row.integer(1),
                        .kind = static_cast<StreamRecord::Kind>(row.integer(2)),
                        .key = row.bytes(5),
                        .new_size = static_cast<uint32_t>(row.integer(3)),
                        .old_size = static_cast<uint32_t>(row.integer(4)),
                        .new_image = row.bytes(6),
                        .old_image = row.bytes(7)};
    if (!visit(record)) return;
  }
}

}  // namespace cloudemu::dynamodb
