#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

#include "events/envelope.h"
#include "projections/blob_uses.h"
#include "projections/sqlite.h"

namespace cloudemu::s3 {

/// The id of the one version that a key has where its bucket kept no versions when it was written.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
inline constexpr std::string_view kNullVersion = "null";

/// Folds the events of S3 into its tables: buckets and their settings, object versions, small bodies, unfinished uploads.
///
/// Current objects are in s3_object; all older versions and all delete markers, current ones too, in s3_version. So buckets without
/// versioning pay for one table, and listings never meet a delete marker.
///
/// Invariants: of a key's versions the one with the highest id is the current one; if there are versions, one is current.
class S3Projection {
 public:
  /// `uses`, where there is one, counts how often each blob is named.
  explicit S3Projection(sqlite::Database& database, BlobUses* uses = nullptr);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const BucketCreated& event);
  void apply(const Envelope& envelope, const BucketDeleted& event);
  void apply(const Envelope& envelope, const BucketSettingPut& event);
  void apply(const Envelope& envelope, const BucketSettingDeleted& event);
  void apply(const Envelope& envelope, const ObjectPut& event);
  void apply(const Envelope& envelope, const DeleteMarkerPut& event);
  void apply(const Envelope& envelope, const VersionDeleted& event);
  void apply(const Envelope& envelope, const ObjectTagsPut& event);
  void apply(const Envelope& envelope, const ObjectAclPut& event);
  void apply(const Envelope& envelope, const ObjectEncryptionPut& event);
  void apply(const Envelope& envelope, const ObjectAnnotationPut& event);
  void apply(const Envelope& envelope, const ObjectAnnotationDeleted& event);
  void apply(const Envelope& envelope, const UploadStarted& event);
  void apply(const Envelope& envelope, const PartUploaded& event);
  void apply(const Envelope& envelope, const UploadEnded& event);
  void apply(const Envelope& envelope, const ObjectTransitioned& event);
  void apply(const Envelope& envelope, const ObjectRetentionPut& event);
  void apply(const Envelope& envelope, const ObjectLegalHoldPut& event);
  void apply(const Envelope& envelope, const ObjectRestoreStarted& event);
  void apply(const Envelope& envelope, const ObjectRestored& event);
  void apply(const Envelope& envelope, const ObjectRestoreExpired& event);
  void apply(const Envelope& envelope, const ObjectReplicated& event);
  void apply(const Envelope& envelope, const VersionsScheduled& event);

  /// Grows with every change to a bucket or its settings, so that read models know when to forget what they remember.
  uint64_t catalog_changes() const { return catalog_changes_; }

 private:
  struct Row {
    int64_t id = 0;
    bool is_object = false;  ///< in s3_object; otherwise in s3_version
    bool has_parts = false;
    bool is_marker = false;
    std::string version;
    std::string pieces;  ///< as JSON
  };
  int64_t bucket_id(const std::string& name);
  std::optional<Row> object(int64_t bucket, std::string_view key);
  static std::optional<Row> version_of(sqlite::Query row);
  std::optional<Row> current(int64_t bucket, std::string_view key);
  std::optional<Row> find(int64_t bucket, std::string_view key, std::string_view version);
  void make_room(int64_t bucket, std::string_view key, std::string_view version, const std::optional<Row>& current);
  void remove(int64_t bucket, std::string_view key, const Row& row);
  void put_content(int64_t id, const ObjectPut& event);
  void forget_blobs(const Row& row);
  void forget_blobs(sqlite::Query contents);
  void remove_annotations(int64_t object);
  void disturb_uploads(int64_t bucket, std::string_view key);
  template <class E, class Change>
  void change_attributes(const E& event, const Change& change);
  void note_rules(const Envelope& envelope, const std::string& bucket, std::string_view setting);

  sqlite::Statement put_bucket_, delete_bucket_, delete_settings_, find_bucket_, put_setting_, delete_setting_, remove_setting_;
  sqlite::Statement find_object_, newest_version_, find_version_, put_object_, retire_object_, delete_object_, promote_version_,
      set_current_, put_marker_, delete_version_;
  sqlite::Statement put_body_, delete_body_, put_object_part_, delete_object_parts_, put_object_tags_, put_version_tags_;
  sqlite::Statement object_attributes_, version_attributes_, put_object_attributes_, put_version_attributes_;
  sqlite::Statement insert_upload_, put_part_, delete_upload_, delete_parts_, delete_bucket_uploads_, delete_bucket_parts_,
      disturb_uploads_, any_upload_;
  sqlite::Statement put_object_class_, put_version_class_, put_appointment_, delete_appointment_, delete_upload_appointment_,
      delete_bucket_appointments_, put_rules_, put_walk_, delete_rules_;
  sqlite::Statement object_part_contents_, part_contents_, part_content_, bucket_part_contents_;
  sqlite::Statement put_annotation_, delete_annotation_, delete_annotations_, any_annotation_, annotation_content_, annotation_contents_;
  BlobUses* uses_;
  std::unordered_map<std::string, int64_t> bucket_ids_;
  uint64_t catalog_changes_ = 0;
};

}  // namespace cloudemu::s3
