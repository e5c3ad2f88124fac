#include "projections/s3_read_model.h"

#include "core/strings.h"
#include "projections/row_json.h"

namespace cloudemu::s3 {

using projections::from_json;
using sqlite::Blob;
using sqlite::Query;

namespace {

constexpr std::string_view kVersionColumns =
    "id, key, version, latest, marker, size, etag, modified_at, checksum_algorithm, checksum_type, checksum, attributes, "
    "tags, parts, upload";
constexpr std::string_view kListColumns =
    "key, version, latest, marker, size, etag, storage_class, checksum_algorithm, checksum_type, modified_at, id";
constexpr std::string_view kUploadColumns =
    "id, key, upload, started_at, checksum_algorithm, checksum_type, attributes, tags, disturbed";

std::string select(std::string_view columns, std::string_view rest) { return concat("SELECT ", columns, " FROM ", rest); }

ObjectVersion read_version(const Query& row) {
  ObjectVersion v;
  v.id = row.integer(0);
  v.key = row.text(1);
  v.version = row.text(2);
  v.latest = row.integer(3) != 0;
  v.marker = row.integer(4) != 0;
  v.size = static_cast<uint64_t>(row.integer(5));
  v.etag = row.text(6);
  v.modified_at = row.integer(7);
  v.checksum = Checksum{row.text(8), row.text(9), row.text(10)};
  v.attributes = from_json<ObjectAttributes>(row.bytes(11));
  v.tags = from_json<events::StringMap>(row.bytes(12));
  v.parts = from_json<std::vector<Part>>(row.bytes(13));
  v.upload = row.text(14);
  return v;
}

ListedObject read_listed(const Query& row) {
  return ListedObject{.key = row.text(0),
                      .version = row.text(1),
                      .latest = row.integer(2) != 0,
                      .marker = row.integer(3) != 0,
                      .size = static_cast<uint64_t>(row.integer(4)),
                      .etag = row.text(5),
                      .storage_class = row.text(6),
                      .checksum_algorithm = row.text(7),
                      .checksum_type = row.text(8),
                      .modified_at = row.integer(9),
                      .id = row.integer(10)};
}

Upload read_upload(const Query& row) {
  return Upload{.id = row.integer(0),
                .key = row.text(1),
                .upload = row.text(2),
                .started_at = row.integer(3),
                .checksum_algorithm = row.text(4),
                .checksum_type = row.text(5),
                .attributes = from_json<ObjectAttributes>(row.bytes(6)),
                .tags = from_json<events::StringMap>(row.bytes(7)),
                .disturbed = row.integer(8) != 0};
}

Bucket read_bucket(const Query& row) {
  Bucket bucket{.id = row.integer(0),
                .name = row.text(1),
                .owner = row.text(2),
                .region = row.text(3),
                .location_constraint = row.text(4),
                .created_at = row.integer(5)};
  std::string_view versioning = row.bytes(6);
  bucket.versioning = versioning == "Enabled"     ? Versioning::enabled
                      : versioning == "Suspended" ? Versioning::suspended
                                                  : Versioning::never;
  return bucket;
}

constexpr std::string_view kBucketColumns =
    "id, name, owner, region, location_constraint, created_at, "
    "(SELECT value FROM s3_setting WHERE bucket = s3_bucket.id AND setting = 'versioning')";

}  // namespace

S3ReadModel::S3ReadModel(sqlite::Database& d, const S3Projection& projection)
    : find_bucket_(d, select(kBucketColumns, "s3_bucket WHERE name = ?")),
      buckets_(d, select(kBucketColumns, "s3_bucket WHERE name > ?2 AND name >= ?3 AND owner = ?1 ORDER BY name")),
      setting_(d, "SELECT value FROM s3_setting WHERE bucket = ? AND setting = ?"),
      any_object_(d, "SELECT 1 FROM s3_object WHERE bucket = ? AND latest = 1 AND marker = 0 LIMIT 1"),
      any_latest_(d, "SELECT 1 FROM s3_object WHERE bucket = ? AND latest = 1 LIMIT 1"),
      latest_(d, select(kVersionColumns, "s3_object WHERE bucket = ? AND key = ? AND latest = 1")),
      older_(d, select(kVersionColumns, "s3_object WHERE bucket = ? AND key = ? AND version = ? AND latest = 0")),
      body_(d, "SELECT bytes FROM s3_body WHERE id = ?"),
      list_objects_(d, select(kListColumns, "s3_object WHERE bucket = ? AND key >= ? AND latest = 1 ORDER BY key")),
      latest_from_(d, select(kListColumns, "s3_object WHERE bucket = ? AND key >= ? AND latest = 1 ORDER BY key LIMIT ?")),
      older_from_(d, select(kListColumns,
                            "s3_object WHERE bucket = ? AND key >= ? AND latest = 0 ORDER BY key, id DESC LIMIT ?")),
      older_of_key_(d, select(kListColumns,
                              "s3_object WHERE bucket = ? AND key = ? AND id < ? AND latest = 0 ORDER BY id DESC LIMIT ?")),
      upload_(d, select(kUploadColumns, "s3_upload WHERE upload = ? AND bucket = ?")),
      uploads_(d, select(kUploadColumns,
                         "s3_upload WHERE bucket = ?1 AND key >= ?2 AND NOT (key = ?2 AND id <= ?3) ORDER BY key, id LIMIT ?4")),
      parts_(d,
             "SELECT number, modified_at, size, blob, etag, checksum_algorithm, checksum FROM s3_part "
             "WHERE upload = ? AND number > ? ORDER BY number LIMIT ?"),
      projection_(projection) {}

const Bucket* S3ReadModel::find_bucket(std::string_view name) const {
  if (bucket_cache_changes_ != projection_.catalog_changes()) {
    bucket_cache_.clear();
    bucket_cache_changes_ = projection_.catalog_changes();
  }
  std::string key(name);
  auto cached = bucket_cache_.find(key);
  if (cached != bucket_cache_.end()) return &cached->second;
  auto row = find_bucket_.query(name);
  if (!row.next()) return nullptr;
  return &bucket_cache_.emplace(std::move(key), read_bucket(row)).first->second;
}

std::vector<Bucket> S3ReadModel::buckets(std::string_view owner, std::string_view prefix, std::string_view after,
                                         size_t limit) const {
  std::vector<Bucket> found;
  auto row = buckets_.query(owner, after, prefix);
  while (found.size() < limit && row.next()) {
    if (!row.bytes(1).starts_with(prefix)) break;
    found.push_back(read_bucket(row));
  }
  return found;
}

std::optional<std::string> S3ReadModel::setting(int64_t bucket, std::string_view name) const {
  auto row = setting_.query(bucket, name);
  if (!row.next()) return std::nullopt;
  return row.text(0);
}

S3ReadModel::Content S3ReadModel::content(int64_t bucket) const {
  // Older versions always have a current one (or a marker) above them.
  if (!any_latest_.query(bucket).next()) return Content::empty;
  return any_object_.query(bucket).next() ? Content::objects : Content::only_versions;
}

std::optional<ObjectVersion> S3ReadModel::latest(int64_t bucket, std::string_view key) const {
  auto row = latest_.query(bucket, Blob{key});
  if (!row.next()) return std::nullopt;
  return read_version(row);
}

std::optional<ObjectVersion> S3ReadModel::version(int64_t bucket, std::string_view key, std::string_view version) const {
  auto current = latest(bucket, key);
  if (current && current->version == version) return current;
  auto row = older_.query(bucket, Blob{key}, version);
  if (!row.next()) return std::nullopt;
  return read_version(row);
}

std::string S3ReadModel::body(int64_t id) const {
  auto row = body_.query(id);
  return row.next() ? row.text(0) : std::string();
}

std::vector<ListedObject> S3ReadModel::list_objects(int64_t bucket, std::string_view from, size_t limit) const {
  std::vector<ListedObject> found;
  auto row = list_objects_.query(bucket, Blob{from});
  while (found.size() < limit && row.next()) {
    if (row.integer(3) == 0) found.push_back(read_listed(row));
  }
  return found;
}

std::vector<ListedObject> S3ReadModel::list_versions(int64_t bucket, std::string_view from,
                                                     std::optional<int64_t> before_id, size_t limit) const {
  // Of each key the current version comes first, then the older ones: two sorted streams, merged by key.
  std::vector<ListedObject> merged, current, older;
  std::string start(from);
  if (before_id) {
    for (auto row = older_of_key_.query(bucket, Blob{from}, *before_id, limit); row.next();) {
      merged.push_back(read_listed(row));
    }
    start.push_back('\0');  // the next possible key
  }
  for (auto row = latest_from_.query(bucket, Blob{start}, limit); row.next();) current.push_back(read_listed(row));
  for (auto row = older_from_.query(bucket, Blob{start}, limit); row.next();) older.push_back(read_listed(row));
  size_t c = 0, o = 0;
  while (merged.size() < limit && (c < current.size() || o < older.size())) {
    bool take_current = o == older.size() || (c < current.size() && current[c].key <= older[o].key);
    merged.push_back(std::move(take_current ? current[c++] : older[o++]));
  }
  return merged;
}

std::optional<Upload> S3ReadModel::upload(int64_t bucket, std::string_view upload) const {
  auto row = upload_.query(upload, bucket);
  if (!row.next()) return std::nullopt;
  return read_upload(row);
}

std::vector<Upload> S3ReadModel::uploads(int64_t bucket, std::string_view from, int64_t after_id, size_t limit) const {
  std::vector<Upload> found;
  for (auto row = uploads_.query(bucket, Blob{from}, after_id, limit); row.next();) found.push_back(read_upload(row));
  return found;
}

std::vector<UploadedPart> S3ReadModel::parts(int64_t upload_id, int after_number, size_t limit) const {
  std::vector<UploadedPart> found;
  for (auto row = parts_.query(upload_id, after_number, limit); row.next();) {
    found.push_back(UploadedPart{.part = Part{.number = static_cast<int32_t>(row.integer(0)),
                                              .size = static_cast<uint64_t>(row.integer(2)),
                                              .blob = row.text(3),
                                              .etag = row.text(4),
                                              .checksum = row.text(6)},
                                 .modified_at = row.integer(1),
                                 .checksum_algorithm = row.text(5)});
  }
  return found;
}

}  // namespace cloudemu::s3
