// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html and API_ListObjectsV2.html
#include "services/s3/continuation.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/listing.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

/// An object takes some 350 bytes of XML.
constexpr size_t kEntryBytes = 384;

/// Writes <Contents> elements one after the other. Objects made in the same second have the same time; it is worded once.
class ContentsWriter {
 public:
  ContentsWriter(const S3ReadModel& state, const Bucket& bucket, xml::Writer& xml, const Window& window, std::string owner)
      : state_(state), bucket_(bucket), xml_(xml), window_(window), owner_(std::move(owner)) {}

  void write(const ListedVersion& object) {
    TimeMs second = object.modified_at / kSecondMs;
    if (second != second_) {
      second_ = second;
      time_ = xml_time(object.modified_at);
    }
    // Nothing is written more often: ready-made pieces take half the time of element after element.
    xml_.raw("<Contents><Key>");
    if (window_.url_encoded()) xml_.raw(url_encode(object.key));
    else xml_.text(object.key);
    xml_.raw("</Key><LastModified>").raw(time_).raw("</LastModified><ETag>&quot;").raw(object.etag).raw("&quot;</ETag>");
    if (!object.checksum_algorithm.empty()) {
      xml_.raw("<ChecksumAlgorithm>").raw(object.checksum_algorithm).raw("</ChecksumAlgorithm>");
      xml_.raw("<ChecksumType>").raw(object.checksum_type).raw("</ChecksumType>");
    }
    xml_.element("Size", object.size);
    xml_.raw(owner_).raw("<StorageClass>").raw(storage_class_name(object.storage_class)).raw("</StorageClass>");
    if (window_.shows_restores) write_restore_status(xml_, state_, bucket_, object);
    xml_.raw("</Contents>");
  }

 private:
  const S3ReadModel& state_;
  const Bucket& bucket_;
  xml::Writer& xml_;
  const Window& window_;
  std::string owner_;  ///< an element; empty: none is shown
  std::string time_;
  TimeMs second_ = -1;
};

/// The elements <Contents> and <CommonPrefixes> of a page, in `items`.
Page list(const S3ReadModel& state, const Bucket& bucket, const Window& window, std::string_view after, std::string owner,
          xml::Writer& items) {
  ContentsWriter contents(state, bucket, items, window, std::move(owner));
  items.reserve(window.limit * kEntryBytes);
  auto scan = [&](std::string_view from, const auto& visit) {
    state.scan_objects(bucket.id, from, [&](const ListedVersion& object) { return visit(object.key, object); });
  };
  std::string from(after);
  if (!after.empty()) from.push_back('\0');  // the next possible key
  Page page = collect_page(window, after, std::move(from), scan, [&](const ListedVersion& object) { contents.write(object); });
  write_common_prefixes(items, page, window.url_encoded());
  return page;
}

}  // namespace

AwsResult<Outcome> list_objects(const S3ReadModel& state, const Call& call) {
  TRY(check_listing(call, ListType::v1));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  Window window = TRY(parse_window(call, "max-keys"));
  std::string_view marker = call.query.get("marker");
  xml::Writer items = xml::Writer::fragment();
  Page page = list(state, bucket, window, marker, owner_element(bucket.owner, call), items);

  xml::Writer xml;
  xml.reserve(items.size() + 1024);
  xml.open("ListBucketResult", kXmlns).element("Name", bucket.name);
  xml.element("Prefix", shown(window.prefix, window.url_encoded())).element("Marker", shown(marker, window.url_encoded()));
  // Without a delimiter the last key of the page is the next marker, and AWS leaves it to the client to see that.
  if (page.is_truncated && !window.delimiter.empty()) xml.element("NextMarker", shown(page.last, window.url_encoded()));
  xml.element("MaxKeys", window.asked);
  if (!window.delimiter.empty()) xml.element("Delimiter", shown(window.delimiter, window.url_encoded()));
  if (window.url_encoded()) xml.element("EncodingType", window.encoding);
  xml.element("IsTruncated", page.is_truncated).raw(items.take()).close();
  return outcome_of(listing_reply(xml, bucket));
}

AwsResult<Outcome> list_objects_v2(const S3ReadModel& state, const Call& call) {
  TRY(check_listing(call, ListType::v2));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  Window window = TRY(parse_window(call, "max-keys"));
  std::string_view start_after = call.query.get("start-after");
  const std::string* token = call.query.find("continuation-token");
  std::optional<Continuation> continuation;
  if (token) {
    continuation = read_continuation_token(*token);
    if (!continuation) return fail(incorrect_continuation_token());
  }
  xml::Writer items = xml::Writer::fragment();
  std::string owner = equals_ignoring_case(call.query.get("fetch-owner"), "true") ? owner_element(bucket.owner, call) : std::string();
  Page page = list(state, bucket, window, continuation ? continuation->name : start_after, std::move(owner), items);

  xml::Writer xml;
  xml.reserve(items.size() + 1024);
  xml.open("ListBucketResult", kXmlns).element("Name", bucket.name);
  xml.element("Prefix", shown(window.prefix, window.url_encoded()));
  if (token) xml.element("ContinuationToken", *token);
  if (page.is_truncated) xml.element("NextContinuationToken", continuation_token({page.last, page.last_is_prefix}));
  if (call.query.contains("start-after") && !token) xml.element("StartAfter", shown(start_after, window.url_encoded()));
  xml.element("KeyCount", page.count).element("MaxKeys", window.asked);
  if (!window.delimiter.empty()) xml.element("Delimiter", shown(window.delimiter, window.url_encoded()));
  if (window.url_encoded()) xml.element("EncodingType", window.encoding);
  xml.element("IsTruncated", page.is_truncated).raw(items.take()).close();
  return outcome_of(listing_reply(xml, bucket));
}

}  // namespace cloudemu::s3
