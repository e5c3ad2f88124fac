#pragma once
#include <string>
#include <unordered_map>

#include "events/envelope.h"
#include "projections/sqlite.h"

namespace cloudemu::s3 {

/// Folds the events of S3 into its tables: buckets and their settings, object versions, small bodies, unfinished uploads.
class S3Projection {
 public:
  explicit S3Projection(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const BucketCreated& event);
  void apply(const Envelope& envelope, const BucketDeleted& event);
  void apply(const Envelope& envelope, const BucketSettingPut& event);
  void apply(const Envelope& envelope, const BucketSettingDeleted& event);
  void apply(const Envelope& envelope, const ObjectPut& event);
  void apply(const Envelope& envelope, const DeleteMarkerPut& event);
  void apply(const Envelope& envelope, const VersionDeleted& event);
  void apply(const Envelope& envelope, const ObjectTagsPut& event);
  void apply(const Envelope& envelope, const UploadStarted& event);
  void apply(const Envelope& envelope, const PartUploaded& event);
  void apply(const Envelope& envelope, const UploadEnded& event);

  /// Grows with every change to a bucket or its settings, so that read models know when to forget what they remember.
  uint64_t catalog_changes() const { return catalog_changes_; }

 private:
  struct Latest {
    int64_t id = 0;
    bool is_null_version = false;
  };
  std::optional<int64_t> bucket_id(const std::string& name);
  std::optional<Latest> latest(int64_t bucket, std::string_view key);
  void make_room(int64_t bucket, std::string_view key, std::string_view version);
  void remove(int64_t id);
  void disturb_uploads(int64_t bucket, std::string_view key);

  sqlite::Statement put_bucket_, delete_bucket_, delete_settings_, find_bucket_, put_setting_, delete_setting_;
  sqlite::Statement find_latest_, find_older_, newest_older_, set_latest_, insert_object_, replace_object_, insert_marker_,
      delete_object_, put_body_, delete_body_, put_tags_;
  sqlite::Statement insert_upload_, put_part_, delete_upload_, delete_parts_, disturb_uploads_, any_upload_;
  std::unordered_map<std::string, int64_t> bucket_ids_;
  uint64_t catalog_changes_ = 0;
};

}  // namespace cloudemu::s3
