#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/s3_events.h"
#include "projections/s3_projection.h"
#include "projections/sqlite.h"

namespace cloudemu::s3 {

enum class Versioning { never, enabled, suspended };

struct Bucket {
  int64_t id = 0;
  std::string name, owner, region, location_constraint;
  TimeMs created_at = 0;
  Versioning versioning = Versioning::never;
};

/// One version of an object, or a delete marker.
struct ObjectVersion {
  int64_t id = 0;
  std::string key;
  std::string version;
  bool latest = false;
  bool marker = false;
  uint64_t size = 0;
  std::string etag;
  TimeMs modified_at = 0;
  Checksum checksum;
  ObjectAttributes attributes;
  events::StringMap tags;
  std::vector<Part> parts;  ///< empty: the body, if any, is body(id)
  std::string upload;
};

/// What a listing shows of a version.
struct ListedObject {
  std::string key, version;
  bool latest = false, marker = false;
  uint64_t size = 0;
  std::string etag, storage_class, checksum_algorithm, checksum_type;
  TimeMs modified_at = 0;
  int64_t id = 0;
};

struct Upload {
  int64_t id = 0;
  std::string key, upload;
  TimeMs started_at = 0;
  std::string checksum_algorithm, checksum_type;
  ObjectAttributes attributes;
  events::StringMap tags;
  bool disturbed = false;  ///< its key was written or deleted since it began
};

struct UploadedPart {
  Part part;
  TimeMs modified_at = 0;
  std::string checksum_algorithm;
};

class S3ReadModel {
 public:
  S3ReadModel(sqlite::Database& database, const S3Projection& projection);

  /// Null if there is none. Valid until the next change to any bucket.
  const Bucket* find_bucket(std::string_view name) const;
  /// Buckets of an account by name, from `after` (exclusive) on, whose name begins with `prefix`.
  std::vector<Bucket> buckets(std::string_view owner, std::string_view prefix, std::string_view after, size_t limit) const;
  std::optional<std::string> setting(int64_t bucket, std::string_view name) const;
  enum class Content { empty, objects, only_versions };
  Content content(int64_t bucket) const;

  std::optional<ObjectVersion> latest(int64_t bucket, std::string_view key) const;
  std::optional<ObjectVersion> version(int64_t bucket, std::string_view key, std::string_view version) const;
  std::string body(int64_t id) const;

  /// Current objects (no delete markers) with key >= `from`, in byte order, at most `limit`.
  std::vector<ListedObject> list_objects(int64_t bucket, std::string_view from, size_t limit) const;
  /// All versions and markers with key >= `from`, by key, then newest first. With `before_id`, of key `from` only those older than it.
  std::vector<ListedObject> list_versions(int64_t bucket, std::string_view from, std::optional<int64_t> before_id,
                                          size_t limit) const;

  std::optional<Upload> upload(int64_t bucket, std::string_view upload) const;
  /// Unfinished uploads with key >= `from` by key, then age; of key `from` only those with an id above `after_id`.
  std::vector<Upload> uploads(int64_t bucket, std::string_view from, int64_t after_id, size_t limit) const;
  std::vector<UploadedPart> parts(int64_t upload_id, int after_number, size_t limit) const;

 private:
  mutable sqlite::Statement find_bucket_, buckets_, setting_, any_object_, any_latest_;
  mutable sqlite::Statement latest_, older_, body_, list_objects_, latest_from_, older_from_, older_of_key_;
  mutable sqlite::Statement upload_, uploads_, parts_;
  const S3Projection& projection_;
  mutable std::unordered_map<std::string, Bucket> bucket_cache_;
  mutable uint64_t bucket_cache_changes_ = 0;
};

}  // namespace cloudemu::s3
