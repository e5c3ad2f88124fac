#include "services/s3/object_headers.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "services/s3/errors.h"
#include "services/s3/reply.h"
#include "services/s3/rfc2047.h"

namespace cloudemu::s3 {

namespace {

constexpr uint64_t kMetadataBytesMax = 2048;
constexpr std::string_view kMetadataPrefix = "x-amz-meta-";
constexpr std::string_view kDefaultContentType = "binary/octet-stream";
constexpr std::string_view kRedirect = "x-amz-website-redirect-location";

/// Kept as they come.
constexpr std::string_view kPlainHeaders[] = {"cache-control", "content-disposition", "content-language", "expires"};

/// How the reply spells them.
constexpr std::pair<std::string_view, std::string_view> kReplyNames[] = {
    {"cache-control", "Cache-Control"},       {"content-disposition", "Content-Disposition"},
    {"content-encoding", "Content-Encoding"}, {"content-language", "Content-Language"},
    {"content-type", "Content-Type"},         {"expires", "Expires"}};

/// Those that general purpose buckets take.
constexpr std::string_view kStorageClasses[] = {"DEEP_ARCHIVE", "GLACIER",  "GLACIER_IR",  "INTELLIGENT_TIERING",
                                                "ONEZONE_IA",   "STANDARD", "STANDARD_IA", "REDUCED_REDUNDANCY"};

constexpr std::string_view kGrants[] = {"x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write",
                                        "x-amz-grant-write-acp"};
constexpr std::string_view kCannedAcls[] = {"private",       "public-read",       "public-read-write",         "authenticated-read",
                                            "aws-exec-read", "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write"};
constexpr std::string_view kLockHeaders[] = {"x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date",
                                             "x-amz-object-lock-legal-hold"};
constexpr std::string_view kUnbuiltHeaders[] = {"x-amz-server-side-encryption-customer-algorithm",
                                                "x-amz-server-side-encryption-customer-key",
                                                "x-amz-server-side-encryption-customer-key-md5",
                                                "x-amz-server-side-encryption-aws-kms-key-id",
                                                "x-amz-server-side-encryption-context",
                                                "x-amz-write-offset-bytes"};

/// "gzip, aws-chunked" -> "gzip": the framing of the request is no property of the object.
std::string without_aws_chunked(std::string_view encoding) {
  std::string kept;
  for (std::string_view coding : split(encoding, ',')) {
    coding = trim(coding);
    if (coding.empty() || equals_ignoring_case(coding, "aws-chunked")) continue;
    append(kept, kept.empty() ? "" : ",", coding);
  }
  return kept;
}

StringMap kept_headers(const Call& call) {
  StringMap kept;
  for (std::string_view name : kPlainHeaders) {
    if (auto value = call.http.find(name)) kept.emplace_back(name, utf8_of_header(*value));
  }
  if (auto encoding = call.http.find("content-encoding")) {
    std::string value =
        utf8_of_header(encoding->find("aws-chunked") == std::string_view::npos ? std::string(*encoding) : without_aws_chunked(*encoding));
    if (!value.empty()) kept.emplace_back("content-encoding", std::move(value));
  }
  if (auto type = call.http.header("content-type"); !type.empty()) kept.emplace_back("content-type", utf8_of_header(type));
  if (auto redirect = call.header(kRedirect); !redirect.empty()) kept.emplace_back(kRedirect, utf8_of_header(redirect));
  return kept;
}

/// Several headers of one name are one, joined by commas.
StringMap user_metadata(const Call& call) {
  StringMap metadata;
  call.for_each_header(kMetadataPrefix, [&](std::string_view header, std::string_view value) {
    std::string_view name = header.substr(kMetadataPrefix.size());
    auto same = std::find_if(metadata.begin(), metadata.end(), [&](const auto& entry) { return entry.first == name; });
    if (same == metadata.end()) metadata.emplace_back(name, decode_metadata(value));
    else append(same->second, ',', decode_metadata(value));
  });
  return metadata;
}

template <size_t N>
bool contains(const std::string_view (&list)[N], std::string_view value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

/// With Object Ownership "bucket owner enforced", which every bucket here has, only ACLs are taken that give the owner full control and
/// nobody else anything: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html. "private" is one, and many
/// clients send it with every object.
AwsResult<void> refuse_acl(const Call& call) {
  auto acl = call.find_header("x-amz-acl");
  if (acl && !contains(kCannedAcls, *acl)) return fail(invalid_argument("", "x-amz-acl", *acl));
  bool grants = std::any_of(std::begin(kGrants), std::end(kGrants), [&](auto name) { return call.find_header(name).has_value(); });
  if (acl && grants) return fail(invalid_request("Specifying both Canned ACLs and Header Grants is not allowed"));
  if (grants || (acl && *acl != "private" && *acl != "bucket-owner-full-control")) return fail(access_control_list_not_supported());
  return {};
}

AwsResult<void> refuse_encryption(const Call& call) {
  constexpr std::string_view kHeader = "x-amz-server-side-encryption";
  for (std::string_view name : kUnbuiltHeaders) {
    if (call.find_header(name)) return fail(header_not_implemented(name));
  }
  constexpr std::string_view kBucketKey = "x-amz-server-side-encryption-bucket-key-enabled";
  if (auto enabled = call.find_header(kBucketKey); enabled && *enabled != "false") return fail(header_not_implemented(kBucketKey));
  auto method = call.find_header(kHeader);
  if (!method || *method == "AES256") return {};
  if (*method == "aws:kms" || *method == "aws:kms:dsse") return fail(header_not_implemented(kHeader));
  return fail(
      AwsError{"InvalidEncryptionAlgorithmError", 400, "The Encryption request you specified is not valid. Supported value: AES256."}
          .with("ArgumentName", std::string(kHeader))
          .with("ArgumentValue", std::string(*method)));
}

}  // namespace

AwsResult<std::string> requested_storage_class(const Call& call) {
  auto requested = call.find_header("x-amz-storage-class");
  if (!requested || *requested == "STANDARD") return std::string();
  if (!contains(kStorageClasses, *requested)) return fail(invalid_storage_class(*requested));
  return std::string(*requested);
}

AwsResult<ObjectAttributes> request_attributes(const Call& call) {
  ObjectAttributes attributes{.headers = kept_headers(call), .metadata = user_metadata(call)};
  uint64_t metadata_bytes = 0;
  for (const auto& [name, value] : attributes.metadata) metadata_bytes += name.size() + value.size();
  if (metadata_bytes > kMetadataBytesMax) return fail(metadata_too_large(metadata_bytes, kMetadataBytesMax));
  attributes.storage_class = TRY(requested_storage_class(call));
  auto redirect = call.find_header(kRedirect);
  bool is_target =
      !redirect || redirect->empty() || redirect->starts_with("/") || redirect->starts_with("http://") || redirect->starts_with("https://");
  if (!is_target) return fail(invalid_redirect_location());
  return attributes;
}

AwsResult<void> refuse_unsupported_headers(const Call& call) {
  TRY(refuse_acl(call));
  TRY(refuse_encryption(call));
  for (std::string_view name : kLockHeaders) {
    if (call.find_header(name)) return fail(invalid_request("Bucket is missing Object Lock Configuration"));
  }
  return {};
}

AwsResult<void> refuse_unsupported_read_headers(const Call& call) {
  constexpr std::string_view kHeader = "x-amz-server-side-encryption";
  if (auto method = call.find_header(kHeader)) {
    return fail(invalid_argument(concat(kHeader, " header is not supported for this operation."), kHeader, *method));
  }
  for (std::string_view name : kUnbuiltHeaders) {
    if (call.find_header(name)) return fail(invalid_request("The encryption parameters are not applicable to this object."));
  }
  return {};
}

AwsResult<void> check_readable(const ObjectVersion& object) {
  const std::string& storage_class = object.attributes.storage_class;
  if (storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE") return fail(invalid_object_state(storage_class));
  return {};
}

void set_object_headers(http::Response& response, const ObjectVersion& object) {
  response.set("Last-Modified", http_date(object.modified_at)).set("ETag", quoted(object.etag));
  if (!object.tags.empty()) response.set("x-amz-tagging-count", std::to_string(object.tags.size()));
  set_encryption(response);
  if (!object.attributes.storage_class.empty()) response.set("x-amz-storage-class", object.attributes.storage_class);
  for (const auto& [name, value] : object.attributes.metadata) response.set(concat(kMetadataPrefix, name), encode_metadata(value));
  bool has_type = false;
  for (const auto& [name, value] : object.attributes.headers) {
    has_type = has_type || name == "content-type";
    auto spelled =
        std::find_if(std::begin(kReplyNames), std::end(kReplyNames), [&, &wanted = name](auto entry) { return entry.first == wanted; });
    response.set(std::string(spelled == std::end(kReplyNames) ? name : spelled->second), value);
  }
  if (!has_type) response.set("Content-Type", std::string(kDefaultContentType));
  response.set("Accept-Ranges", "bytes");
}

void set_encryption(http::Response& response) { response.set("x-amz-server-side-encryption", "AES256"); }

}  // namespace cloudemu::s3
