#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/fields.h"

/// What S3's events say of objects: their bytes, their checksums, and what they carry besides.
namespace cloudemu::s3 {

using events::Binary;
using events::StringMap;

/// A checksum as S3 keeps it: algorithm "CRC32", "CRC64NVME" ..., type "FULL_OBJECT" or "COMPOSITE".
struct Checksum {
  std::string algorithm;
  std::string type;
  std::string value;

  bool operator==(const Checksum&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("algorithm", self.algorithm);
    fields("type", self.type);
    fields("value", self.value);
  }
};

/// A stretch of an object's bytes: of a blob, which is named by the SHA-256 of what is in it, or the bytes themselves where they are
/// few. Objects and parts are lists of them, so that copying and completing an upload copy no blob.
struct Piece {
  std::string blob;
  uint64_t offset = 0;  ///< in the blob
  uint64_t size = 0;
  Binary bytes;  ///< instead of a blob

  bool operator==(const Piece&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("blob", self.blob);
    fields("offset", self.offset);
    fields("size", self.size);
    fields("bytes", self.bytes);
  }
};

/// One part of a multipart upload, or of the object that came of it.
struct Part {
  int32_t number = 0;
  uint64_t size = 0;
  std::string etag;      ///< its MD5
  std::string checksum;  ///< in the object's algorithm; empty where S3 shows none
  std::vector<Piece> content;

  bool operator==(const Part&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("number", self.number);
    fields("size", self.size);
    fields("etag", self.etag);
    fields("checksum", self.checksum);
    fields("content", self.content);
  }
};

/// How an object is encrypted, as far as S3 says so.
struct Encryption {
  std::string algorithm;    ///< "aws:kms", "aws:kms:dsse"; empty: AES256
  std::string key;          ///< ARN of the KMS key
  bool bucket_key = false;  ///< through a key of the bucket
  /// MD5 of the key that the customer brings with every request (SSE-C), in base64; the key itself is kept nowhere. Empty: S3 has the key.
  std::string customer_key = {};

  bool operator==(const Encryption&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("algorithm", self.algorithm);
    fields("key", self.key);
    fields("bucket_key", self.bucket_key);
    fields("customer_key", self.customer_key);
  }
};

/// One line of an access control list.
struct Grant {
  std::string user;        ///< canonical user id ...
  std::string group;       ///< ... or the URI of a group
  std::string permission;  ///< "FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"

  bool operator==(const Grant&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("user", self.user);
    fields("group", self.group);
    fields("permission", self.permission);
  }
};
using Grants = std::vector<Grant>;

/// What keeps a version from being deleted.
struct Lock {
  std::string mode;  ///< "GOVERNANCE", "COMPLIANCE"; empty: no retention
  TimeMs retain_until = 0;
  std::string legal_hold;  ///< "ON", "OFF"; empty: nothing was ever said of it

  bool operator==(const Lock&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("mode", self.mode);
    fields("retain_until", self.retain_until);
    fields("legal_hold", self.legal_hold);
  }
};

/// A copy of an archived object that can be read for a while.
struct Restore {
  TimeMs completes_at = 0;  ///< it is being made until then; 0: it is there
  TimeMs expires_at = 0;
  uint64_t cause = 0;  ///< sequence of the event that asked for it

  bool operator==(const Restore&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("completes_at", self.completes_at);
    fields("expires_at", self.expires_at);
    fields("cause", self.cause);
  }
};

/// What an object carries besides its body. Set by the request that creates the object, or by CreateMultipartUpload.
struct ObjectAttributes {
  StringMap headers;          ///< Content-Type and the like: lower-case name, value as it is sent back
  StringMap metadata;         ///< x-amz-meta-*, without the prefix, RFC 2047 decoded
  std::string storage_class;  ///< empty: STANDARD
  Encryption encryption;
  std::optional<Grants> acl;  ///< nothing: the owner alone
  std::string owner = {};     ///< account; empty: that of the bucket
  Lock lock;
  std::optional<Restore> restore;
  std::string replication;  ///< "COMPLETED", "FAILED"; "REPLICA" of a copy; empty: no rule asked for one

  bool operator==(const ObjectAttributes&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("headers", self.headers);
    fields("metadata", self.metadata);
    fields("storage_class", self.storage_class);
    fields("encryption", self.encryption);
    fields("acl", self.acl);
    fields("owner", self.owner);
    fields("lock", self.lock);
    fields("restore", self.restore);
    fields("replication", self.replication);
  }
};

}  // namespace cloudemu::s3
