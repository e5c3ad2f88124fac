#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/fields.h"
#include "events/s3_object.h"

/// The facts of Amazon S3. Times are milliseconds since 1970, digests lower-case hexadecimal, checksums base64 as S3 shows them.
namespace cloudemu::s3 {

struct BucketCreated {
  static constexpr std::string_view kType = "s3.BucketCreated";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string owner;  ///< account
  std::string region;
  std::string location_constraint;  ///< as given, e.g. "EU"; empty in us-east-1
  TimeMs created_at = 0;

  bool operator==(const BucketCreated&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("owner", self.owner);
    fields("region", self.region);
    fields("location_constraint", self.location_constraint);
    fields("created_at", self.created_at);
  }
};

struct BucketDeleted {
  static constexpr std::string_view kType = "s3.BucketDeleted";
  static constexpr int kVersion = 1;
  std::string bucket;

  bool operator==(const BucketDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
  }
};

/// A sub-resource of a bucket was written. `setting` is its query parameter (versioning, policy, tagging ...), `value` its document
/// in a normal form of that sub-resource. Of settings that a bucket can have several of (inventory, metrics ...) `id` names the one.
struct BucketSettingPut {
  static constexpr std::string_view kType = "s3.BucketSettingPut";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string setting;
  std::string id;
  std::string value;

  bool operator==(const BucketSettingPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("setting", self.setting);
    fields("id", self.id);
    fields("value", self.value);
  }
};

/// A sub-resource of a bucket was removed: also one that the bucket only had because every new bucket has it.
struct BucketSettingDeleted {
  static constexpr std::string_view kType = "s3.BucketSettingDeleted";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string setting;
  std::string id;

  bool operator==(const BucketSettingDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("setting", self.setting);
    fields("id", self.id);
  }
};

/// A version of an object came into being and is the current one. With version "null" it takes the place of an earlier null version.
struct ObjectPut {
  static constexpr std::string_view kType = "s3.ObjectPut";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;  ///< "null", or 32 characters
  uint64_t size = 0;
  std::string etag;  ///< without quotes
  TimeMs modified_at = 0;
  Checksum checksum;
  ObjectAttributes attributes;
  StringMap tags;
  std::vector<Piece> content;  ///< of an object that was put or copied in one request
  std::vector<Part> parts;     ///< of a multipart object, instead of `content`
  std::string upload;          ///< the multipart upload it was completed from

  bool operator==(const ObjectPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("size", self.size);
    fields("etag", self.etag);
    fields("modified_at", self.modified_at);
    fields("checksum", self.checksum);
    fields("attributes", self.attributes);
    fields("tags", self.tags);
    fields("content", self.content);
    fields("parts", self.parts);
    fields("upload", self.upload);
  }
};

/// A delete marker became the current version.
struct DeleteMarkerPut {
  static constexpr std::string_view kType = "s3.DeleteMarkerPut";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  TimeMs modified_at = 0;
  std::string rule;  ///< of the bucket's lifecycle, where time did it

  bool operator==(const DeleteMarkerPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("modified_at", self.modified_at);
    fields("rule", self.rule);
  }
};

/// One version (of an object or a delete marker) is gone for good; the newest one left is current.
struct VersionDeleted {
  static constexpr std::string_view kType = "s3.VersionDeleted";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  std::string rule;  ///< of the bucket's lifecycle, where time did it

  bool operator==(const VersionDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("rule", self.rule);
  }
};

/// The tags of one version were replaced (empty: removed).
struct ObjectTagsPut {
  static constexpr std::string_view kType = "s3.ObjectTagsPut";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  StringMap tags;

  bool operator==(const ObjectTagsPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("tags", self.tags);
  }
};

/// The access control list of one version was replaced.
struct ObjectAclPut {
  static constexpr std::string_view kType = "s3.ObjectAclPut";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  std::optional<Grants> acl;  ///< nothing: the owner alone

  bool operator==(const ObjectAclPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("acl", self.acl);
  }
};

/// How S3 says that a version is encrypted was changed: AES256 became a KMS key, or one key another.
struct ObjectEncryptionPut {
  static constexpr std::string_view kType = "s3.ObjectEncryptionPut";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  Encryption encryption;

  bool operator==(const ObjectEncryptionPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("encryption", self.encryption);
  }
};

struct UploadStarted {
  static constexpr std::string_view kType = "s3.UploadStarted";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string upload;
  TimeMs started_at = 0;
  std::string initiator;           ///< account
  std::string checksum_algorithm;  ///< empty: none was asked for
  std::string checksum_type;
  ObjectAttributes attributes;
  StringMap tags;

  bool operator==(const UploadStarted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("upload", self.upload);
    fields("started_at", self.started_at);
    fields("initiator", self.initiator);
    fields("checksum_algorithm", self.checksum_algorithm);
    fields("checksum_type", self.checksum_type);
    fields("attributes", self.attributes);
    fields("tags", self.tags);
  }
};

/// A part arrived; an earlier one of the same number is replaced.
struct PartUploaded {
  static constexpr std::string_view kType = "s3.PartUploaded";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string upload;
  TimeMs modified_at = 0;
  Part part;          ///< its `checksum` is left empty
  Checksum checksum;  ///< in the upload's algorithm, or CRC64NVME if that has none

  bool operator==(const PartUploaded&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("upload", self.upload);
    fields("modified_at", self.modified_at);
    fields("part", self.part);
    fields("checksum", self.checksum);
  }
};

/// The upload ended: completed (an ObjectPut of the same call names it) or aborted. Its parts are gone from listings.
struct UploadEnded {
  static constexpr std::string_view kType = "s3.UploadEnded";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string upload;
  bool completed = false;
  std::string rule;  ///< of the bucket's lifecycle, where time did it

  bool operator==(const UploadEnded&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("upload", self.upload);
    fields("completed", self.completed);
    fields("rule", self.rule);
  }
};

}  // namespace cloudemu::s3
