#include "projections/s3_read_model.h"

#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::s3 {

using events::from_json;
using sqlite::Blob;
using sqlite::Query;

namespace {

constexpr std::string_view kVersionColumns =
    "id, key, version, size, modified_at, etag, checksum_algorithm, checksum_type, checksum, part_count, pieces, attributes, tags, upload";
constexpr std::string_view kListedColumns = "key, size, modified_at, etag, checksum_algorithm, checksum_type, storage_class";
constexpr std::string_view kUploadColumns =
    "id, key, upload, started_at, initiator, checksum_algorithm, checksum_type, attributes, tags, disturbed";
constexpr std::string_view kBucketColumns = "id, name, owner, region, location_constraint, created_at";
constexpr std::string_view kAnnotationColumns = "name, size, modified_at, etag, checksum_algorithm, checksum_type, checksum, content";
constexpr std::string_view kObjectPartColumns = "number, start, size, etag, checksum, content";

/// The columns of a current object, which s3_object does not have, as s3_version has them.
constexpr std::string_view kOfObject = ", 0 AS marker";
constexpr std::string_view kOfListedObject = ", id, version, 1 AS current, 0 AS marker";
constexpr std::string_view kOfVersion = ", marker";
constexpr std::string_view kOfListedVersion = ", id, version, current, marker";

std::string select(std::string_view columns, std::string_view rest) { return concat("SELECT ", columns, " FROM ", rest); }

/// It is large, and made where it stays.
std::optional<ObjectVersion> first_version(Query row) {
  std::optional<ObjectVersion> found;
  if (!row.next()) return found;
  ObjectVersion& v = found.emplace();
  v.id = row.integer(0);
  v.key = row.text(1);
  v.version = row.text(2);
  v.size = static_cast<uint64_t>(row.integer(3));
  v.modified_at = row.integer(4);
  v.etag = row.text(5);
  v.checksum = Checksum{row.text(6), row.text(7), row.text(8)};
  v.part_count = static_cast<int>(row.integer(9));
  v.pieces = from_json<std::vector<Piece>>(row.bytes(10));
  v.attributes = from_json<ObjectAttributes>(row.bytes(11));
  v.tags = from_json<events::StringMap>(row.bytes(12));
  v.upload = row.text(13);
  v.marker = row.integer(14) != 0;
  return found;
}

ListedVersion read_listed(const Query& row) {
  return ListedVersion{.key = row.bytes(0),
                       .size = static_cast<uint64_t>(row.integer(1)),
                       .modified_at = row.integer(2),
                       .etag = row.bytes(3),
                       .checksum_algorithm = row.bytes(4),
                       .checksum_type = row.bytes(5),
                       .storage_class = row.bytes(6)};
}

ListedVersion read_listed_version(const Query& row) {
  ListedVersion version = read_listed(row);
  version.id = row.integer(7);
  version.version = row.bytes(8);
  version.latest = row.integer(9) != 0;
  version.marker = row.integer(10) != 0;
  return version;
}

ObjectPart read_object_part(const Query& row) {
  return ObjectPart{.part = Part{.number = static_cast<int32_t>(row.integer(0)),
                                 .size = static_cast<uint64_t>(row.integer(2)),
                                 .etag = row.text(3),
                                 .checksum = row.text(4),
                                 .content = from_json<std::vector<Piece>>(row.bytes(5))},
                    .start = static_cast<uint64_t>(row.integer(1))};
}

Upload read_upload(const Query& row) {
  return Upload{.id = row.integer(0),
                .key = row.text(1),
                .upload = row.text(2),
                .started_at = row.integer(3),
                .initiator = row.text(4),
                .checksum_algorithm = row.text(5),
                .checksum_type = row.text(6),
                .attributes = from_json<ObjectAttributes>(row.bytes(7)),
                .tags = from_json<events::StringMap>(row.bytes(8)),
                .disturbed = row.integer(9) != 0};
}

Annotation read_annotation(const Query& row) {
  return Annotation{.name = row.text(0),
                    .size = static_cast<uint64_t>(row.integer(1)),
                    .etag = row.text(3),
                    .modified_at = row.integer(2),
                    .checksum = {row.text(4), row.text(5), row.text(6)},
                    .content = from_json<std::vector<Piece>>(row.bytes(7))};
}

Bucket read_bucket(const Query& row) {
  return Bucket{.id = row.integer(0),
                .name = row.text(1),
                .owner = row.text(2),
                .region = row.text(3),
                .location_constraint = row.text(4),
                .created_at = row.integer(5)};
}

Versioning versioning_of(const BucketSettings& settings) {
  const std::string* status = settings.value("versioning");
  if (!status) return Versioning::never;
  return *status == "Enabled" ? Versioning::enabled : Versioning::suspended;
}

}  // namespace

S3ReadModel::S3ReadModel(sqlite::Database& d, const S3Projection& projection)
    : find_bucket_(d, select(kBucketColumns, "s3_bucket WHERE name = ?")),
      buckets_(d, select(kBucketColumns, "s3_bucket WHERE owner = ?1 AND name > ?2 AND name >= ?3 ORDER BY name")),
      bucket_count_(d, "SELECT count(*) FROM s3_bucket WHERE owner = ?"),
      settings_of_bucket_(d, "SELECT setting, value FROM s3_setting WHERE bucket = ? AND id = ''"),
      setting_(d, "SELECT value FROM s3_setting WHERE bucket = ? AND setting = ? AND id = ?"),
      settings_(d, "SELECT id, value FROM s3_setting WHERE bucket = ? AND setting = ? AND id > ? ORDER BY id LIMIT ?"),
      setting_count_(d, "SELECT count(*) FROM s3_setting WHERE bucket = ? AND setting = ? AND id <> ''"),
      any_object_(d, "SELECT 1 FROM s3_object WHERE bucket = ? LIMIT 1"),
      any_version_(d, "SELECT 1 FROM s3_version WHERE bucket = ? LIMIT 1"),
      object_(d, select(concat(kVersionColumns, kOfObject), "s3_object WHERE bucket = ? AND key = ?")),
      newest_version_(d, select(concat(kVersionColumns, kOfVersion), "s3_version WHERE bucket = ? AND key = ? ORDER BY id DESC LIMIT 1")),
      version_(d, select(concat(kVersionColumns, kOfVersion), "s3_version WHERE bucket = ? AND key = ? AND version = ?")),
      completed_object_(
          d, select(concat(kVersionColumns, kOfObject), "s3_object WHERE upload = ?1 AND upload <> '' AND bucket = ?2 AND key = ?3")),
      completed_version_(
          d, select(concat(kVersionColumns, kOfVersion), "s3_version WHERE upload = ?1 AND upload <> '' AND bucket = ?2 AND key = ?3")),
      body_(d, "SELECT bytes FROM s3_body WHERE id = ?"),
      object_parts_(d, select(kObjectPartColumns, "s3_object_part WHERE object = ? AND number > ? ORDER BY number LIMIT ?")),
      object_parts_between_(d, select(kObjectPartColumns,
                                      "s3_object_part WHERE object = ?1 AND start < ?3 AND start >= (SELECT max(start) "
                                      "FROM s3_object_part WHERE object = ?1 AND start <= ?2) ORDER BY start, number")),
      annotation_(d, select(kAnnotationColumns, "s3_annotation WHERE object = ? AND name = ?")),
      annotations_(d, select(kAnnotationColumns, "s3_annotation WHERE object = ?1 AND name > ?2 AND name >= ?3 ORDER BY name")),
      annotation_count_(d, "SELECT count(*) FROM s3_annotation WHERE object = ?"),
      objects_from_(d, select(kListedColumns, "s3_object WHERE bucket = ? AND key >= ? ORDER BY key")),
      object_attributes_(d, "SELECT attributes FROM s3_object WHERE bucket = ? AND key = ?"),
      version_attributes_(d, "SELECT attributes FROM s3_version WHERE id = ?"),
      listed_objects_from_(d, select(concat(kListedColumns, kOfListedObject), "s3_object WHERE bucket = ? AND key >= ? ORDER BY key")),
      listed_versions_from_(
          d, select(concat(kListedColumns, kOfListedVersion), "s3_version WHERE bucket = ? AND key >= ? ORDER BY key, id DESC")),
      listed_versions_older_(
          d, select(concat(kListedColumns, kOfListedVersion), "s3_version WHERE bucket = ? AND key = ? AND id < ? ORDER BY id DESC")),
      upload_(d, select(kUploadColumns, "s3_upload WHERE upload = ? AND bucket = ?")),
      uploads_(d, select(kUploadColumns, "s3_upload WHERE bucket = ?1 AND (key, id) > (?2, ?3) ORDER BY key, id")),
      parts_(d,
             "SELECT number, modified_at, size, etag, checksum, content FROM s3_part "
             "WHERE upload = ? AND number > ? ORDER BY number LIMIT ?"),
      contents_(
          d,
          "SELECT pieces FROM s3_object WHERE pieces <> '' UNION ALL SELECT pieces FROM s3_version WHERE pieces <> '' "
          "UNION ALL SELECT content FROM s3_object_part UNION ALL SELECT content FROM s3_part UNION ALL SELECT content FROM s3_annotation"),
      bucket_name_(d, "SELECT name FROM s3_bucket WHERE id = ?"),
      version_by_id_(d, select(concat(kVersionColumns, kOfVersion), "s3_version WHERE id = ?")),
      newer_versions_(d,
                      "SELECT id, modified_at FROM s3_version WHERE bucket = ?1 AND key = ?2 AND id > ?3 UNION ALL "
                      "SELECT id, modified_at FROM s3_object WHERE bucket = ?1 AND key = ?2 AND id > ?3 ORDER BY id LIMIT ?4"),
      older_version_(d, "SELECT 1 FROM s3_version WHERE bucket = ? AND key = ? AND id < ? LIMIT 1"),
      upload_by_id_(d, select(kUploadColumns, "s3_upload WHERE id = ?")),
      appointment_(d, "SELECT at FROM s3_appointment WHERE id = ?"),
      appointments_(d, "SELECT id, key, at FROM s3_appointment WHERE bucket = ? AND at <= ? ORDER BY at, id LIMIT ?"),
      first_appointment_(d, "SELECT min(at) FROM s3_appointment WHERE bucket = ?"),
      lifecycle_(d, "SELECT rules, since, key, id, in_uploads, ended FROM s3_lifecycle WHERE bucket = ?"),
      next_bucket_(d, "SELECT bucket FROM s3_appointment WHERE bucket > ? ORDER BY bucket LIMIT 1"),
      walks_(d, "SELECT bucket FROM s3_lifecycle WHERE ended = 0"),
      projection_(projection) {}

const Bucket* S3ReadModel::find_bucket(std::string_view name) const {
  if (bucket_cache_changes_ != projection_.catalog_changes()) {
    bucket_cache_.clear();
    bucket_cache_changes_ = projection_.catalog_changes();
  }
  auto cached = bucket_cache_.find(name);
  if (cached != bucket_cache_.end()) return &cached->second;
  auto row = find_bucket_.query(name);
  if (!row.next()) return nullptr;
  Bucket bucket = read_bucket(row);
  auto setting = settings_of_bucket_.query(bucket.id);
  while (setting.next()) bucket.settings.add(setting.text(0), setting.is_null(1) ? std::nullopt : std::optional(setting.text(1)));
  bucket.versioning = versioning_of(bucket.settings);
  return &bucket_cache_.emplace(std::string(name), std::move(bucket)).first->second;
}

const Bucket* S3ReadModel::find_bucket(int64_t id) const {
  auto row = bucket_name_.query(id);
  return row.next() ? find_bucket(row.text(0)) : nullptr;
}

std::vector<Bucket> S3ReadModel::buckets(std::string_view owner, std::string_view prefix, std::string_view after, size_t limit) const {
  std::vector<Bucket> found;
  auto row = buckets_.query(owner, after, prefix);
  while (found.size() < limit && row.next()) {
    if (!row.bytes(1).starts_with(prefix)) break;
    found.push_back(read_bucket(row));
  }
  return found;
}

size_t S3ReadModel::bucket_count(std::string_view owner) const {
  auto row = bucket_count_.query(owner);
  return row.next() ? static_cast<size_t>(row.integer(0)) : 0;
}

std::optional<std::string> S3ReadModel::setting(int64_t bucket, std::string_view name, std::string_view id) const {
  auto row = setting_.query(bucket, name, id);
  if (!row.next()) return std::nullopt;
  return row.text(0);
}

std::vector<NumberedSetting> S3ReadModel::settings(int64_t bucket, std::string_view name, std::string_view after, size_t limit) const {
  std::vector<NumberedSetting> found;
  auto row = settings_.query(bucket, name, after, limit);
  while (row.next()) found.push_back({.id = row.text(0), .value = row.text(1)});
  return found;
}

size_t S3ReadModel::setting_count(int64_t bucket, std::string_view name) const {
  auto row = setting_count_.query(bucket, name);
  return row.next() ? static_cast<size_t>(row.integer(0)) : 0;
}

S3ReadModel::Fill S3ReadModel::fill(int64_t bucket) const {
  if (any_object_.query(bucket).next()) return Fill::objects;
  return any_version_.query(bucket).next() ? Fill::only_versions : Fill::empty;
}

std::optional<ObjectVersion> S3ReadModel::current(int64_t bucket, std::string_view key) const {
  auto object = first_version(object_.query(bucket, Blob{key}));
  if (!object) object = first_version(newest_version_.query(bucket, Blob{key}));
  return object;
}

std::optional<ObjectVersion> S3ReadModel::version(int64_t bucket, std::string_view key, std::string_view version) const {
  auto object = first_version(object_.query(bucket, Blob{key}));
  if (object && object->version == version) return object;
  return first_version(version_.query(bucket, Blob{key}, version));
}

std::optional<ObjectVersion> S3ReadModel::version(int64_t bucket, std::string_view key, int64_t id) const {
  auto object = first_version(object_.query(bucket, Blob{key}));
  if (object && object->id == id) return object;
  return first_version(version_by_id_.query(id));
}

std::vector<NewerVersion> S3ReadModel::newer_versions(int64_t bucket, std::string_view key, int64_t id, size_t limit) const {
  std::vector<NewerVersion> found;
  for (auto row = newer_versions_.query(bucket, Blob{key}, id, limit); row.next();) found.push_back({row.integer(0), row.integer(1)});
  return found;
}

bool S3ReadModel::has_older_version(int64_t bucket, std::string_view key, int64_t id) const {
  return older_version_.query(bucket, Blob{key}, id).next();
}

std::optional<ObjectVersion> S3ReadModel::completed(int64_t bucket, std::string_view key, std::string_view upload) const {
  if (auto object = first_version(completed_object_.query(upload, bucket, Blob{key}))) return object;
  return first_version(completed_version_.query(upload, bucket, Blob{key}));
}

std::string S3ReadModel::body(int64_t id) const {
  auto row = body_.query(id);
  return row.next() ? row.text(0) : std::string();
}

std::vector<ObjectPart> S3ReadModel::object_parts(int64_t id, int after, size_t limit) const {
  std::vector<ObjectPart> found;
  for (auto row = object_parts_.query(id, after, limit); row.next();) found.push_back(read_object_part(row));
  return found;
}

std::vector<ObjectPart> S3ReadModel::object_parts_between(int64_t id, uint64_t begin, uint64_t end) const {
  std::vector<ObjectPart> found;
  for (auto row = object_parts_between_.query(id, begin, end); row.next();) found.push_back(read_object_part(row));
  return found;
}

void S3ReadModel::scan_objects(int64_t bucket, std::string_view from, const VersionVisitor& visit) const {
  auto row = objects_from_.query(bucket, Blob{from});
  while (row.next() && visit(read_listed(row)) == Visit::go_on) {
  }
}

void S3ReadModel::scan_versions(int64_t bucket, std::string_view from, std::optional<int64_t> before_id,
                                const VersionVisitor& visit) const {
  std::string start(from);
  if (before_id) {
    // Since the page before, the newest versions may have gone and an older one may have become the current one.
    if (auto row = listed_objects_from_.query(bucket, Blob{from}); row.next()) {
      ListedVersion object = read_listed_version(row);
      if (object.key == from && object.id < *before_id && visit(object) == Visit::stop) return;
    }
    auto row = listed_versions_older_.query(bucket, Blob{from}, *before_id);
    while (row.next()) {
      if (visit(read_listed_version(row)) == Visit::stop) return;
    }
    start.push_back('\0');  // the next possible key
  }
  // Of each key the current object comes first, then all others, newest first: two sorted streams, merged by key.
  auto object = listed_objects_from_.query(bucket, Blob{start});
  auto version = listed_versions_from_.query(bucket, Blob{start});
  bool has_object = object.next(), has_version = version.next();
  while (has_object || has_version) {
    bool take_object = has_object && (!has_version || object.bytes(0) <= version.bytes(0));
    if (visit(read_listed_version(take_object ? object : version)) == Visit::stop) return;
    if (take_object) has_object = object.next();
    else has_version = version.next();
  }
}

std::optional<Restore> S3ReadModel::restore(int64_t bucket, const ListedVersion& listed) const {
  bool is_object = listed.latest || listed.id == 0;
  auto row = is_object ? object_attributes_.query(bucket, Blob{listed.key}) : version_attributes_.query(listed.id);
  return row.next() ? from_json<ObjectAttributes>(row.bytes(0)).restore : std::nullopt;
}

std::optional<Annotation> S3ReadModel::annotation(int64_t object, std::string_view name) const {
  auto row = annotation_.query(object, name);
  if (!row.next()) return std::nullopt;
  return read_annotation(row);
}

std::vector<Annotation> S3ReadModel::annotations(int64_t object, std::string_view prefix, std::string_view after, size_t limit) const {
  std::vector<Annotation> found;
  auto row = annotations_.query(object, after, prefix);
  while (found.size() < limit && row.next()) {
    if (!row.bytes(0).starts_with(prefix)) break;
    found.push_back(read_annotation(row));
  }
  return found;
}

size_t S3ReadModel::annotation_count(int64_t object) const {
  auto row = annotation_count_.query(object);
  return row.next() ? static_cast<size_t>(row.integer(0)) : 0;
}

std::optional<Upload> S3ReadModel::upload(int64_t bucket, std::string_view upload) const {
  auto row = upload_.query(upload, bucket);
  if (!row.next()) return std::nullopt;
  return read_upload(row);
}

std::optional<Upload> S3ReadModel::upload(int64_t id) const {
  auto row = upload_by_id_.query(id);
  if (!row.next()) return std::nullopt;
  return read_upload(row);
}

TimeMs S3ReadModel::appointment(int64_t id) const {
  auto row = appointment_.query(id);
  return row.next() ? row.integer(0) : 0;
}

std::vector<Appointment> S3ReadModel::appointments(int64_t bucket, TimeMs until, size_t limit) const {
  std::vector<Appointment> found;
  auto row = appointments_.query(bucket, until, limit);
  while (row.next()) found.push_back({.id = row.integer(0), .key = row.text(1), .at = row.integer(2)});
  return found;
}

std::optional<TimeMs> S3ReadModel::first_appointment(int64_t bucket) const {
  auto row = first_appointment_.query(bucket);
  if (!row.next() || row.is_null(0)) return std::nullopt;
  return row.integer(0);
}

std::optional<LifecycleState> S3ReadModel::lifecycle(int64_t bucket) const {
  auto row = lifecycle_.query(bucket);
  if (!row.next()) return std::nullopt;
  ScheduleWalk walk{
      .since = row.integer(1), .key = row.text(2), .id = row.integer(3), .in_uploads = row.integer(4) != 0, .ended = row.integer(5) != 0};
  return LifecycleState{.rules = static_cast<uint64_t>(row.integer(0)), .walk = std::move(walk)};
}

std::vector<int64_t> S3ReadModel::buckets_with_appointments() const {
  std::vector<int64_t> found;
  for (auto row = walks_.query(); row.next();) found.push_back(row.integer(0));
  for (int64_t bucket = 0;;) {
    auto row = next_bucket_.query(bucket);
    if (!row.next()) return found;
    bucket = row.integer(0);
    found.push_back(bucket);
  }
}

void S3ReadModel::scan_uploads(int64_t bucket, std::string_view from, int64_t after_id,
                               const std::function<Visit(const Upload&)>& visit) const {
  auto row = uploads_.query(bucket, Blob{from}, after_id);
  while (row.next() && visit(read_upload(row)) == Visit::go_on) {
  }
}

std::vector<UploadedPart> S3ReadModel::parts(int64_t upload_id, int after, size_t limit) const {
  std::vector<UploadedPart> found;
  for (auto row = parts_.query(upload_id, after, limit); row.next();) {
    found.push_back(UploadedPart{.part = Part{.number = static_cast<int32_t>(row.integer(0)),
                                              .size = static_cast<uint64_t>(row.integer(2)),
                                              .etag = row.text(3),
                                              .checksum = row.text(4),
                                              .content = from_json<std::vector<Piece>>(row.bytes(5))},
                                 .modified_at = row.integer(1)});
  }
  return found;
}

void S3ReadModel::for_each_blob(const std::function<void(const std::string&)>& visit) const {
  for (auto row = contents_.query(); row.next();) {
    for (const Piece& piece : from_json<std::vector<Piece>>(row.bytes(0))) {
      if (!piece.blob.empty()) visit(piece.blob);
    }
  }
}

}  // namespace cloudemu::s3
