// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
//
// Order of checks: bucket, object, document, what the object is encrypted with now, its lock, whose key it is.
#include "core/account_id.h"
#include "core/strings.h"
#include "protocol/sigv2.h"
#include "protocol/xml_reader.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kKms = "aws:kms";
constexpr std::string_view kWhat = "Requests modifying object encryption configuration";
constexpr std::string_view kAskFor = "Modify the request to specify SSE-KMS for the updated encryption type, and then try again.";

/// What of an ARN is lacking, in the order in which it is read; empty: nothing.
std::string_view malformed_arn(std::string_view arn) {
  if (!arn.starts_with("arn:")) return "doesn't start with 'arn:'";
  constexpr std::string_view kLacking[] = {"no AWS partition specified", "no service specified", "no AWS region partition specified",
                                           "no AWS account specified"};
  size_t at = std::string_view("arn").size();
  for (std::string_view lacking : kLacking) {
    at = arn.find(':', at + 1);
    if (at == std::string_view::npos) return lacking;
  }
  return at + 1 == arn.size() ? "no resource specified" : std::string_view();
}

/// The account that owns a key: "arn:aws:kms:REGION:ACCOUNT:key/ID". Nothing for what is no ARN of a key.
std::optional<std::string_view> owner_of_key(std::string_view arn) {
  auto fields = split(arn, ':');
  constexpr size_t kFields = 6, kBytesMax = 2048;
  bool is_key = arn.size() <= kBytesMax && fields.size() == kFields && fields[0] == "arn" && fields[1].starts_with("aws") &&
                fields[2] == "kms" && !fields[3].empty() && is_account_id(fields[4]) && fields[5].starts_with("key/") &&
                fields[5].size() > std::string_view("key/").size();
  return is_key ? std::optional(fields[4]) : std::nullopt;
}

AwsResult<Encryption> requested(const Call& call) {
  const Document& root = *call.document;
  if (!root || root->name != "ObjectEncryption" || root->children.size() != 1) return fail(malformed_xml());
  const xml::Element& type = root->children.front();
  if (type.name == "SSE-C" || type.name == "DSSE-KMS") {
    return fail(invalid_request(
        concat("The UpdateObjectEncryption operation doesn't support updating the encryption type to DSSE-KMS or SSE-C. ", kAskFor)));
  }
  if (type.name == "SSE-S3") return fail(invalid_request("Target encryption type 'SSE-S3' is not supported."));
  if (type.name != "SSE-KMS") {
    return fail(invalid_request(
        concat("Requests that modify an object encryption configuration require a valid new encryption type. Valid values are SSEKMS. ",
               kAskFor)));
  }
  std::string_view key = type.child_text("KMSKeyArn"), bucket_key = type.child_text("BucketKeyEnabled");
  if (key.empty()) return fail(invalid_request(concat(kWhat, " to SSE-KMS require a target kms key arn.")));
  if (std::string_view why = malformed_arn(key); !why.empty()) {
    return fail(invalid_request(concat(kWhat, " to SSE-KMS require a valid target kms key arn: Malformed ARN - ", why)));
  }
  if (!owner_of_key(key)) {
    return fail(
        invalid_request("Invalid KMS Key ARN format. You must provide the full KMS Key ARN to make an UpdateObjectEncryption request"));
  }
  if (!bucket_key.empty() && bucket_key != "true" && bucket_key != "false") {
    return fail(invalid_request(concat("BucketKeyEnabled must be 'true' or 'false'. Invalid value: ", bucket_key)));
  }
  return Encryption{.algorithm = std::string(kKms), .key = std::string(key), .bucket_key = bucket_key == "true"};
}

AwsResult<void> check_present(const Encryption& present) {
  bool is_simple = present.customer_key.empty() && (present.algorithm.empty() || present.algorithm == kKms);
  if (is_simple) return {};
  return fail(
      invalid_request("The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or "
                      "SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported."));
}

AwsResult<void> check_lock(const Lock& lock, TimeMs now) {
  bool is_locked = lock.legal_hold == "ON" || (!lock.mode.empty() && lock.retain_until > now);
  if (!is_locked) return {};
  return fail(
      access_denied("The encryption type for the specified object can't be updated because that object is protected by S3 Object Lock."));
}

}  // namespace

AwsResult<Outcome> update_object_encryption(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(named_with_bucket(require_object(state, bucket, call), call));
  bool is_version_2 = sigv2::is_in_header(call.http) || sigv2::is_presigned(call.query);
  if (is_version_2) return fail(invalid_request(concat(kWhat, " require AWS Signature Version 4.")));
  if (call.http.body.empty()) return fail(missing_request_body());
  Encryption encryption = TRY(requested(call));
  TRY(check_present(object.attributes.encryption));
  TRY(check_lock(object.attributes.lock, call.now));
  if (owner_of_key(encryption.key) != bucket.owner) {
    return fail(
        access_denied("The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to "
                      "specify a KMS key from the same account, and then try again."));
  }
  http::Response response;
  set_version_id(response, bucket, object.version);
  if (encryption == object.attributes.encryption) return outcome_of(std::move(response));
  return outcome_of(
      ObjectEncryptionPut{.bucket = call.bucket, .key = call.key, .version = object.version, .encryption = std::move(encryption)},
      std::move(response));
}

}  // namespace cloudemu::s3
