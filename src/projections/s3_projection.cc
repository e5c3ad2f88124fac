#include "projections/s3_projection.h"

#include "core/check.h"
#include "projections/row_json.h"

namespace cloudemu::s3 {

using sqlite::Blob;

void S3Projection::create_schema(sqlite::Database& database) {
  // An object's versions are ordered by `id`, the sequence of the event that made them; the current one has latest = 1 and an index
  // of its own, so that buckets without versioning pay for one index entry per key.
  database.run(R"sql(
    CREATE TABLE s3_bucket(
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, region TEXT NOT NULL,
      location_constraint TEXT NOT NULL, created_at INTEGER NOT NULL);
    CREATE TABLE s3_setting(
      bucket INTEGER NOT NULL, setting TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(bucket, setting));
    CREATE TABLE s3_object(
      id INTEGER PRIMARY KEY, bucket INTEGER NOT NULL, key BLOB NOT NULL, version TEXT NOT NULL, latest INTEGER NOT NULL,
      marker INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified_at INTEGER NOT NULL,
      storage_class TEXT NOT NULL, checksum_algorithm TEXT NOT NULL, checksum_type TEXT NOT NULL, checksum TEXT NOT NULL,
      attributes TEXT NOT NULL, tags TEXT NOT NULL, parts TEXT NOT NULL, upload TEXT NOT NULL);
    CREATE UNIQUE INDEX s3_object_latest ON s3_object(bucket, key) WHERE latest = 1;
    CREATE INDEX s3_object_older ON s3_object(bucket, key, id DESC) WHERE latest = 0;
    CREATE UNIQUE INDEX s3_object_older_version ON s3_object(bucket, key, version) WHERE latest = 0;
    CREATE TABLE s3_body(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
    CREATE TABLE s3_upload(
      id INTEGER PRIMARY KEY, bucket INTEGER NOT NULL, key BLOB NOT NULL, upload TEXT NOT NULL UNIQUE,
      started_at INTEGER NOT NULL, checksum_algorithm TEXT NOT NULL, checksum_type TEXT NOT NULL,
      attributes TEXT NOT NULL, tags TEXT NOT NULL, disturbed INTEGER NOT NULL);
    CREATE INDEX s3_upload_key ON s3_upload(bucket, key, id);
    CREATE TABLE s3_part(
      upload INTEGER NOT NULL, number INTEGER NOT NULL, modified_at INTEGER NOT NULL, size INTEGER NOT NULL,
      blob TEXT NOT NULL, etag TEXT NOT NULL, checksum_algorithm TEXT NOT NULL, checksum TEXT NOT NULL,
      PRIMARY KEY(upload, number));
  )sql");
}

S3Projection::S3Projection(sqlite::Database& d)
    : put_bucket_(d, "INSERT INTO s3_bucket VALUES(?, ?, ?, ?, ?, ?)"),
      delete_bucket_(d, "DELETE FROM s3_bucket WHERE id = ?"),
      delete_settings_(d, "DELETE FROM s3_setting WHERE bucket = ?"),
      find_bucket_(d, "SELECT id FROM s3_bucket WHERE name = ?"),
      put_setting_(d, "INSERT OR REPLACE INTO s3_setting VALUES(?, ?, ?)"),
      delete_setting_(d, "DELETE FROM s3_setting WHERE bucket = ? AND setting = ?"),
      find_latest_(d, "SELECT id, version = 'null' FROM s3_object WHERE bucket = ? AND key = ? AND latest = 1"),
      find_older_(d, "SELECT id FROM s3_object WHERE bucket = ? AND key = ? AND version = ? AND latest = 0"),
      newest_older_(d, "SELECT id FROM s3_object WHERE bucket = ? AND key = ? AND latest = 0 ORDER BY id DESC LIMIT 1"),
      set_latest_(d, "UPDATE s3_object SET latest = ?2 WHERE id = ?1"),
      insert_object_(d, "INSERT INTO s3_object VALUES(?, ?, ?, ?, 1, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      replace_object_(d,
                      "UPDATE s3_object SET marker = 0, size = ?2, etag = ?3, modified_at = ?4, storage_class = ?5, "
                      "checksum_algorithm = ?6, checksum_type = ?7, checksum = ?8, attributes = ?9, tags = ?10, "
                      "parts = ?11, upload = ?12 WHERE id = ?1"),
      insert_marker_(d, "INSERT INTO s3_object VALUES(?, ?, ?, ?, 1, 1, 0, '', ?, '', '', '', '', '', '', '', '')"),
      delete_object_(d, "DELETE FROM s3_object WHERE id = ?"),
      put_body_(d, "INSERT OR REPLACE INTO s3_body VALUES(?, ?)"),
      delete_body_(d, "DELETE FROM s3_body WHERE id = ?"),
      put_tags_(d, "UPDATE s3_object SET tags = ?2 WHERE id = ?1"),
      insert_upload_(d, "INSERT INTO s3_upload VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"),
      put_part_(d,
                "INSERT OR REPLACE INTO s3_part SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM s3_upload WHERE upload = ?1"),
      delete_upload_(d, "DELETE FROM s3_upload WHERE upload = ?"),
      delete_parts_(d, "DELETE FROM s3_part WHERE upload = (SELECT id FROM s3_upload WHERE upload = ?)"),
      disturb_uploads_(d, "UPDATE s3_upload SET disturbed = 1 WHERE bucket = ? AND key = ?"),
      any_upload_(d, "SELECT 1 FROM s3_upload LIMIT 1") {}

std::optional<int64_t> S3Projection::bucket_id(const std::string& name) {
  auto known = bucket_ids_.find(name);
  if (known != bucket_ids_.end()) return known->second;
  auto row = find_bucket_.query(name);
  if (!row.next()) return std::nullopt;
  return bucket_ids_.emplace(name, row.integer(0)).first->second;
}

void S3Projection::apply(const Envelope& envelope, const BucketCreated& e) {
  put_bucket_.run(envelope.sequence, e.bucket, e.owner, e.region, e.location_constraint, e.created_at);
  ++catalog_changes_;
}

void S3Projection::apply(const Envelope&, const BucketDeleted& e) {
  int64_t id = bucket_id(e.bucket).value_or(0);
  delete_settings_.run(id);
  delete_bucket_.run(id);
  bucket_ids_.erase(e.bucket);
  ++catalog_changes_;
}

void S3Projection::apply(const Envelope&, const BucketSettingPut& e) {
  put_setting_.run(bucket_id(e.bucket).value_or(0), e.setting, e.value);
  ++catalog_changes_;
}

void S3Projection::apply(const Envelope&, const BucketSettingDeleted& e) {
  delete_setting_.run(bucket_id(e.bucket).value_or(0), e.setting);
  ++catalog_changes_;
}

std::optional<S3Projection::Latest> S3Projection::latest(int64_t bucket, std::string_view key) {
  auto row = find_latest_.query(bucket, Blob{key});
  if (!row.next()) return std::nullopt;
  return Latest{row.integer(0), row.integer(1) != 0};
}

void S3Projection::remove(int64_t id) {
  delete_object_.run(id);
  delete_body_.run(id);
}

/// Makes the current version, if any, an older one; a null version gives way to a new null version.
void S3Projection::make_room(int64_t bucket, std::string_view key, std::string_view version) {
  auto current = latest(bucket, key);
  if (!current) return;
  if (version == "null" && current->is_null_version) return remove(current->id);
  set_latest_.run(current->id, 0);
  if (version != "null") return;
  std::optional<int64_t> older;
  if (auto row = find_older_.query(bucket, Blob{key}, "null"); row.next()) older = row.integer(0);
  if (older) remove(*older);
}

void S3Projection::disturb_uploads(int64_t bucket, std::string_view key) {
  if (any_upload_.query().next()) disturb_uploads_.run(bucket, Blob{key});
}

void S3Projection::apply(const Envelope& envelope, const ObjectPut& e) {
  int64_t bucket = bucket_id(e.bucket).value_or(0);
  std::string attributes = projections::to_json(e.attributes);
  std::string tags = projections::to_json(e.tags);
  std::string parts = projections::to_json(e.parts);
  auto current = latest(bucket, e.key);
  int64_t id = static_cast<int64_t>(envelope.sequence);
  if (current && current->is_null_version && e.version == "null") {
    // The usual overwrite: the row keeps its place in table and index. Its id stays the highest of the key's versions.
    id = current->id;
    replace_object_.run(id, e.size, e.etag, e.modified_at, e.attributes.storage_class, e.checksum.algorithm,
                        e.checksum.type, e.checksum.value, attributes, tags, parts, e.upload);
    if (e.body.bytes.empty()) delete_body_.run(id);
  } else {
    make_room(bucket, e.key, e.version);
    insert_object_.run(id, bucket, Blob{e.key}, e.version, e.size, e.etag, e.modified_at, e.attributes.storage_class,
                       e.checksum.algorithm, e.checksum.type, e.checksum.value, attributes, tags, parts, e.upload);
  }
  if (!e.body.bytes.empty()) put_body_.run(id, Blob{e.body.bytes});
  disturb_uploads(bucket, e.key);
}

void S3Projection::apply(const Envelope& envelope, const DeleteMarkerPut& e) {
  int64_t bucket = bucket_id(e.bucket).value_or(0);
  make_room(bucket, e.key, e.version);
  insert_marker_.run(envelope.sequence, bucket, Blob{e.key}, e.version, e.modified_at);
  disturb_uploads(bucket, e.key);
}

void S3Projection::apply(const Envelope&, const VersionDeleted& e) {
  int64_t bucket = bucket_id(e.bucket).value_or(0);
  std::optional<int64_t> older, promoted;
  if (auto row = find_older_.query(bucket, Blob{e.key}, e.version); row.next()) older = row.integer(0);
  if (older) {
    remove(*older);
  } else if (auto current = latest(bucket, e.key)) {
    remove(current->id);
    if (auto row = newest_older_.query(bucket, Blob{e.key}); row.next()) promoted = row.integer(0);
    if (promoted) set_latest_.run(*promoted, 1);
  }
  disturb_uploads(bucket, e.key);
}

void S3Projection::apply(const Envelope&, const ObjectTagsPut& e) {
  int64_t bucket = bucket_id(e.bucket).value_or(0);
  std::optional<int64_t> id;
  if (auto row = find_older_.query(bucket, Blob{e.key}, e.version); row.next()) id = row.integer(0);
  if (!id) {
    if (auto current = latest(bucket, e.key)) id = current->id;
  }
  if (id) put_tags_.run(*id, projections::to_json(e.tags));
}

void S3Projection::apply(const Envelope& envelope, const UploadStarted& e) {
  insert_upload_.run(envelope.sequence, bucket_id(e.bucket).value_or(0), Blob{e.key}, e.upload, e.started_at,
                     e.checksum_algorithm, e.checksum_type, projections::to_json(e.attributes),
                     projections::to_json(e.tags));
}

void S3Projection::apply(const Envelope&, const PartUploaded& e) {
  put_part_.run(e.upload, e.part.number, e.modified_at, e.part.size, e.part.blob, e.part.etag, e.checksum.algorithm,
                e.checksum.value);
}

void S3Projection::apply(const Envelope&, const UploadEnded& e) {
  delete_parts_.run(e.upload);
  delete_upload_.run(e.upload);
}

}  // namespace cloudemu::s3
