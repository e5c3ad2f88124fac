#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/xml_shape.h"
#include "services/s3/call.h"

/// How the objects of a bucket are encrypted, as far as S3 says so. Nothing here is really encrypted.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
namespace cloudemu::s3 {

inline constexpr std::string_view kEncryptionAlgorithms[] = {"AES256", "aws:kms", "aws:kms:dsse"};
inline constexpr std::string_view kBlockableEncryptions[] = {"NONE", "SSE-C"};

struct EncryptionByDefault {
  std::string algorithm;
  std::optional<std::string> key;

  bool operator==(const EncryptionByDefault&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("SSEAlgorithm", self.algorithm, xml::kRequired, xml::OneOf{kEncryptionAlgorithms});
    fields("KMSMasterKeyID", self.key);
  }
};

struct BlockedEncryptions {
  std::vector<std::string> types;

  bool operator==(const BlockedEncryptions&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("EncryptionType", self.types, xml::OneOf{kBlockableEncryptions});
  }
};

struct EncryptionRule {
  std::optional<EncryptionByDefault> by_default;
  std::optional<bool> bucket_key;
  std::optional<BlockedEncryptions> blocked;

  bool operator==(const EncryptionRule&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ApplyServerSideEncryptionByDefault", self.by_default);
    fields("BucketKeyEnabled", self.bucket_key);
    fields("BlockedEncryptionTypes", self.blocked);
  }
};

struct BucketEncryption {
  static constexpr std::string_view kSetting = "encryption";
  static constexpr std::string_view kDefault =
      R"({"Rule":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BucketKeyEnabled":false}]})";
  std::vector<EncryptionRule> rules;

  bool operator==(const BucketEncryption&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Rule", self.rules, xml::kRequired);
  }
};

/// How a new object is to be encrypted: as the request says, else as its bucket does. Errors: InvalidEncryptionAlgorithmError,
/// InvalidArgument, AccessDenied for keys that the customer brings where the bucket blocks them.
AwsResult<Encryption> requested_encryption(const Call& call, const Bucket& bucket);

/// What KMS encrypts is neither written nor read by those who sign with Signature Version 2, or (where that makes them nobody) not at all.
/// Error: InvalidArgument.
AwsResult<void> check_kms_signature(const Call& call, const Encryption& encryption);
AwsError kms_needs_version_4();

/// By a key of KMS, which may be named by its ARN, its id, its alias, or not at all.
Encryption kms_encryption(std::string_view key, const Bucket& bucket);

/// Whether the ETag of what is encrypted so, an object or a part, is the MD5 of its bytes: not with KMS, nor with a key that the customer
/// brings. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
bool has_md5_as_etag(const Encryption& encryption);
/// The ETag of bytes with that MD5 (raw): in hexadecimal digits, or where it is none as many others. AWS makes those of what is encrypted, so
/// that the same bytes have another one each time.
std::string etag_of(std::string_view md5, const Encryption& encryption, Entropy& entropy);

/// Tells in the reply to a write which context of KMS it asked for; nothing else ever shows it.
void set_encryption_context(http::Response& response, const Call& call);

/// The headers of a reply that say how an object, or a part, is encrypted.
void set_encryption(http::Response& response, const Encryption& encryption);

}  // namespace cloudemu::s3
