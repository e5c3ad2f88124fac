#include "projections/s3_read_model.h"

#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::s3 {

using events::from_json;
using sqlite::Blob;
using sqlite::Query;

namespace {

constexpr std::string_view kVersionColumns =
    "id, key, version, marker, size, modified_at, etag, checksum_algorithm, checksum_type, checksum, part_count, pieces, "
    "attributes, tags, upload";
constexpr std::string_view kListColumns =
    "id, key, version, latest, marker, size, modified_at, etag, checksum_algorithm, checksum_type, storage_class";
constexpr std::string_view kUploadColumns =
    "id, key, upload, started_at, initiator, checksum_algorithm, checksum_type, attributes, tags, disturbed";
constexpr std::string_view kBucketColumns =
    "id, name, owner, region, location_constraint, created_at, "
    "(SELECT value FROM s3_setting WHERE bucket = s3_bucket.id AND setting = 'versioning')";
constexpr std::string_view kObjectPartColumns = "number, start, size, etag, checksum, content";

std::string select(std::string_view columns, std::string_view rest) { return concat("SELECT ", columns, " FROM ", rest); }

ObjectVersion read_version(const Query& row) {
  ObjectVersion v;
  v.id = row.integer(0);
  v.key = row.text(1);
  v.version = row.text(2);
  v.marker = row.integer(3) != 0;
  v.size = static_cast<uint64_t>(row.integer(4));
  v.modified_at = row.integer(5);
  v.etag = row.text(6);
  v.checksum = Checksum{row.text(7), row.text(8), row.text(9)};
  v.part_count = static_cast<int>(row.integer(10));
  v.pieces = from_json<std::vector<Piece>>(row.bytes(11));
  v.attributes = from_json<ObjectAttributes>(row.bytes(12));
  v.tags = from_json<events::StringMap>(row.bytes(13));
  v.upload = row.text(14);
  return v;
}

std::optional<ObjectVersion> first_version(Query row) {
  if (!row.next()) return std::nullopt;
  return read_version(row);
}

ListedVersion read_listed(const Query& row) {
  return ListedVersion{.id = row.integer(0),
                       .key = row.bytes(1),
                       .version = row.bytes(2),
                       .latest = row.integer(3) != static_cast<int64_t>(Latest::no),
                       .marker = row.integer(4) != 0,
                       .size = static_cast<uint64_t>(row.integer(5)),
                       .modified_at = row.integer(6),
                       .etag = row.bytes(7),
                       .checksum_algorithm = row.bytes(8),
                       .checksum_type = row.bytes(9),
                       .storage_class = row.bytes(10)};
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

Bucket read_bucket(const Query& row) {
  Bucket bucket{.id = row.integer(0),
                .name = row.text(1),
                .owner = row.text(2),
                .region = row.text(3),
                .location_constraint = row.text(4),
                .created_at = row.integer(5)};
  std::string_view versioning = row.bytes(6);
  bucket.versioning = versioning == "Enabled" ? Versioning::enabled : versioning == "Suspended" ? Versioning::suspended : Versioning::never;
  return bucket;
}

}  // namespace

S3ReadModel::S3ReadModel(sqlite::Database& d, const S3Projection& projection)
    : find_bucket_(d, select(kBucketColumns, "s3_bucket WHERE name = ?")),
      buckets_(d, select(kBucketColumns, "s3_bucket WHERE owner = ?1 AND name > ?2 AND name >= ?3 ORDER BY name")),
      bucket_count_(d, "SELECT count(*) FROM s3_bucket WHERE owner = ?"),
      setting_(d, "SELECT value FROM s3_setting WHERE bucket = ? AND setting = ?"),
      any_object_(d, "SELECT 1 FROM s3_object WHERE bucket = ? AND latest = 1 LIMIT 1"),
      any_other_(d, "SELECT 1 FROM s3_object WHERE bucket = ? AND latest <> 1 LIMIT 1"),
      current_object_(d, select(kVersionColumns, "s3_object WHERE bucket = ? AND key = ? AND latest = 1")),
      newest_other_(d, select(kVersionColumns, "s3_object WHERE bucket = ? AND key = ? AND latest <> 1 ORDER BY id DESC LIMIT 1")),
      other_(d, select(kVersionColumns, "s3_object WHERE bucket = ? AND key = ? AND version = ? AND latest <> 1")),
      completed_(d, select(kVersionColumns, "s3_object WHERE upload = ?1 AND upload <> '' AND bucket = ?2 AND key = ?3")),
      body_(d, "SELECT bytes FROM s3_body WHERE id = ?"),
      object_parts_(d, select(kObjectPartColumns, "s3_object_part WHERE object = ? AND number > ? ORDER BY number LIMIT ?")),
      object_parts_between_(d, select(kObjectPartColumns,
                                      "s3_object_part WHERE object = ?1 AND start < ?3 AND start >= (SELECT max(start) "
                                      "FROM s3_object_part WHERE object = ?1 AND start <= ?2) ORDER BY start, number")),
      objects_from_(d, select(kListColumns, "s3_object WHERE bucket = ? AND key >= ? AND latest = 1 ORDER BY key")),
      versions_current_from_(d, select(kListColumns, "s3_object WHERE bucket = ? AND key >= ? AND latest = 1 ORDER BY key")),
      versions_other_from_(d, select(kListColumns, "s3_object WHERE bucket = ? AND key >= ? AND latest <> 1 ORDER BY key, id DESC")),
      versions_older_(d, select(kListColumns, "s3_object WHERE bucket = ? AND key = ? AND id < ? AND latest <> 1 ORDER BY id DESC")),
      upload_(d, select(kUploadColumns, "s3_upload WHERE upload = ? AND bucket = ?")),
      uploads_(d, select(kUploadColumns, "s3_upload WHERE bucket = ?1 AND (key, id) > (?2, ?3) ORDER BY key, id")),
      parts_(d,
             "SELECT number, modified_at, size, etag, checksum, content FROM s3_part "
             "WHERE upload = ? AND number > ? ORDER BY number LIMIT ?"),
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
  return &bucket_cache_.emplace(std::string(name), read_bucket(row)).first->second;
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

std::optional<std::string> S3ReadModel::setting(int64_t bucket, std::string_view name) const {
  auto row = setting_.query(bucket, name);
  if (!row.next()) return std::nullopt;
  return row.text(0);
}

S3ReadModel::Fill S3ReadModel::fill(int64_t bucket) const {
  if (any_object_.query(bucket).next()) return Fill::objects;
  return any_other_.query(bucket).next() ? Fill::only_versions : Fill::empty;
}

std::optional<ObjectVersion> S3ReadModel::current(int64_t bucket, std::string_view key) const {
  if (auto object = first_version(current_object_.query(bucket, Blob{key}))) return object;
  return first_version(newest_other_.query(bucket, Blob{key}));
}

std::optional<ObjectVersion> S3ReadModel::version(int64_t bucket, std::string_view key, std::string_view version) const {
  auto object = first_version(current_object_.query(bucket, Blob{key}));
  if (object && object->version == version) return object;
  return first_version(other_.query(bucket, Blob{key}, version));
}

std::optional<ObjectVersion> S3ReadModel::completed(int64_t bucket, std::string_view key, std::string_view upload) const {
  return first_version(completed_.query(upload, bucket, Blob{key}));
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
    if (auto row = versions_current_from_.query(bucket, Blob{from}); row.next() && row.bytes(1) == from && row.integer(0) < *before_id) {
      if (visit(read_listed(row)) == Visit::stop) return;
    }
    auto row = versions_older_.query(bucket, Blob{from}, *before_id);
    while (row.next()) {
      if (visit(read_listed(row)) == Visit::stop) return;
    }
    start.push_back('\0');  // the next possible key
  }
  // Of each key the current object comes first, then all others, newest first: two sorted streams, merged by key.
  auto current = versions_current_from_.query(bucket, Blob{start});
  auto other = versions_other_from_.query(bucket, Blob{start});
  bool has_current = current.next(), has_other = other.next();
  while (has_current || has_other) {
    bool take_current = has_current && (!has_other || current.bytes(1) <= other.bytes(1));
    if (visit(read_listed(take_current ? current : other)) == Visit::stop) return;
    if (take_current) has_current = current.next();
    else has_other = other.next();
  }
}

std::optional<Upload> S3ReadModel::upload(int64_t bucket, std::string_view upload) const {
  auto row = upload_.query(upload, bucket);
  if (!row.next()) return std::nullopt;
  return read_upload(row);
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

}  // namespace cloudemu::s3
