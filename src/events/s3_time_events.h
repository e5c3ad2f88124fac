#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/fields.h"

/// The facts of Amazon S3 that time has to do with: storage classes that change, locks, restores, copies elsewhere, and when what is due.
namespace cloudemu::s3 {

/// A version went over to another storage class, as a rule of the bucket's lifecycle says.
struct ObjectTransitioned {
  static constexpr std::string_view kType = "s3.ObjectTransitioned";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  std::string storage_class;
  std::string rule;

  bool operator==(const ObjectTransitioned&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("storage_class", self.storage_class);
    fields("rule", self.rule);
  }
};

/// Until when a version cannot be deleted, and by whom, was set anew.
struct ObjectRetentionPut {
  static constexpr std::string_view kType = "s3.ObjectRetentionPut";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  std::string mode;  ///< empty: it was removed
  TimeMs retain_until = 0;

  bool operator==(const ObjectRetentionPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("mode", self.mode);
    fields("retain_until", self.retain_until);
  }
};

struct ObjectLegalHoldPut {
  static constexpr std::string_view kType = "s3.ObjectLegalHoldPut";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  std::string status;  ///< "ON", "OFF"

  bool operator==(const ObjectLegalHoldPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("status", self.status);
  }
};

/// Somebody asked for a readable copy of an archived version. It takes until `completes_at`.
struct ObjectRestoreStarted {
  static constexpr std::string_view kType = "s3.ObjectRestoreStarted";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  std::string tier;  ///< "Standard", "Bulk", "Expedited"
  int64_t days = 0;
  TimeMs completes_at = 0;
  TimeMs expires_at = 0;

  bool operator==(const ObjectRestoreStarted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("tier", self.tier);
    fields("days", self.days);
    fields("completes_at", self.completes_at);
    fields("expires_at", self.expires_at);
  }
};

/// The copy is there until `expires_at`; or, where it was there already, its time was set anew.
struct ObjectRestored {
  static constexpr std::string_view kType = "s3.ObjectRestored";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  TimeMs expires_at = 0;

  bool operator==(const ObjectRestored&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("expires_at", self.expires_at);
  }
};

/// The readable copy is gone; the version is in its archive still.
struct ObjectRestoreExpired {
  static constexpr std::string_view kType = "s3.ObjectRestoreExpired";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;

  bool operator==(const ObjectRestoreExpired&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
  }
};

/// What came of the replication of a version: "COMPLETED", "FAILED".
struct ObjectReplicated {
  static constexpr std::string_view kType = "s3.ObjectReplicated";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  std::string status;

  bool operator==(const ObjectReplicated&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("status", self.status);
  }
};

/// When time may next do something to a version or to an unfinished upload.
struct Appointment {
  int64_t id = 0;  ///< of the version or upload: the sequence of what made it
  std::string key;
  TimeMs at = 0;  ///< no earlier; 0: never, as things are

  bool operator==(const Appointment&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("id", self.id);
    fields("key", self.key);
    fields("at", self.at);
  }
};

/// How far the walk through a bucket has come that follows a change of its lifecycle: versions by key, newest first, then uploads.
struct ScheduleWalk {
  TimeMs since = 0;  ///< when the rules changed
  std::string key;
  int64_t id = 0;  ///< the last one of `key` that was looked at
  bool in_uploads = false;
  bool ended = false;

  bool operator==(const ScheduleWalk&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("since", self.since);
    fields("key", self.key);
    fields("id", self.id);
    fields("in_uploads", self.in_uploads);
    fields("ended", self.ended);
  }
};

/// Time will next do something to these things (expire, transition, end a restore): found when one of them, or the rules of its bucket,
/// changed. Times are lower bounds: what is really due is asked when they come.
struct VersionsScheduled {
  static constexpr std::string_view kType = "s3.VersionsScheduled";
  static constexpr int kVersion = 1;
  std::string bucket;
  int64_t number = 0;  ///< of the bucket
  std::vector<Appointment> versions;
  std::optional<ScheduleWalk> walk;

  bool operator==(const VersionsScheduled&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("number", self.number);
    fields("versions", self.versions);
    fields("walk", self.walk);
  }
};

}  // namespace cloudemu::s3
