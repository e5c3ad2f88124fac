// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html, API_GetBucketEncryption.html, API_DeleteBucketEncryption.html
#include "services/s3/settings/encryption.h"

#include <algorithm>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/json.h"
#include "protocol/sigv2.h"
#include "services/iam/call_context.h"
#include "services/iam/judge.h"
#include "services/s3/customer_key.h"
#include "services/s3/reply.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kMethod = "x-amz-server-side-encryption";
constexpr std::string_view kKey = "x-amz-server-side-encryption-aws-kms-key-id";
constexpr std::string_view kBucketKey = "x-amz-server-side-encryption-bucket-key-enabled";
constexpr std::string_view kAes = "AES256", kKms = "aws:kms", kDoubleKms = "aws:kms:dsse";
constexpr std::string_view kContext = "x-amz-server-side-encryption-context";

AwsResult<void> check(BucketEncryption& encryption, const SettingCall&) {
  if (encryption.rules.size() != 1) return fail(malformed_xml());
  EncryptionRule& rule = encryption.rules.front();
  if (rule.by_default && rule.by_default->key && rule.by_default->algorithm == kAes) {
    return fail(invalid_argument("a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
                                 "ApplyServerSideEncryptionByDefault"));
  }
  if (!rule.bucket_key) rule.bucket_key = false;
  return {};
}

/// The key that AWS makes for S3 in each account and region: the same id in every daemon.
std::string managed_key_id(const Bucket& bucket) {
  std::string id = hex(sha256(concat("aws/s3 key of ", bucket.owner, " in ", bucket.region))).substr(0, 32);
  for (size_t at : {8, 13, 18, 23}) id.insert(at, 1, '-');
  return id;
}

/// S3 shows a key by its ARN, however it was named: by its id, its alias, or not at all.
std::string key_arn(std::string_view key, const Bucket& bucket) {
  if (key.starts_with("arn:")) return std::string(key);
  std::string prefix = concat("arn:aws:kms:", bucket.region, ":", bucket.owner, ":");
  if (key.empty() || key == "alias/aws/s3") return concat(prefix, "key/", managed_key_id(bucket));
  return concat(prefix, key.starts_with("alias/") ? "" : "key/", key);
}

Encryption with_key(std::string_view algorithm, std::string_view key, bool bucket_key, const Bucket& bucket) {
  // Two layers of encryption take no bucket key.
  return {.algorithm = std::string(algorithm), .key = key_arn(key, bucket), .bucket_key = bucket_key && algorithm == kKms};
}

AwsError unknown_algorithm(std::string_view method) {
  return AwsError{"InvalidEncryptionAlgorithmError", 400, "The Encryption request you specified is not valid. Supported value: AES256."}
      .with("ArgumentName", std::string(kMethod))
      .with("ArgumentValue", std::string(method));
}

/// A context is a JSON object of texts, in base64. It is checked, told again in the reply to the write, and of no further use.
AwsResult<void> check_context(const Call& call, std::optional<std::string_view> method) {
  auto context = call.find_header(kContext);
  if (!context) return {};
  if (!method || *method == kAes) {
    return fail(
        invalid_argument("Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
                         kMethod, method.value_or("")));
  }
  auto text = unbase64(*context);
  auto document = json::Document::parse(text && is_utf8(*text) ? *text : std::string());
  bool is_map = document && document->root().is_object();
  if (is_map) {
    for (auto member : document->root().members()) is_map = is_map && member.value.is_string();
  }
  if (is_map) return {};
  return fail(invalid_argument(
      concat("The header '", kContext, "' shall be Base64-encoded UTF-8 string holding JSON which represents a ", "string-string map"),
      kContext, *context));
}

/// What a bucket may forbid: https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
AwsResult<void> check_customer_keys_allowed(const Call& call, const BucketEncryption* set) {
  const auto* blocked = set && set->rules.front().blocked ? &*set->rules.front().blocked : nullptr;
  if (!blocked || std::find(blocked->types.begin(), blocked->types.end(), "SSE-C") == blocked->types.end()) return {};
  std::string user = iam::caller_arn(call.principal);
  return fail(access_denied(concat("User: ", user, " is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::", call.bucket,
                                   "/", call.key, "\" because this bucket has blocked upload requests that specify Server Side Encryption ",
                                   "with Customer provided keys (SSE-C). Please specify a different server-side encryption type")));
}

AwsResult<void> check_headers(const Call& call, std::optional<std::string_view> method) {
  if (method && *method != kAes && *method != kKms && *method != kDoubleKms) return fail(unknown_algorithm(*method));
  TRY(check_context(call, method));
  if (call.find_header(kKey) && (!method || *method == kAes)) {
    return fail(
        invalid_argument("Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
                         kMethod, method.value_or("")));
  }
  return {};
}

}  // namespace

const Setting kEncryption{.name = BucketEncryption::kSetting,
                          .root = "ServerSideEncryptionConfiguration",
                          .otherwise = BucketEncryption::kDefault,
                          .read = read_document<BucketEncryption, check>,
                          .write = write_document<BucketEncryption>,
                          .bytes_max = kLargeSettingBytesMax};

namespace {

AwsResult<Encryption> wanted_encryption(const Call& call, const Bucket& bucket) {
  // Most requests say nothing of it, and most buckets neither.
  bool asks = call.has_header_with(kMethod);
  const BucketEncryption* set = bucket.settings.find<BucketEncryption>();
  if (!asks && !set) return Encryption{};
  auto method = call.find_header(kMethod);
  auto customer_key = TRY(brought_key(call));
  if (customer_key && method) {
    return fail(invalid_argument("Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
                                 kMethod, *method));
  }
  if (customer_key) {
    TRY(check_customer_keys_allowed(call, set));
    return Encryption{.algorithm = {}, .key = {}, .customer_key = std::move(*customer_key)};
  }
  TRY(check_headers(call, method));
  if (method && *method == kAes) return Encryption{};
  EncryptionRule rule = set ? set->rules.front() : EncryptionRule{};
  bool bucket_key = rule.bucket_key.value_or(false);
  if (auto enabled = call.find_header(kBucketKey)) bucket_key = equals_ignoring_case(*enabled, "true");
  if (method) return with_key(*method, call.header(kKey), bucket_key, bucket);
  if (!rule.by_default || rule.by_default->algorithm == kAes) return Encryption{};
  return with_key(rule.by_default->algorithm, rule.by_default->key.value_or(""), bucket_key, bucket);
}

}  // namespace

AwsError kms_needs_version_4() {
  return invalid_argument("Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
                          "Authorization", "null");
}

AwsResult<void> check_kms_signature(const Call& call, const Encryption& encryption) {
  if (encryption.algorithm.empty()) return {};
  bool is_version_2 = sigv2::is_in_header(call.http) || sigv2::is_presigned(call.query);
  bool is_anonymous = call.judge && call.judge->is_strict() && call.principal.access_key.empty();
  if (is_version_2 || is_anonymous) return fail(kms_needs_version_4());
  return {};
}

AwsResult<Encryption> requested_encryption(const Call& call, const Bucket& bucket) {
  Encryption encryption = TRY(wanted_encryption(call, bucket));
  TRY(check_kms_signature(call, encryption));
  return encryption;
}

Encryption kms_encryption(std::string_view key, const Bucket& bucket) { return with_key(kKms, key, false, bucket); }

bool has_md5_as_etag(const Encryption& encryption) { return encryption.algorithm.empty() && encryption.customer_key.empty(); }

std::string etag_of(std::string_view md5, const Encryption& encryption, Entropy& entropy) {
  constexpr size_t kDigits = 32;
  return has_md5_as_etag(encryption) ? hex(md5) : entropy.text(kDigits, "0123456789abcdef");
}

void set_encryption_context(http::Response& response, const Call& call) {
  if (auto context = call.find_header(kContext)) response.set(kContext, *context);
}

void set_encryption(http::Response& response, const Encryption& encryption) {
  if (!encryption.customer_key.empty()) return set_customer_key(response, encryption.customer_key);
  if (encryption.algorithm.empty()) {
    response.set(kMethod, kAes);
    return;
  }
  response.set(kMethod, encryption.algorithm).set(kKey, encryption.key);
  if (encryption.bucket_key) response.set(kBucketKey, "true");
}

}  // namespace cloudemu::s3
