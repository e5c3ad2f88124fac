#include "services/s3/tags.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/xml_reader.h"
#include "services/s3/errors.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kObjectTagsMax = 10;
constexpr size_t kBucketTagsMax = 50;
constexpr size_t kKeyCharactersMax = 128;
constexpr size_t kValueCharactersMax = 256;
/// What stands for bytes that are no characters.
constexpr std::string_view kNoCharacter = "\uFFFD";

/// Letters, digits and blanks of any script, and a few marks.
bool has_tag_characters(std::string_view text) {
  return is_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
           bool beyond_ascii = static_cast<unsigned char>(c) >= 0x80;
           return beyond_ascii || is_alnum(c) || is_space(c) || std::string_view("+-=._:/@").find(c) != std::string_view::npos;
         });
}

bool is_reserved(std::string_view key) { return equals_ignoring_case(key.substr(0, 4), "aws:"); }

AwsError reserved_key(Tagged tagged, std::string_view key) {
  switch (tagged) {
    case Tagged::object: return invalid_tag_key("Your TagKey cannot be prefixed with aws:", key);
    case Tagged::bucket: return invalid_tag_key("System tags cannot be added/updated by requester", key);
    case Tagged::new_bucket: break;
  }
  return invalid_tag(
      "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove \"aws:\" from your tag "
      "keys and try again.");
}

AwsError duplicate_key(Tagged tagged, std::string_view key) {
  if (tagged == Tagged::new_bucket) return invalid_request("Duplicate Tag Keys are not allowed.");
  return invalid_tag_key("Cannot provide multiple Tags with the same key", key);
}

bool contains_key(const StringMap& tags, std::string_view key) {
  return std::any_of(tags.begin(), tags.end(), [&](const auto& tag) { return tag.first == key; });
}

AwsError malformed_header(std::string_view header) {
  return invalid_argument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging", header);
}

}  // namespace

AwsResult<void> check_tags(const StringMap& tags, Tagged tagged) {
  if (tagged == Tagged::object && tags.size() > kObjectTagsMax) {
    return fail(bad_request("Object tags cannot be greater than 10"));
  }
  if (tags.size() > kBucketTagsMax) return fail(bad_request("Bucket tag count cannot be greater than 50"));
  StringMap seen;
  for (const auto& [key, value] : tags) {
    if (contains_key(seen, key)) return fail(duplicate_key(tagged, key));
    if (is_reserved(key)) return fail(reserved_key(tagged, key));
    bool key_fits = !key.empty() && has_tag_characters(key) && utf8_length(key) <= kKeyCharactersMax;
    if (!key_fits) return fail(invalid_tag_key("The TagKey you have provided is invalid", key));
    bool value_fits = has_tag_characters(value) && utf8_length(value) <= kValueCharactersMax;
    if (!value_fits) return fail(invalid_tag_value(key, value));
    seen.emplace_back(key, value);
  }
  return {};
}

AwsResult<StringMap> parse_tag_header(std::string_view header) {
  StringMap tags;
  if (header.empty()) return tags;
  for (std::string_view pair : split(header, '&')) {
    if (pair.empty()) continue;
    auto [name, value] = split_once(pair, '=');
    auto key = strict_percent_decode(name, Plus::is_space), text = strict_percent_decode(value, Plus::is_space);
    bool well_formed = key && !key->empty() && text && value.find('=') == std::string_view::npos;
    if (!well_formed || contains_key(tags, *key)) return fail(malformed_header(header));
    if (!is_utf8(*key)) return fail(invalid_tag_key("The TagKey you have provided is invalid", kNoCharacter));
    if (!is_utf8(*text)) return fail(invalid_tag_value(*key, kNoCharacter));
    tags.emplace_back(std::move(*key), std::move(*text));
  }
  TRY(check_tags(tags, Tagged::object));
  return tags;
}

AwsResult<StringMap> parse_tagging(const Document& root, Tagged tagged) {
  if (!root || root->name != "Tagging") return fail(malformed_xml());
  const xml::Element* set = root->find("TagSet");
  StringMap tags;
  if (!set) return tags;
  for (const xml::Element& element : set->children) {
    const xml::Element* key = element.find("Key");
    const xml::Element* value = element.find("Value");
    if (element.name != "Tag" || !key || !value) return fail(malformed_xml());
    tags.emplace_back(key->text, value->text);
  }
  TRY(check_tags(tags, tagged));
  return tags;
}

void write_tag_set(xml::Writer& xml, const StringMap& tags) {
  xml.open("TagSet");
  for (const auto& [key, value] : tags) xml.open("Tag").element("Key", key).element("Value", value).close();
  xml.close();
}

std::string tagging_document(const StringMap& tags) {
  xml::Writer xml;
  xml.open("Tagging", kXmlns);
  write_tag_set(xml, tags);
  xml.close();
  return xml.take();
}

}  // namespace cloudemu::s3
