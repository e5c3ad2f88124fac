#include "services/sqs/message_attributes.h"

#include <algorithm>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "protocol/json.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"

namespace cloudemu::sqs {

namespace {

/// How the MD5 tells the kinds of values.
enum class Transport : char { text = 1, binary = 2 };

void append_counted(std::string& out, std::string_view piece) {
  put_be(out, static_cast<uint32_t>(piece.size()));
  out.append(piece);
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
void append_for_md5(std::string& out, std::string_view name, std::string_view type, Transport transport, std::string_view value) {
  append_counted(out, name);
  append_counted(out, type);
  out.push_back(static_cast<char>(transport));
  append_counted(out, value);
}

std::string_view type_prefix(std::string_view type) { return type.substr(0, type.find('.')); }

/// Numbers have up to 38 digits, and lie between 10^-128 and 10^126:
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
/// `text`: digits with a point or without, and an exponent or none.
bool is_in_range(std::string_view text) {
  constexpr size_t kDigitsMax = 38;
  constexpr int64_t kExponentMin = -128, kExponentMax = 126;
  size_t end = std::min(text.find_first_of("eE"), text.size());
  std::string_view exponent_text = text.substr(std::min(end + 1, text.size()));
  if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  auto exponent = exponent_text.empty() ? 0 : parse_integer(exponent_text);
  std::string digits(text.substr(0, end));
  auto point = static_cast<int64_t>(std::min(digits.find('.'), digits.size()));
  std::erase(digits, '.');
  size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return true;
  size_t count = digits.find_last_not_of('0') + 1 - first;
  if (!exponent || count > kDigitsMax) return false;
  // Of the first digit that is not 0.
  int64_t place = point - 1 - static_cast<int64_t>(first);
  if (*exponent < kExponentMin - place || *exponent > kExponentMax - place) return false;
  return *exponent < kExponentMax - place || (count == 1 && digits[first] == '1');
}

bool is_number(std::string_view text) {
  double value = 0;
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return false;  // from_chars knows "inf" and "nan", too
  if (text.starts_with('+')) text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool is_read = error == std::errc() || error == std::errc::result_out_of_range;  // a double holds more and less than that
  if (text.starts_with('-')) text.remove_prefix(1);
  return is_read && end == text.data() + text.size() && is_in_range(text);
}

/// The two-byte code point of a UTF-8 text that begins at `at`; 0 if another begins there.
uint32_t two_byte_character(std::string_view text, size_t at) {
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  if (at + 1 >= text.size() || (byte(at) & 0xE0) != 0xC0) return 0;
  return (byte(at) & 0x1F) << 6 | (byte(at + 1) & 0x3F);
}

/// The characters that AWS names, and the accented Latin letters (U+00C0 to U+017F) that it takes as well: recorded.
bool has_name_characters(std::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    if (is_alnum(c) || c == '_' || c == '-' || c == '.') continue;
    uint32_t accented = two_byte_character(name, i);
    if (accented < 0xC0 || accented > 0x17F) return false;
    ++i;
  }
  return true;
}

AwsResult<void> check_name(std::string_view name) {
  if (name.empty()) return fail(invalid_parameter_value("The request must contain non-empty message attribute name."));
  if (utf8_length(name) > kMessageAttributeNameMax) {
    return fail(
        invalid_parameter_value(concat("Length of message attribute name must be less than ", kMessageAttributeNameMax, " bytes.")));
  }
  std::string folded = lower(name);
  if (folded.starts_with("aws.") || folded.starts_with("amazon.")) {
    return fail(invalid_parameter_value(
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use."));
  }
  if (!has_name_characters(name) || name.front() == '.' || name.back() == '.' || name.find("..") != std::string_view::npos) {
    return fail(invalid_parameter_value(
        concat("The message attribute name '", name,
               "' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.")));
  }
  return {};
}

AwsResult<void> check_type(std::string_view name, std::string_view type, std::string_view kind) {
  if (type.empty()) {
    return fail(invalid_parameter_value(concat("The message attribute '", name, "' must contain non-empty message attribute type.")));
  }
  std::string_view prefix = type_prefix(type);
  if ((prefix != "String" && prefix != "Number" && prefix != "Binary") || forbidden_character(type)) {
    return fail(
        invalid_parameter_value(concat("The type of message (", kind, ") attribute '", name,
                                       "' is invalid. You must use only the following supported type prefixes: Binary, Number, String.")));
  }
  if (type.size() > kMessageAttributeTypeMax) {
    return fail(
        invalid_parameter_value(concat("Length of message attribute type must be less than ", kMessageAttributeTypeMax, " bytes.")));
  }
  return {};
}

/// The raw bytes of the value, however it was sent.
AwsResult<std::string> checked_value(std::string_view name, const MessageAttributeInput& attribute, std::string_view kind) {
  if (!attribute.string_list.empty() || !attribute.binary_list.empty()) {
    return fail(unsupported_operation("Message attribute list values in SendMessage operation are not supported."));
  }
  std::string_view prefix = type_prefix(*attribute.data_type);
  auto empty = [&] {
    return fail(invalid_parameter_value(
        concat("Message (", kind, ") attribute '", name, "' must contain a non-empty value of type '", prefix, "'.")));
  };
  if (prefix == "Binary") {
    auto bytes = unbase64(attribute.binary_value.value_or(""));
    if (!bytes || bytes->empty()) return empty();
    return std::move(*bytes);
  }
  std::string_view value = attribute.string_value.value_or("");
  if (value.empty()) return empty();
  if (auto character = forbidden_character(value)) {
    return fail(invalid_parameter_value(concat("Invalid binary character '", *character, "' was found in the message attribute '", name,
                                               "' value, the set of allowed characters is ", kAllowedCharacters, ".")));
  }
  if (prefix == "Number" && !is_number(value)) {
    return fail(invalid_parameter_value(concat("Can't cast the value of message (", kind, ") attribute '", name, "' to a number.")));
  }
  return std::string(value);
}

using Entry = std::pair<std::string_view, const MessageAttributeInput*>;

AwsResult<std::vector<Entry>> sorted_by_name(const query::MapOf<MessageAttributeInput>& given) {
  std::vector<Entry> sorted;
  for (const auto& [name, attribute] : given) sorted.emplace_back(name, &attribute);
  std::sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });
  auto twice = std::adjacent_find(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) { return a.first == b.first; });
  if (twice != sorted.end()) {
    return fail(invalid_parameter_value(concat("Message attribute name '", twice->first, "' already exists.")));
  }
  return sorted;
}

}  // namespace

AwsResult<MessageAttributes> check_message_attributes(const query::MapOf<MessageAttributeInput>& given) {
  MessageAttributes checked;
  if (given.empty()) return checked;
  if (given.size() > kMessageAttributesMax) {
    return fail(invalid_parameter_value(
        concat("Number of message attributes [", given.size(), "] exceeds the allowed maximum [", kMessageAttributesMax, "].")));
  }
  std::string hashed;
  JsonWriter json(checked.json);
  json.begin_object();
  for (const auto& [name, attribute] : TRY(sorted_by_name(given))) {
    std::string_view type = attribute->data_type.value_or("");
    TRY(check_name(name));
    TRY(check_type(name, type, "user"));
    std::string value = TRY(checked_value(name, *attribute, "user"));
    bool binary = type_prefix(type) == "Binary";
    append_for_md5(hashed, name, type, binary ? Transport::binary : Transport::text, value);
    checked.bytes += static_cast<int64_t>(name.size() + type.size() + value.size());
    json.key(name).begin_object().field("DataType", type);
    if (binary) json.field("BinaryValue", *attribute->binary_value);
    else json.field("StringValue", value);
    json.end_object();
  }
  json.end_object();
  checked.md5 = hex(md5(hashed));
  return checked;
}

AwsResult<SystemAttributes> check_system_attributes(const query::MapOf<MessageAttributeInput>& given) {
  SystemAttributes checked;
  if (given.empty()) return checked;
  std::string hashed;
  for (const auto& [name, attribute] : TRY(sorted_by_name(given))) {
    if (name != "AWSTraceHeader") {
      return fail(invalid_parameter_value(concat("Message system attribute name '", name,
                                                 "' is invalid. You must use only the following supported names: AWSTraceHeader.")));
    }
    std::string_view type = attribute->data_type.value_or("");
    TRY(check_type(name, type, "system"));
    if (type != "String") {
      return fail(invalid_parameter_value(
          "The type of message (system) attribute 'AWSTraceHeader' is invalid. You must use only the following supported type: String."));
    }
    checked.trace = TRY(checked_value(name, *attribute, "system"));
    append_for_md5(hashed, name, type, Transport::text, checked.trace);
  }
  checked.md5 = hex(md5(hashed));
  return checked;
}

AttributeFilter::AttributeFilter(const query::TextList& names) {
  for (std::string_view name : names) {
    if (name == "All" || name == ".*" || name == "*") all_ = true;
    else if (name.ends_with(".*")) prefixes_.push_back(name.substr(0, name.size() - 2));
    else names_.push_back(name);
  }
}

bool AttributeFilter::wants(std::string_view name) const {
  return all_ || std::find(names_.begin(), names_.end(), name) != names_.end() ||
         std::any_of(prefixes_.begin(), prefixes_.end(), [&](std::string_view prefix) { return name.starts_with(prefix); });
}

void write_message_attributes(query::ReplyWriter& reply, std::string_view json, const AttributeFilter& filter) {
  if (json.empty() || filter.none()) return;
  auto document = json::Document::parse(json);
  std::string hashed;
  for (auto [name, attribute] : document->root().members()) {
    if (!filter.wants(name)) continue;
    if (hashed.empty()) reply.begin_map("MessageAttributes", kMessageAttributeMap);
    std::string_view type = attribute["DataType"].string();
    bool binary = type_prefix(type) == "Binary";
    std::string_view member = binary ? "BinaryValue" : "StringValue";
    std::string_view value = attribute[member].string();
    reply.begin_entry(name).text(member, value).text("DataType", type).end_entry();
    if (binary) append_for_md5(hashed, name, type, Transport::binary, *unbase64(value));
    else append_for_md5(hashed, name, type, Transport::text, value);
  }
  if (hashed.empty()) return;
  reply.end_map().text("MD5OfMessageAttributes", hex(md5(hashed)));
}

std::optional<std::string> forbidden_character(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != 0xEF) [[likely]]
      continue;
    if (c == '\t' || c == '\n' || c == '\r') continue;
    if (c < 0x20) return concat("#x", upper(c < 0x10 ? hex(text.substr(i, 1)).substr(1) : hex(text.substr(i, 1))));
    std::string_view rest = text.substr(i, 3);
    if (rest == "\xEF\xBF\xBE") return "#xFFFE";
    if (rest == "\xEF\xBF\xBF") return "#xFFFF";
  }
  return std::nullopt;
}

}  // namespace cloudemu::sqs
