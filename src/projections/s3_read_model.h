#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/s3_annotation_events.h"
#include "events/s3_events.h"
#include "events/s3_time_events.h"
#include "projections/bucket_settings.h"
#include "projections/s3_projection.h"
#include "projections/sqlite.h"

namespace cloudemu::s3 {

enum class Versioning { never, enabled, suspended };

struct Bucket {
  int64_t id = 0;
  std::string name, owner, region, location_constraint;
  TimeMs created_at = 0;
  Versioning versioning = Versioning::never;
  BucketSettings settings = {};  ///< but for those of which a bucket can have several
};

/// One of the settings of which a bucket can have several.
struct NumberedSetting {
  std::string id;
  std::string value;
};

/// One version of an object, or a delete marker.
struct ObjectVersion {
  int64_t id = 0;
  std::string key;
  std::string version;
  bool marker = false;
  uint64_t size = 0;
  std::string etag;  ///< without quotes
  TimeMs modified_at = 0;
  Checksum checksum;
  int part_count = 0;         ///< 0: not a multipart object
  std::vector<Piece> pieces;  ///< of an object without parts; empty: the body, if any, is body(id)
  ObjectAttributes attributes;
  events::StringMap tags;
  std::string upload;
};

/// What a listing shows of a version. The views are good until the visitor returns.
struct ListedVersion {
  std::string_view key;
  uint64_t size = 0;
  TimeMs modified_at = 0;
  std::string_view etag, checksum_algorithm, checksum_type, storage_class;
  // Only in listings of versions:
  int64_t id = 0;
  std::string_view version;
  bool latest = false, marker = false;
};

struct Upload {
  int64_t id = 0;
  std::string key, upload;
  TimeMs started_at = 0;
  std::string initiator;
  std::string checksum_algorithm, checksum_type;
  ObjectAttributes attributes;
  events::StringMap tags;
  bool disturbed = false;  ///< its key was written or deleted since it began
};

struct UploadedPart {
  Part part;  ///< with its checksum, in the upload's algorithm (CRC64NVME if it has none)
  TimeMs modified_at = 0;
};

/// A part of a finished object.
struct ObjectPart {
  Part part;
  uint64_t start = 0;  ///< where it begins in the object
};

/// What a visitor wants next.
enum class Visit { go_on, stop };

/// How far the walk is that follows a change of a bucket's lifecycle rules.
struct LifecycleState {
  uint64_t rules = 0;  ///< sequence of the event that set them
  ScheduleWalk walk;
};

/// One that came later than another of its key.
struct NewerVersion {
  int64_t id = 0;
  TimeMs modified_at = 0;
};

class S3ReadModel {
 public:
  S3ReadModel(sqlite::Database& database, const S3Projection& projection);

  /// Null if there is none. Valid until the next change to any bucket.
  const Bucket* find_bucket(std::string_view name) const;
  const Bucket* find_bucket(int64_t id) const;
  /// Buckets of an account by name, without their settings, from `after` (exclusive) on, whose name begins with `prefix`.
  std::vector<Bucket> buckets(std::string_view owner, std::string_view prefix, std::string_view after, size_t limit) const;
  size_t bucket_count(std::string_view owner) const;
  /// The setting of that name and id, where a bucket can have several.
  std::optional<std::string> setting(int64_t bucket, std::string_view name, std::string_view id) const;
  /// All of that name by id, from `after` (exclusive) on.
  std::vector<NumberedSetting> settings(int64_t bucket, std::string_view name, std::string_view after, size_t limit) const;
  size_t setting_count(int64_t bucket, std::string_view name) const;
  enum class Fill { empty, objects, only_versions };
  Fill fill(int64_t bucket) const;

  /// The current version, which may be a delete marker.
  std::optional<ObjectVersion> current(int64_t bucket, std::string_view key) const;
  std::optional<ObjectVersion> version(int64_t bucket, std::string_view key, std::string_view version) const;
  std::optional<ObjectVersion> version(int64_t bucket, std::string_view key, int64_t id) const;
  /// Those of a key that are newer than one, the oldest first, at most `limit`.
  std::vector<NewerVersion> newer_versions(int64_t bucket, std::string_view key, int64_t id, size_t limit) const;
  /// Whether a key has a version that is older than one.
  bool has_older_version(int64_t bucket, std::string_view key, int64_t id) const;
  /// The object that a multipart upload was completed to, if it is still there.
  std::optional<ObjectVersion> completed(int64_t bucket, std::string_view key, std::string_view upload) const;
  std::string body(int64_t id) const;
  /// Parts of a finished object by number, from `after` (exclusive) on.
  std::vector<ObjectPart> object_parts(int64_t id, int after, size_t limit) const;
  /// The parts that hold the bytes from `begin` to before `end`.
  std::vector<ObjectPart> object_parts_between(int64_t id, uint64_t begin, uint64_t end) const;

  using VersionVisitor = std::function<Visit(const ListedVersion&)>;
  /// Current objects (no delete markers) with key >= `from`, in byte order.
  void scan_objects(int64_t bucket, std::string_view from, const VersionVisitor& visit) const;
  /// All versions and markers with key >= `from`, by key, then newest first. With `before_id`, of key `from` only those older than it.
  void scan_versions(int64_t bucket, std::string_view from, std::optional<int64_t> before_id, const VersionVisitor& visit) const;
  /// The restored copy of what a visitor is being shown, if there is or will be one. May be asked from within the visitor.
  std::optional<Restore> restore(int64_t bucket, const ListedVersion& listed) const;

  std::optional<Annotation> annotation(int64_t object, std::string_view name) const;
  /// Those of a version by name, from `after` (exclusive) on, whose name begins with `prefix`.
  std::vector<Annotation> annotations(int64_t object, std::string_view prefix, std::string_view after, size_t limit) const;
  size_t annotation_count(int64_t object) const;

  std::optional<Upload> upload(int64_t bucket, std::string_view upload) const;
  std::optional<Upload> upload(int64_t id) const;
  /// Unfinished uploads with key >= `from` by key, then age; of key `from` only those with an id above `after_id` (-1: all).
  void scan_uploads(int64_t bucket, std::string_view from, int64_t after_id, const std::function<Visit(const Upload&)>& visit) const;
  /// Parts of an unfinished upload by number, from `after` (exclusive) on.
  std::vector<UploadedPart> parts(int64_t upload_id, int after, size_t limit) const;

  /// When time next does something to a version or upload; 0: never, as things are.
  TimeMs appointment(int64_t id) const;
  /// The first of a bucket, at most `limit`, by time, that are not after `until`.
  std::vector<Appointment> appointments(int64_t bucket, TimeMs until, size_t limit) const;
  std::optional<TimeMs> first_appointment(int64_t bucket) const;
  /// Of a bucket that has or had lifecycle rules.
  std::optional<LifecycleState> lifecycle(int64_t bucket) const;
  /// The buckets that have appointments or an unfinished walk.
  std::vector<int64_t> buckets_with_appointments() const;

  /// Calls `visit` for every blob that an object, an older version or a part of an unfinished upload is made of, as often as it is
  /// named. Reads everything: for compaction and tests.
  void for_each_blob(const std::function<void(const std::string& name)>& visit) const;

 private:
  struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };

  mutable sqlite::Statement find_bucket_, buckets_, bucket_count_, settings_of_bucket_, setting_, settings_, setting_count_, any_object_,
      any_version_;
  mutable sqlite::Statement object_, newest_version_, version_, completed_object_, completed_version_, body_, object_parts_,
      object_parts_between_;
  mutable sqlite::Statement annotation_, annotations_, annotation_count_;
  mutable sqlite::Statement objects_from_, object_attributes_, version_attributes_, listed_objects_from_, listed_versions_from_,
      listed_versions_older_;
  mutable sqlite::Statement upload_, uploads_, parts_, contents_;
  mutable sqlite::Statement bucket_name_, version_by_id_, newer_versions_, older_version_, upload_by_id_, appointment_, appointments_,
      first_appointment_, lifecycle_, next_bucket_, walks_;
  const S3Projection& projection_;
  mutable std::unordered_map<std::string, Bucket, NameHash, std::equal_to<>> bucket_cache_;
  mutable uint64_t bucket_cache_changes_ = 0;
};

}  // namespace cloudemu::s3
