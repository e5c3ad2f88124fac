#include "services/s3/copy_source.h"

#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/bucket_name.h"
#include "services/s3/conditions.h"
#include "services/s3/customer_key.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/object_headers.h"
#include "services/s3/restore.h"
#include "services/s3/settings/encryption.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kHeader = "x-amz-copy-source";

/// AWS gives the header's name as the value, too.
AwsError invalid_source(std::string message) { return invalid_argument(std::move(message), kHeader, kHeader); }

/// Decoded as a form is: `+` is a blank, and every `%` must begin an escape.
AwsResult<std::string> decode(std::string_view text) {
  auto decoded = strict_percent_decode(text, Plus::is_space);
  if (!decoded || !is_utf8(*decoded)) return fail(invalid_source("Invalid copy source encoding"));
  return std::move(*decoded);
}

/// The whole URL of an object is taken as well.
std::string_view without_endpoint(std::string_view header) {
  if (!header.starts_with("http://") && !header.starts_with("https://")) return header;
  size_t path = header.find('/', header.find("://") + 3);
  return path == std::string_view::npos ? std::string_view() : header.substr(path);
}

/// "bucket/key?versionId=id" or "/bucket/key", percent-encoded as a whole or in part.
AwsResult<CopySourceName> parse(std::string_view header) {
  constexpr std::string_view kVersion = "?versionId=";
  CopySourceName name;
  header = without_endpoint(header);
  if (size_t at = header.rfind(kVersion); at != std::string_view::npos) {
    name.version = TRY(decode(header.substr(at + kVersion.size())));
    header = header.substr(0, at);
  }
  std::string path = TRY(decode(header));
  if (path.starts_with("arn:")) return fail(header_not_implemented(kHeader));
  auto [bucket, key] = split_once(std::string_view(path).substr(path.starts_with('/') ? 1 : 0), '/');
  if (!could_be_bucket_name(bucket)) return fail(invalid_source("Invalid copy source bucket name"));
  if (key.empty()) return fail(invalid_source("Invalid copy source object key"));
  name.bucket = bucket;
  name.key = key;
  return name;
}

AwsResult<ObjectVersion> find(const S3ReadModel& state, const Call& call, const Bucket& bucket, const CopySourceName& name) {
  if (!name.version) {
    auto current = state.current(bucket.id, name.key);
    if (!current) return fail(no_such_key(name.key));
    if (current->marker) return fail(hidden_by_marker(*current));
    return std::move(*current);
  }
  if (auto checked = check_version_id(bucket, *name.version); !checked) {
    // UploadPartCopy says what is wrong, CopyObject only of an empty id.
    bool is_told = call.query.contains("uploadId") || name.version->empty();
    return fail(is_told ? invalid_argument(checked.error().message, kHeader, *name.version) : invalid_request("Invalid Request"));
  }
  auto version = state.version(bucket.id, name.key, *name.version);
  if (!version) return fail(no_such_version(name.key, *name.version));
  if (version->marker) {
    return fail(invalid_request("The source of a copy request may not specifically refer to a delete marker by version id."));
  }
  return std::move(*version);
}

}  // namespace

AwsResult<void> refuse_body(const Call& call) {
  auto decoded = call.http.find("x-amz-decoded-content-length");  // in chunks an empty body has bytes, too
  bool is_empty = decoded ? *decoded == "0" : call.http.body.empty();
  if (is_empty) return {};
  return fail(invalid_request("The request included a body. Requests of this type must not include a non-empty body."));
}

AwsResult<CopySourceName> parse_copy_source(const Call& call) { return parse(call.header(kHeader)); }

AwsResult<CopySource> require_copy_source(const S3ReadModel& state, const Call& call) {
  CopySourceName name = TRY(parse_copy_source(call));
  const Bucket& bucket = *TRY(require_source_bucket(state, call, name.bucket));
  ObjectVersion object = TRY(find(state, call, bucket, name));
  CopySource source{.bucket = bucket, .object = std::move(object), .by_version = name.version.has_value()};
  TRY(check_brought_key(call, source.object.attributes.encryption, KeyOf::copy_source));
  TRY(check_kms_signature(call, source.object.attributes.encryption));
  TRY(check_readable(source.object));
  TRY(check_copy_conditions(call, source.object));
  return source;
}

void set_source_version_id(http::Response& response, const CopySource& source) {
  if (source.by_version || source.object.version != kNullVersion) response.set("x-amz-copy-source-version-id", source.object.version);
}

std::optional<std::string> known_md5(const ObjectVersion& object) {
  bool is_md5 = object.etag.find('-') == std::string::npos && has_md5_as_etag(object.attributes.encryption);
  if (!is_md5) return std::nullopt;
  return unhex(object.etag);
}

}  // namespace cloudemu::s3
