// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
#include <algorithm>

#include "core/strings.h"
#include "core/time_format.h"
#include "services/s3/checksum.h"
#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/listing.h"
#include "services/s3/multipart.h"
#include "services/s3/object_headers.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kHeader = "x-amz-object-attributes";
constexpr std::string_view kNames[] = {"Checksum", "ETag", "ObjectParts", "ObjectSize", "StorageClass"};
constexpr int kPartsMax = 1000;

/// What stands between the commas of a list; behind the last name there may be more of them.
std::vector<std::string_view> pieces_of(std::string_view list) {
  if (list.empty()) return {list};
  size_t end = list.find_last_not_of(',');
  if (end == std::string_view::npos) return {};
  return split(list.substr(0, end + 1), ',');
}

AwsResult<std::vector<std::string_view>> parse_names(const Call& call) {
  std::vector<std::string_view> names;
  AwsResult<void> checked;
  call.for_each_header(kHeader, [&](std::string_view, std::string_view list) {
    for (std::string_view name : pieces_of(list)) {
      name = trim(name);
      bool is_known = std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
      if (!is_known && checked) checked = fail(invalid_argument("Invalid attribute name specified.", kHeader, name));
      names.push_back(name);
    }
  });
  TRY(std::move(checked));
  return names;
}

/// A non-negative number in a header.
AwsResult<int> parse_header(const Call& call, std::string_view name, int fallback) {
  auto text = call.find_header(name);
  if (!text) return fallback;
  auto number = parse_integer<int>(*text);
  if (!number || *number < 0) return fail(not_an_integer(name, *text));
  return *number;
}

/// Here a composite checksum stands without the number of parts behind it.
void write_checksum(xml::Writer& xml, const Checksum& checksum) {
  std::string_view value = checksum.value;
  if (checksum.type == kComposite) value = value.substr(0, value.rfind('-'));
  xml.open("Checksum").element(checksum_element(checksum.algorithm), value).element("ChecksumType", checksum.type).close();
}

/// The parts themselves are told only of objects whose checksum is made of theirs; of others their number.
void write_parts(xml::Writer& xml, const S3ReadModel& state, const ObjectVersion& object, int after, int limit) {
  xml.open("ObjectParts");
  if (object.checksum.type == kComposite) {
    auto wanted = static_cast<size_t>(limit);
    auto parts = state.object_parts(object.id, after, wanted + 1);
    bool is_truncated = wanted > 0 && parts.size() > wanted;
    if (parts.size() > wanted) parts.resize(wanted);
    xml.element("IsTruncated", is_truncated).element("MaxParts", limit).element("PartNumberMarker", after);
    xml.element("NextPartNumberMarker", parts.empty() ? 0 : parts.back().part.number);
    for (const auto& [part, start] : parts) {
      xml.open("Part").element("PartNumber", part.number).element("Size", part.size);
      write_part_checksum(xml, object.checksum.algorithm, part.checksum);
      xml.close();
    }
  }
  xml.element("PartsCount", object.part_count).close();
}

}  // namespace

AwsResult<Outcome> get_object_attributes(const S3ReadModel& state, const Call& call) {
  auto names = TRY(parse_names(call));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (names.empty()) {
    return fail(invalid_request("The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty"));
  }
  int limit = std::min(TRY(parse_header(call, "x-amz-max-parts", kPartsMax)), kPartsMax);
  int after = TRY(parse_header(call, "x-amz-part-number-marker", 0));
  ObjectVersion object = TRY(require_object(state, bucket, call));
  TRY(check_read_key(call, object));
  if (TRY(check_read_conditions(call, object)) == Verdict::not_modified) return outcome_of(not_modified(object));
  auto wanted = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };

  xml::Writer xml;
  xml.open("GetObjectAttributesResponse", kXmlns);
  if (wanted("ETag")) xml.element("ETag", object.etag);  // without quotes, only here
  if (wanted("Checksum")) write_checksum(xml, object.checksum);
  if (wanted("ObjectParts") && object.part_count > 0) write_parts(xml, state, object, after, limit);
  if (wanted("StorageClass")) xml.element("StorageClass", storage_class_name(object.attributes.storage_class));
  if (wanted("ObjectSize")) xml.element("ObjectSize", object.size);
  xml.close();
  http::Response response = xml_reply(xml);
  response.set("Last-Modified", http_date(object.modified_at));
  set_version_id(response, bucket, object.version);
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::s3
