#include "services/s3/customer_key.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kEncryption = "x-amz-server-side-encryption";
constexpr std::string_view kAlgorithm = "x-amz-server-side-encryption-customer-algorithm";
constexpr std::string_view kKey = "x-amz-server-side-encryption-customer-key";
constexpr std::string_view kKeyMd5 = "x-amz-server-side-encryption-customer-key-md5";
constexpr std::string_view kAes = "AES256";
constexpr size_t kKeyBytes = 32;

AwsError refused(std::string_view why) {
  return invalid_argument(concat("Requests specifying Server Side Encryption with Customer provided keys must provide ", why), kEncryption);
}

AwsError unknown_algorithm(std::string_view value) {
  return AwsError{"InvalidEncryptionAlgorithmError", 400, "The Encryption request you specified is not valid. Supported value: AES256."}
      .with("ArgumentName", std::string(kEncryption))
      .with("ArgumentValue", std::string(value));
}

std::optional<std::string_view> find(const Call& call, KeyOf of, std::string_view header) {
  constexpr std::string_view kAmz = "x-amz-";
  if (of == KeyOf::object) return call.find_header(header);
  return call.find_header(concat(kAmz, "copy-source-", header.substr(kAmz.size())));
}

AwsError incorrect_key() {
  return access_denied("Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.");
}

}  // namespace

AwsResult<std::optional<std::string>> brought_key(const Call& call, KeyOf of) {
  auto algorithm = find(call, of, kAlgorithm), key = find(call, of, kKey), key_md5 = find(call, of, kKeyMd5);
  if (!algorithm && !key && !key_md5) return std::nullopt;
  if (!algorithm) return fail(refused("a valid encryption algorithm."));
  if (*algorithm != kAes) return fail(unknown_algorithm(*algorithm));
  if (!key) return fail(refused("an appropriate secret key."));
  if (!key_md5) return fail(refused("the client calculated MD5 of the secret key."));
  auto raw = unbase64(*key);
  if (!raw || raw->size() != kKeyBytes) {
    return fail(invalid_argument("The secret key was invalid for the specified algorithm.", kEncryption));
  }
  std::string computed = base64(md5(*raw));
  if (computed != *key_md5) {
    return fail(invalid_argument("The calculated MD5 hash of the key did not match the hash that was provided.", kEncryption));
  }
  return computed;
}

AwsResult<void> check_brought_key(const Call& call, const Encryption& encryption, KeyOf of) {
  auto key = TRY(brought_key(call, of));
  if (!key && encryption.customer_key.empty()) return {};
  if (!key) {
    return fail(
        invalid_request("The object was stored using a form of Server Side Encryption. The correct parameters must be provided to "
                        "retrieve the object."));
  }
  if (encryption.customer_key.empty()) return fail(invalid_request("The encryption parameters are not applicable to this object."));
  if (*key != encryption.customer_key) return fail(incorrect_key());
  return {};
}

AwsResult<void> check_part_key(const Call& call, const Upload& upload) {
  auto key = TRY(brought_key(call));
  const std::string& expected = upload.attributes.encryption.customer_key;
  if (!key && expected.empty()) return {};
  if (expected.empty()) {
    return fail(
        invalid_request("The multipart upload initiate did not request encryption. Please resend the request without sending "
                        "encryption parameters."));
  }
  if (!key) {
    return fail(
        invalid_request("The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
                        "encryption parameters."));
  }
  if (*key != expected) return fail(invalid_request("The provided encryption parameters did not match the ones used originally."));
  return {};
}

void set_customer_key(http::Response& response, std::string_view md5_of_key) {
  response.set(kAlgorithm, kAes).set("x-amz-server-side-encryption-customer-key-MD5", md5_of_key);
}

}  // namespace cloudemu::s3
