#pragma once
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/fields.h"
#include "events/s3_object.h"

/// The facts of Amazon S3 about annotations: named texts that belong to one version of an object and go with it.
namespace cloudemu::s3 {

struct Annotation {
  std::string name;
  uint64_t size = 0;
  std::string etag;  ///< without quotes
  TimeMs modified_at = 0;
  Checksum checksum;
  std::vector<Piece> content;

  bool operator==(const Annotation&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("size", self.size);
    fields("etag", self.etag);
    fields("modified_at", self.modified_at);
    fields("checksum", self.checksum);
    fields("content", self.content);
  }
};

/// An annotation was written to a version, or replaced.
struct ObjectAnnotationPut {
  static constexpr std::string_view kType = "s3.ObjectAnnotationPut";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  Annotation annotation;

  bool operator==(const ObjectAnnotationPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("annotation", self.annotation);
  }
};

/// An annotation is gone for good.
struct ObjectAnnotationDeleted {
  static constexpr std::string_view kType = "s3.ObjectAnnotationDeleted";
  static constexpr int kVersion = 1;
  std::string bucket;
  std::string key;
  std::string version;
  std::string name;

  bool operator==(const ObjectAnnotationDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("bucket", self.bucket);
    fields("key", self.key);
    fields("version", self.version);
    fields("name", self.name);
  }
};

}  // namespace cloudemu::s3
