#include "services/s3/object_headers.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "core/word_list.h"
#include "services/s3/acl.h"
#include "services/s3/customer_key.h"
#include "services/s3/errors.h"
#include "services/s3/object_lock.h"
#include "services/s3/reply.h"
#include "services/s3/restore.h"
#include "services/s3/rfc2047.h"
#include "services/s3/settings/encryption.h"

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

/// What the client made up and what has a meaning to S3 are counted apart. Of Content-Type it is not known that it counts.
AwsResult<void> check_metadata_size(const StringMap& metadata) {
  uint64_t bytes = 0;
  for (const auto& [name, value] : metadata) bytes += name == "content-type" ? 0 : name.size() + value.size();
  if (bytes > kMetadataBytesMax) return fail(metadata_too_large(bytes, kMetadataBytesMax));
  return {};
}

}  // namespace

bool is_header_name(std::string_view name) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return std::all_of(name.begin(), name.end(), [&](char c) { return is_alnum(c) || kOthers.find(c) != std::string_view::npos; });
}

AwsResult<std::string> requested_storage_class(const Call& call) {
  auto requested = call.find_header("x-amz-storage-class");
  if (!requested || *requested == "STANDARD") return std::string();
  if (!contains(kStorageClasses, *requested)) return fail(invalid_storage_class(*requested));
  return std::string(*requested);
}

AwsResult<ObjectAttributes> request_attributes(const Call& call, const Bucket& bucket) {
  ObjectAttributes attributes{.headers = kept_headers(call), .metadata = user_metadata(call)};
  TRY(check_metadata_size(attributes.metadata));
  TRY(check_metadata_size(attributes.headers));
  attributes.storage_class = TRY(requested_storage_class(call));
  attributes.encryption = TRY(requested_encryption(call, bucket));
  attributes.acl = TRY(requested_object_acl(call, bucket));
  attributes.owner = owner_of_new_object(call, bucket);
  attributes.lock = TRY(requested_lock(call, bucket));
  auto redirect = call.find_header(kRedirect);
  bool is_target =
      !redirect || redirect->empty() || redirect->starts_with("/") || redirect->starts_with("http://") || redirect->starts_with("https://");
  if (!is_target) return fail(invalid_redirect_location());
  return attributes;
}

AwsResult<void> check_object_headers(const Call& call, const Bucket& bucket) {
  TRY(requested_object_acl(call, bucket));
  TRY(requested_encryption(call, bucket));
  TRY(requested_lock(call, bucket));
  return {};
}

AwsResult<void> check_read_key(const Call& call, const ObjectVersion& object) {
  constexpr std::string_view kHeader = "x-amz-server-side-encryption";
  const Encryption& encryption = object.attributes.encryption;
  // Most requests bring no key, and most objects need none.
  if (!call.has_header_with(kHeader) && encryption.customer_key.empty()) return {};
  if (auto method = call.find_header(kHeader)) {
    return fail(invalid_argument(concat(kHeader, " header is not supported for this operation."), kHeader, *method));
  }
  return check_brought_key(call, encryption);
}

void set_object_headers(http::Response& response, const ObjectVersion& object) {
  response.set("Last-Modified", http_date(object.modified_at)).set("ETag", quoted(object.etag));
  if (!object.tags.empty()) response.set("x-amz-tagging-count", std::to_string(object.tags.size()));
  set_encryption(response, object.attributes.encryption);
  if (!object.attributes.storage_class.empty()) response.set("x-amz-storage-class", object.attributes.storage_class);
  for (const auto& [name, value] : object.attributes.metadata) response.set(concat(kMetadataPrefix, name), encode_metadata(value));
  bool has_type = false;
  for (const auto& [name, value] : object.attributes.headers) {
    has_type = has_type || name == "content-type";
    auto spelled =
        std::find_if(std::begin(kReplyNames), std::end(kReplyNames), [&, &wanted = name](auto entry) { return entry.first == wanted; });
    response.set(spelled == std::end(kReplyNames) ? name : spelled->second, value);
  }
  if (!has_type) response.set("Content-Type", kDefaultContentType);
  set_lock(response, object.attributes.lock);
  set_restore(response, object);
  if (!object.attributes.replication.empty()) response.set("x-amz-replication-status", object.attributes.replication);
  response.set("Accept-Ranges", "bytes");
}

}  // namespace cloudemu::s3
