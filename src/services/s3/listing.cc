#include "services/s3/listing.h"

#include <algorithm>

#include "services/s3/errors.h"
#include "services/s3/reply.h"
#include "services/s3/restore.h"

namespace cloudemu::s3 {

AwsError not_an_integer(std::string_view name, std::string_view value) {
  return invalid_argument(concat("Provided ", name, " not an integer or within integer range"), name, value);
}

namespace {

/// A number parameter of 32 bits.
AwsResult<int> parse_int32(const Call& call, std::string_view name, int fallback) {
  const std::string* text = call.query.find(name);
  if (!text || text->empty()) return fallback;
  std::string_view digits = *text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  auto number = parse_integer<int>(digits);
  if (!number) return fail(not_an_integer(name, *text));
  return *number;
}

AwsResult<int> not_negative(int number, std::string_view name) {
  if (number >= 0) return number;
  std::string_view told = name == "max-keys" ? "maxKeys" : name;  // as AWS spells it here
  return fail(invalid_argument(concat("Argument ", told, " must be an integer between 0 and 2147483647"), told, std::to_string(number)));
}

}  // namespace

AwsResult<int> parse_number(const Call& call, std::string_view name, int fallback) {
  return not_negative(TRY(parse_int32(call, name, fallback)), name);
}

AwsResult<void> check_listing(const Call& call, ListType type) {
  struct Foreign {
    ListType listing;
    std::string_view name, message;
  };
  constexpr Foreign kForeign[] = {
      {ListType::v1, "continuation-token", "continuation-token only supported in REST.GET.BUCKET with list-type=2"},
      {ListType::v1, "start-after", "startAfter only supported in REST.GET.BUCKET with list-type=2"},
      {ListType::v2, "marker", "Marker unsupported with REST.GET.BUCKET in list-type=2"}};
  TRY(parse_int32(call, "max-keys", kPageMax));
  for (const Foreign& row : kForeign) {
    if (row.listing == type && call.query.contains(row.name)) return fail(invalid_argument(std::string(row.message), row.name));
  }
  return {};
}

namespace {

/// x-amz-optional-object-attributes: whether RestoreStatus is among them, which is all there is.
AwsResult<bool> asks_for_restores(const Call& call) {
  constexpr std::string_view kHeader = "x-amz-optional-object-attributes";
  bool asked = false;
  for (std::string_view name : split(call.header(kHeader), ',')) {
    name = trim(name);
    if (name.empty()) continue;
    if (name != "RestoreStatus") return fail(invalid_argument("Invalid attribute name specified.", kHeader, name));
    asked = true;
  }
  return asked;
}

}  // namespace

AwsResult<std::string_view> parse_encoding(const Call& call) {
  const std::string* encoding = call.query.find("encoding-type");
  if (!encoding) return std::string_view();
  if (equals_ignoring_case(*encoding, "url")) return std::string_view(*encoding);
  return fail(invalid_argument("Invalid Encoding Method specified in Request", "encoding-type", *encoding));
}

AwsResult<Window> parse_window(const Call& call, std::string_view limit_name) {
  Window window{.prefix = call.query.get("prefix"), .delimiter = call.query.get("delimiter")};
  // What is no number is told before a wrong encoding is, and one below 0 after it.
  int asked = TRY(parse_int32(call, limit_name, kPageMax));
  window.encoding = TRY(parse_encoding(call));
  window.asked = TRY(not_negative(asked, limit_name));
  window.limit = static_cast<size_t>(std::min(window.asked, kPageMax));
  window.shows_restores = TRY(asks_for_restores(call));
  return window;
}

std::string shown(std::string_view name, bool url_encoded) { return url_encoded ? url_encode(name) : std::string(name); }

std::optional<std::string_view> common_prefix(std::string_view name, const Window& window) {
  if (window.delimiter.empty()) return std::nullopt;
  size_t at = name.find(window.delimiter, window.prefix.size());
  if (at == std::string_view::npos) return std::nullopt;
  return name.substr(0, at + window.delimiter.size());
}

std::optional<std::string> successor(std::string_view prefix) {
  std::string next(prefix);
  while (!next.empty() && static_cast<unsigned char>(next.back()) == 0xFF) next.pop_back();
  if (next.empty()) return std::nullopt;
  next.back() = static_cast<char>(static_cast<unsigned char>(next.back()) + 1);
  return next;
}

http::Response listing_reply(xml::Writer& xml, const Bucket& bucket) {
  http::Response response = xml_reply(xml);
  response.set("x-amz-bucket-region", bucket.region);
  return response;
}

void write_restore_status(xml::Writer& xml, const S3ReadModel& state, const Bucket& bucket, const ListedVersion& listed) {
  if (!is_archived(listed.storage_class)) return;
  auto restore = state.restore(bucket.id, listed);
  if (!restore) return;
  bool in_progress = restore->completes_at > 0;
  xml.open("RestoreStatus").element("IsRestoreInProgress", in_progress);
  if (!in_progress) xml.element("RestoreExpiryDate", xml_time(restore->expires_at));
  xml.close();
}

void write_common_prefixes(xml::Writer& xml, const Page& page, bool url_encoded) {
  for (const std::string& prefix : page.prefixes) {
    xml.open("CommonPrefixes").element("Prefix", shown(prefix, url_encoded)).close();
  }
}

}  // namespace cloudemu::s3
