#include "projections/s3_projection.h"

#include "core/check.h"
#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::s3 {

using events::to_json;
using sqlite::Blob;

namespace {

constexpr std::string_view kLifecycle = "lifecycle";

/// What a version takes along when it becomes the current object, or ceases to be.
constexpr std::string_view kContentColumns =
    "size, modified_at, etag, checksum_algorithm, checksum_type, storage_class, checksum, part_count, pieces, attributes, tags, upload";

/// The usual small object: its bytes get a row of their own, which listings do not read past.
bool is_small(const ObjectPut& e) { return e.content.size() == 1 && e.content.front().blob.empty(); }

}  // namespace

void S3Projection::create_schema(sqlite::Database& database) {
  // s3_appointment: when time next does something to a version or an upload, by its id. s3_lifecycle: of buckets that have or had rules,
  // the event that set them, and how far the walk through the bucket is that follows.
  // s3_object is its own index: a listing walks it from leaf to leaf. What listings show stands first, because SQLite reads a row
  // only as far as it is asked to.
  database.run(R"sql(
    CREATE TABLE s3_bucket(
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, region TEXT NOT NULL,
      location_constraint TEXT NOT NULL, created_at INTEGER NOT NULL);
    CREATE INDEX s3_bucket_owner ON s3_bucket(owner, name);
    CREATE TABLE s3_setting(
      bucket INTEGER NOT NULL, setting TEXT NOT NULL, id TEXT NOT NULL, value TEXT, PRIMARY KEY(bucket, setting, id));
    CREATE TABLE s3_object(
      bucket INTEGER NOT NULL, key BLOB NOT NULL, id INTEGER NOT NULL, version TEXT NOT NULL, size INTEGER NOT NULL,
      modified_at INTEGER NOT NULL, etag TEXT NOT NULL, checksum_algorithm TEXT NOT NULL, checksum_type TEXT NOT NULL,
      storage_class TEXT NOT NULL, checksum TEXT NOT NULL, part_count INTEGER NOT NULL, pieces TEXT NOT NULL,
      attributes TEXT NOT NULL, tags TEXT NOT NULL, upload TEXT NOT NULL, PRIMARY KEY(bucket, key)) WITHOUT ROWID;
    CREATE INDEX s3_object_upload ON s3_object(upload) WHERE upload <> '';
    CREATE TABLE s3_version(
      id INTEGER PRIMARY KEY, bucket INTEGER NOT NULL, key BLOB NOT NULL, version TEXT NOT NULL, current INTEGER NOT NULL,
      marker INTEGER NOT NULL, size INTEGER NOT NULL, modified_at INTEGER NOT NULL, etag TEXT NOT NULL,
      checksum_algorithm TEXT NOT NULL, checksum_type TEXT NOT NULL, storage_class TEXT NOT NULL, checksum TEXT NOT NULL,
      part_count INTEGER NOT NULL, pieces TEXT NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL, upload TEXT NOT NULL);
    CREATE INDEX s3_version_key ON s3_version(bucket, key, id DESC);
    CREATE UNIQUE INDEX s3_version_name ON s3_version(bucket, key, version);
    CREATE INDEX s3_version_upload ON s3_version(upload) WHERE upload <> '';
    CREATE TABLE s3_body(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
    CREATE TABLE s3_object_part(
      object INTEGER NOT NULL, number INTEGER NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
      checksum TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY(object, number));
    CREATE INDEX s3_object_part_start ON s3_object_part(object, start);
    CREATE TABLE s3_annotation(
      object INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, modified_at INTEGER NOT NULL, etag TEXT NOT NULL,
      checksum_algorithm TEXT NOT NULL, checksum_type TEXT NOT NULL, checksum TEXT NOT NULL, content TEXT NOT NULL,
      PRIMARY KEY(object, name));
    CREATE TABLE s3_upload(
      id INTEGER PRIMARY KEY, bucket INTEGER NOT NULL, key BLOB NOT NULL, upload TEXT NOT NULL UNIQUE,
      started_at INTEGER NOT NULL, initiator TEXT NOT NULL, checksum_algorithm TEXT NOT NULL, checksum_type TEXT NOT NULL,
      attributes TEXT NOT NULL, tags TEXT NOT NULL, disturbed INTEGER NOT NULL);
    CREATE INDEX s3_upload_key ON s3_upload(bucket, key, id);
    CREATE TABLE s3_part(
      upload INTEGER NOT NULL, number INTEGER NOT NULL, modified_at INTEGER NOT NULL, size INTEGER NOT NULL,
      etag TEXT NOT NULL, checksum TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY(upload, number));
    CREATE TABLE s3_appointment(id INTEGER PRIMARY KEY, bucket INTEGER NOT NULL, at INTEGER NOT NULL, key BLOB NOT NULL);
    CREATE INDEX s3_appointment_at ON s3_appointment(bucket, at, id);
    CREATE TABLE s3_lifecycle(
      bucket INTEGER PRIMARY KEY, rules INTEGER NOT NULL, since INTEGER NOT NULL, key BLOB NOT NULL, id INTEGER NOT NULL,
      in_uploads INTEGER NOT NULL, ended INTEGER NOT NULL);
  )sql");
}

S3Projection::S3Projection(sqlite::Database& d, BlobUses* uses)
    : put_bucket_(d, "INSERT INTO s3_bucket VALUES(?, ?, ?, ?, ?, ?)"),
      delete_bucket_(d, "DELETE FROM s3_bucket WHERE id = ?"),
      delete_settings_(d, "DELETE FROM s3_setting WHERE bucket = ?"),
      find_bucket_(d, "SELECT id FROM s3_bucket WHERE name = ?"),
      put_setting_(d, "INSERT OR REPLACE INTO s3_setting VALUES(?, ?, ?, ?)"),
      delete_setting_(d, "DELETE FROM s3_setting WHERE bucket = ? AND setting = ? AND id = ?"),
      remove_setting_(d, "INSERT OR REPLACE INTO s3_setting VALUES(?, ?, '', NULL)"),
      find_object_(d, "SELECT id, part_count, version, pieces FROM s3_object WHERE bucket = ? AND key = ?"),
      newest_version_(
          d, "SELECT id, part_count, version, marker, pieces FROM s3_version WHERE bucket = ? AND key = ? ORDER BY id DESC LIMIT 1"),
      find_version_(d, "SELECT id, part_count, version, marker, pieces FROM s3_version WHERE bucket = ? AND key = ? AND version = ?"),
      put_object_(d, "INSERT OR REPLACE INTO s3_object VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      retire_object_(d, concat("INSERT INTO s3_version SELECT id, bucket, key, version, 0, 0, ", kContentColumns,
                               " FROM s3_object WHERE bucket = ? AND key = ?")),
      delete_object_(d, "DELETE FROM s3_object WHERE bucket = ? AND key = ?"),
      promote_version_(d,
                       concat("INSERT INTO s3_object SELECT bucket, key, id, version, ", kContentColumns, " FROM s3_version WHERE id = ?")),
      set_current_(d, "UPDATE s3_version SET current = ?2 WHERE id = ?1"),
      put_marker_(d, "INSERT INTO s3_version VALUES(?, ?, ?, ?, 1, 1, 0, ?, '', '', '', '', '', 0, '', '', '', '')"),
      delete_version_(d, "DELETE FROM s3_version WHERE id = ?"),
      put_body_(d, "INSERT OR REPLACE INTO s3_body VALUES(?, ?)"),
      delete_body_(d, "DELETE FROM s3_body WHERE id = ?"),
      put_object_part_(d, "INSERT OR REPLACE INTO s3_object_part VALUES(?, ?, ?, ?, ?, ?, ?)"),
      delete_object_parts_(d, "DELETE FROM s3_object_part WHERE object = ?"),
      put_object_tags_(d, "UPDATE s3_object SET tags = ?3 WHERE bucket = ?1 AND key = ?2"),
      put_version_tags_(d, "UPDATE s3_version SET tags = ?2 WHERE id = ?1"),
      object_attributes_(d, "SELECT attributes FROM s3_object WHERE bucket = ? AND key = ?"),
      version_attributes_(d, "SELECT attributes FROM s3_version WHERE id = ?"),
      put_object_attributes_(d, "UPDATE s3_object SET attributes = ?3 WHERE bucket = ?1 AND key = ?2"),
      put_version_attributes_(d, "UPDATE s3_version SET attributes = ?2 WHERE id = ?1"),
      insert_upload_(d, "INSERT INTO s3_upload VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"),
      put_part_(d, "INSERT OR REPLACE INTO s3_part SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM s3_upload WHERE upload = ?1"),
      delete_upload_(d, "DELETE FROM s3_upload WHERE upload = ?"),
      delete_parts_(d, "DELETE FROM s3_part WHERE upload = (SELECT id FROM s3_upload WHERE upload = ?)"),
      delete_bucket_uploads_(d, "DELETE FROM s3_upload WHERE bucket = ?"),
      delete_bucket_parts_(d, "DELETE FROM s3_part WHERE upload IN (SELECT id FROM s3_upload WHERE bucket = ?)"),
      disturb_uploads_(d, "UPDATE s3_upload SET disturbed = 1 WHERE bucket = ? AND key = ?"),
      any_upload_(d, "SELECT 1 FROM s3_upload LIMIT 1"),
      put_object_class_(d, "UPDATE s3_object SET storage_class = ?3 WHERE bucket = ?1 AND key = ?2"),
      put_version_class_(d, "UPDATE s3_version SET storage_class = ?2 WHERE id = ?1"),
      put_appointment_(d, "INSERT OR REPLACE INTO s3_appointment VALUES(?, ?, ?, ?)"),
      delete_appointment_(d, "DELETE FROM s3_appointment WHERE id = ?"),
      delete_upload_appointment_(d, "DELETE FROM s3_appointment WHERE id = (SELECT id FROM s3_upload WHERE upload = ?)"),
      delete_bucket_appointments_(d, "DELETE FROM s3_appointment WHERE bucket = ?"),
      put_rules_(d, "INSERT OR REPLACE INTO s3_lifecycle VALUES(?, ?, ?, x'', -1, 0, 0)"),
      put_walk_(d, "UPDATE s3_lifecycle SET since = ?2, key = ?3, id = ?4, in_uploads = ?5, ended = ?6 WHERE bucket = ?1"),
      delete_rules_(d, "DELETE FROM s3_lifecycle WHERE bucket = ?"),
      object_part_contents_(d, "SELECT content FROM s3_object_part WHERE object = ?"),
      part_contents_(d, "SELECT content FROM s3_part WHERE upload = (SELECT id FROM s3_upload WHERE upload = ?)"),
      part_content_(d, "SELECT content FROM s3_part WHERE upload = (SELECT id FROM s3_upload WHERE upload = ?) AND number = ?"),
      bucket_part_contents_(d, "SELECT content FROM s3_part WHERE upload IN (SELECT id FROM s3_upload WHERE bucket = ?)"),
      put_annotation_(d, "INSERT OR REPLACE INTO s3_annotation VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      delete_annotation_(d, "DELETE FROM s3_annotation WHERE object = ? AND name = ?"),
      delete_annotations_(d, "DELETE FROM s3_annotation WHERE object = ?"),
      any_annotation_(d, "SELECT 1 FROM s3_annotation LIMIT 1"),
      annotation_content_(d, "SELECT content FROM s3_annotation WHERE object = ? AND name = ?"),
      annotation_contents_(d, "SELECT content FROM s3_annotation WHERE object = ?"),
      uses_(uses) {}

/// 0, which no bucket has, for a bucket that is not there.
int64_t S3Projection::bucket_id(const std::string& name) {
  auto known = bucket_ids_.find(name);
  if (known != bucket_ids_.end()) return known->second;
  auto row = find_bucket_.query(name);
  if (!row.next()) return 0;
  return bucket_ids_.emplace(name, row.integer(0)).first->second;
}

void S3Projection::apply(const Envelope& envelope, const BucketCreated& e) {
  put_bucket_.run(envelope.sequence, e.bucket, e.owner, e.region, e.location_constraint, e.created_at);
  ++catalog_changes_;
}

void S3Projection::apply(const Envelope&, const BucketDeleted& e) {
  int64_t id = bucket_id(e.bucket);
  delete_settings_.run(id);
  if (uses_) forget_blobs(bucket_part_contents_.query(id));
  delete_bucket_parts_.run(id);
  delete_bucket_uploads_.run(id);
  delete_bucket_appointments_.run(id);
  delete_rules_.run(id);
  delete_bucket_.run(id);
  bucket_ids_.erase(e.bucket);
  ++catalog_changes_;
}

/// New rules: all that is in the bucket is to be looked at.
void S3Projection::note_rules(const Envelope& envelope, const std::string& bucket, std::string_view setting) {
  if (setting == kLifecycle) put_rules_.run(bucket_id(bucket), envelope.sequence, envelope.time);
}

void S3Projection::apply(const Envelope& envelope, const BucketSettingPut& e) {
  put_setting_.run(bucket_id(e.bucket), e.setting, e.id, e.value);
  note_rules(envelope, e.bucket, e.setting);
  ++catalog_changes_;
}

/// What every new bucket has (all public access blocked) is otherwise once it was removed: so the row stays, without a value.
void S3Projection::apply(const Envelope& envelope, const BucketSettingDeleted& e) {
  note_rules(envelope, e.bucket, e.setting);
  if (e.id.empty()) remove_setting_.run(bucket_id(e.bucket), e.setting);
  else delete_setting_.run(bucket_id(e.bucket), e.setting, e.id);
  ++catalog_changes_;
}

std::optional<S3Projection::Row> S3Projection::object(int64_t bucket, std::string_view key) {
  auto row = find_object_.query(bucket, Blob{key});
  if (!row.next()) return std::nullopt;
  return Row{.id = row.integer(0),
             .is_object = true,
             .has_parts = row.integer(1) > 0,
             .is_marker = false,
             .version = row.text(2),
             .pieces = row.text(3)};
}

std::optional<S3Projection::Row> S3Projection::version_of(sqlite::Query row) {
  if (!row.next()) return std::nullopt;
  return Row{.id = row.integer(0),
             .is_object = false,
             .has_parts = row.integer(1) > 0,
             .is_marker = row.integer(3) != 0,
             .version = row.text(2),
             .pieces = row.text(4)};
}

std::optional<S3Projection::Row> S3Projection::current(int64_t bucket, std::string_view key) {
  if (auto row = object(bucket, key)) return row;
  return version_of(newest_version_.query(bucket, Blob{key}));
}

std::optional<S3Projection::Row> S3Projection::find(int64_t bucket, std::string_view key, std::string_view version) {
  if (auto row = object(bucket, key); row && row->version == version) return row;
  return version_of(find_version_.query(bucket, Blob{key}, version));
}

void S3Projection::forget_blobs(sqlite::Query contents) {
  while (contents.next()) uses_->remove(events::from_json<std::vector<Piece>>(contents.bytes(0)));
}

/// Of an object that is going. Before its rows do.
void S3Projection::forget_blobs(const Row& row) {
  if (!uses_) return;
  uses_->remove(events::from_json<std::vector<Piece>>(row.pieces));
  if (row.has_parts) forget_blobs(object_part_contents_.query(row.id));
}

/// Of a version that is going.
void S3Projection::remove_annotations(int64_t object) {
  if (!any_annotation_.query().next()) return;
  if (uses_) forget_blobs(annotation_contents_.query(object));
  delete_annotations_.run(object);
}

void S3Projection::remove(int64_t bucket, std::string_view key, const Row& row) {
  forget_blobs(row);
  remove_annotations(row.id);
  if (row.is_object) delete_object_.run(bucket, Blob{key});
  else delete_version_.run(row.id);
  delete_body_.run(row.id);
  delete_appointment_.run(row.id);
  if (row.has_parts) delete_object_parts_.run(row.id);
}

/// Makes the current version an older one; a null version gives way to a new null version.
void S3Projection::make_room(int64_t bucket, std::string_view key, std::string_view version, const std::optional<Row>& current) {
  if (!current) return;
  if (current->is_object) {
    retire_object_.run(bucket, Blob{key});
    delete_object_.run(bucket, Blob{key});
  } else {
    set_current_.run(current->id, 0);
  }
  if (version != kNullVersion) return;
  if (auto old_null = find(bucket, key, kNullVersion)) remove(bucket, key, *old_null);
}

void S3Projection::disturb_uploads(int64_t bucket, std::string_view key) {
  if (any_upload_.query().next()) disturb_uploads_.run(bucket, Blob{key});
}

void S3Projection::put_content(int64_t id, const ObjectPut& e) {
  if (is_small(e)) put_body_.run(id, Blob{e.content.front().bytes.bytes});
  else if (uses_) uses_->add(e.content);
  uint64_t start = 0;
  for (const Part& part : e.parts) {
    put_object_part_.run(id, part.number, start, part.size, part.etag, part.checksum, to_json(part.content));
    start += part.size;
    if (uses_) uses_->add(part.content);
  }
}

void S3Projection::apply(const Envelope& envelope, const ObjectPut& e) {
  int64_t bucket = bucket_id(e.bucket);
  auto old = current(bucket, e.key);
  // The usual overwrite. The id stays, and is still the highest of the key's versions.
  bool in_place = old && old->is_object && old->version == kNullVersion && e.version == kNullVersion;
  int64_t id = in_place ? old->id : static_cast<int64_t>(envelope.sequence);
  if (!in_place) {
    make_room(bucket, e.key, e.version, old);
  } else {
    forget_blobs(*old);
    remove_annotations(id);
    if (!is_small(e)) delete_body_.run(id);
    if (old->has_parts) delete_object_parts_.run(id);
  }
  put_object_.run(bucket, Blob{e.key}, id, e.version, e.size, e.modified_at, e.etag, e.checksum.algorithm, e.checksum.type,
                  e.attributes.storage_class, e.checksum.value, e.parts.size(), is_small(e) ? std::string() : to_json(e.content),
                  to_json(e.attributes), to_json(e.tags), e.upload);
  put_content(id, e);
  disturb_uploads(bucket, e.key);
}

void S3Projection::apply(const Envelope& envelope, const DeleteMarkerPut& e) {
  int64_t bucket = bucket_id(e.bucket);
  make_room(bucket, e.key, e.version, current(bucket, e.key));
  put_marker_.run(envelope.sequence, bucket, Blob{e.key}, e.version, e.modified_at);
  disturb_uploads(bucket, e.key);
}

void S3Projection::apply(const Envelope&, const VersionDeleted& e) {
  int64_t bucket = bucket_id(e.bucket);
  auto row = find(bucket, e.key, e.version);
  if (!row) return;
  remove(bucket, e.key, *row);
  disturb_uploads(bucket, e.key);
  if (object(bucket, e.key)) return;
  auto heir = version_of(newest_version_.query(bucket, Blob{e.key}));
  if (!heir) return;
  if (heir->is_marker) return set_current_.run(heir->id, 1);
  promote_version_.run(heir->id);
  delete_version_.run(heir->id);
}

void S3Projection::apply(const Envelope&, const ObjectTagsPut& e) {
  int64_t bucket = bucket_id(e.bucket);
  auto row = find(bucket, e.key, e.version);
  if (!row) return;
  if (row->is_object) put_object_tags_.run(bucket, Blob{e.key}, to_json(e.tags));
  else put_version_tags_.run(row->id, to_json(e.tags));
}

/// `change(attributes)` of the version that the event names.
template <class E, class Change>
void S3Projection::change_attributes(const E& e, const Change& change) {
  int64_t bucket = bucket_id(e.bucket);
  auto row = find(bucket, e.key, e.version);
  if (!row) return;
  auto changed = [&](sqlite::Query found) {
    auto attributes = found.next() ? events::from_json<ObjectAttributes>(found.bytes(0)) : ObjectAttributes{};
    change(attributes);
    return to_json(attributes);
  };
  if (row->is_object) put_object_attributes_.run(bucket, Blob{e.key}, changed(object_attributes_.query(bucket, Blob{e.key})));
  else put_version_attributes_.run(row->id, changed(version_attributes_.query(row->id)));
}

void S3Projection::apply(const Envelope&, const ObjectAclPut& e) {
  change_attributes(e, [&](ObjectAttributes& attributes) { attributes.acl = e.acl; });
}

void S3Projection::apply(const Envelope&, const ObjectEncryptionPut& e) {
  change_attributes(e, [&](ObjectAttributes& attributes) { attributes.encryption = e.encryption; });
}

void S3Projection::apply(const Envelope&, const ObjectAnnotationPut& e) {
  auto row = find(bucket_id(e.bucket), e.key, e.version);
  if (!row) return;
  const Annotation& a = e.annotation;
  if (uses_) {
    forget_blobs(annotation_content_.query(row->id, a.name));
    uses_->add(a.content);
  }
  put_annotation_.run(row->id, a.name, a.size, a.modified_at, a.etag, a.checksum.algorithm, a.checksum.type, a.checksum.value,
                      to_json(a.content));
}

void S3Projection::apply(const Envelope&, const ObjectAnnotationDeleted& e) {
  auto row = find(bucket_id(e.bucket), e.key, e.version);
  if (!row) return;
  if (uses_) forget_blobs(annotation_content_.query(row->id, e.name));
  delete_annotation_.run(row->id, e.name);
}

void S3Projection::apply(const Envelope&, const ObjectTransitioned& e) {
  int64_t bucket = bucket_id(e.bucket);
  auto row = find(bucket, e.key, e.version);
  if (!row) return;
  if (row->is_object) put_object_class_.run(bucket, Blob{e.key}, e.storage_class);
  else put_version_class_.run(row->id, e.storage_class);
  change_attributes(e, [&](ObjectAttributes& attributes) { attributes.storage_class = e.storage_class; });
}

void S3Projection::apply(const Envelope&, const ObjectRetentionPut& e) {
  change_attributes(e, [&](ObjectAttributes& attributes) {
    attributes.lock.mode = e.mode;
    attributes.lock.retain_until = e.retain_until;
  });
}

void S3Projection::apply(const Envelope&, const ObjectLegalHoldPut& e) {
  change_attributes(e, [&](ObjectAttributes& attributes) { attributes.lock.legal_hold = e.status; });
}

void S3Projection::apply(const Envelope& envelope, const ObjectRestoreStarted& e) {
  change_attributes(e, [&](ObjectAttributes& attributes) {
    attributes.restore = Restore{.completes_at = e.completes_at, .expires_at = e.expires_at, .cause = envelope.sequence};
  });
}

void S3Projection::apply(const Envelope& envelope, const ObjectRestored& e) {
  change_attributes(e, [&](ObjectAttributes& attributes) {
    uint64_t cause = attributes.restore ? attributes.restore->cause : envelope.sequence;
    attributes.restore = Restore{.expires_at = e.expires_at, .cause = cause};
  });
}

void S3Projection::apply(const Envelope&, const ObjectRestoreExpired& e) {
  change_attributes(e, [](ObjectAttributes& attributes) { attributes.restore.reset(); });
}

void S3Projection::apply(const Envelope&, const ObjectReplicated& e) {
  change_attributes(e, [&](ObjectAttributes& attributes) { attributes.replication = e.status; });
}

void S3Projection::apply(const Envelope&, const VersionsScheduled& e) {
  for (const Appointment& appointment : e.versions) {
    if (appointment.at > 0) put_appointment_.run(appointment.id, e.number, appointment.at, Blob{appointment.key});
    else delete_appointment_.run(appointment.id);
  }
  if (const auto& walk = e.walk) put_walk_.run(e.number, walk->since, Blob{walk->key}, walk->id, walk->in_uploads, walk->ended);
}

void S3Projection::apply(const Envelope& envelope, const UploadStarted& e) {
  insert_upload_.run(envelope.sequence, bucket_id(e.bucket), Blob{e.key}, e.upload, e.started_at, e.initiator, e.checksum_algorithm,
                     e.checksum_type, to_json(e.attributes), to_json(e.tags));
}

void S3Projection::apply(const Envelope&, const PartUploaded& e) {
  if (uses_) {
    forget_blobs(part_content_.query(e.upload, e.part.number));
    uses_->add(e.part.content);
  }
  put_part_.run(e.upload, e.part.number, e.modified_at, e.part.size, e.part.etag, e.checksum.value, to_json(e.part.content));
}

void S3Projection::apply(const Envelope&, const UploadEnded& e) {
  if (uses_) forget_blobs(part_contents_.query(e.upload));
  delete_parts_.run(e.upload);
  delete_upload_appointment_.run(e.upload);
  delete_upload_.run(e.upload);
}

}  // namespace cloudemu::s3
