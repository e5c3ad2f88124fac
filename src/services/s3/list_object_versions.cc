// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
//
// Order of checks: bucket, max-keys, markers, encoding-type.
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/listing.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

struct Markers {
  std::string_view key, version;
  std::optional<int64_t> before_id;  ///< of that key, go on with versions older than this one
};

/// The number of entries that is asked for, which the reply repeats though no page has more than 1000.
AwsResult<int> parse_limit(const Call& call) {
  if (call.query.get("max-keys").starts_with("-")) return fail(invalid_argument("max-keys cannot be negative", "max-keys"));
  return parse_number(call, "max-keys", kPageMax);
}

AwsResult<Markers> parse_markers(const S3ReadModel& state, const Bucket& bucket, const Call& call) {
  constexpr std::string_view kVersion = "version-id-marker";
  Markers markers{.key = call.query.get("key-marker"), .version = call.query.get(kVersion)};
  if (!call.query.contains(kVersion)) return markers;
  if (!call.query.contains("key-marker")) {
    return fail(invalid_argument("A version-id marker cannot be specified without a key marker.", kVersion, markers.version));
  }
  if (markers.version.empty()) return fail(invalid_argument("A version-id marker cannot be empty.", kVersion, markers.version));
  if (!check_version_id(bucket, markers.version)) {
    return fail(invalid_argument("Invalid version id specified", kVersion, markers.version));
  }
  if (markers.key.empty()) return markers;
  // A client that deletes what it lists may come back with a version that is gone: what is left of its key is then still to come.
  auto version = state.version(bucket.id, markers.key, markers.version);
  markers.before_id = version ? version->id : INT64_MAX;
  return markers;
}

/// Writes <Version> and <DeleteMarker> elements.
struct VersionWriter {
  const S3ReadModel& state;
  const Bucket& bucket;
  const Window& window;
  xml::Writer& xml;
  std::string owner;

  void write(const ListedVersion& v) {
    xml.open(v.marker ? "DeleteMarker" : "Version").element("Key", shown(v.key, window.url_encoded()));
    xml.element("VersionId", v.version).element("IsLatest", v.latest).element("LastModified", xml_time(v.modified_at));
    if (!v.marker) write_content(v);
    xml.raw(owner).close();
  }

 private:
  void write_content(const ListedVersion& v) {
    xml.raw("<ETag>&quot;").text(v.etag).raw("&quot;</ETag>");
    if (!v.checksum_algorithm.empty()) {
      xml.element("ChecksumAlgorithm", v.checksum_algorithm).element("ChecksumType", v.checksum_type);
    }
    xml.element("Size", v.size).element("StorageClass", storage_class_name(v.storage_class));
    if (window.shows_restores) write_restore_status(xml, state, bucket, v);
  }
};

}  // namespace

AwsResult<Outcome> list_object_versions(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  int limit = TRY(parse_limit(call));
  Markers markers = TRY(parse_markers(state, bucket, call));
  Window window = TRY(parse_window(call, "max-keys"));
  xml::Writer items = xml::Writer::fragment();
  VersionWriter writer{state, bucket, window, items, owner_element(bucket.owner, call)};
  std::string last_version;
  std::string from(markers.key);
  if (!from.empty() && !markers.before_id) from.push_back('\0');  // the next possible key
  auto scan = [&](std::string_view start, const auto& visit) {
    auto before_id = start == markers.key ? markers.before_id : std::nullopt;
    state.scan_versions(bucket.id, start, before_id, [&](const ListedVersion& v) { return visit(v.key, v); });
  };
  // Within the key of the marker its own group is not done with before its older versions are shown.
  std::string_view done_with = markers.before_id ? std::string_view() : markers.key;
  Page page = collect_page(window, done_with, std::move(from), scan, [&](const ListedVersion& v) {
    writer.write(v);
    last_version = v.version;
  });
  write_common_prefixes(items, page, window.url_encoded());

  xml::Writer xml;
  xml.open("ListVersionsResult", kXmlns).element("Name", bucket.name);
  xml.element("Prefix", shown(window.prefix, window.url_encoded()));
  xml.element("KeyMarker", shown(markers.key, window.url_encoded())).element("VersionIdMarker", markers.version);
  if (page.is_truncated) {
    xml.element("NextKeyMarker", shown(page.last, window.url_encoded()));
    if (!page.last_is_prefix) xml.element("NextVersionIdMarker", last_version);
  }
  xml.element("MaxKeys", limit);
  if (call.query.contains("delimiter")) xml.element("Delimiter", shown(window.delimiter, window.url_encoded()));
  if (window.url_encoded()) xml.element("EncodingType", window.encoding);
  xml.element("IsTruncated", page.is_truncated).raw(items.take()).close();
  return outcome_of(listing_reply(xml, bucket));
}

}  // namespace cloudemu::s3
