#include "item_key.h"

#include <algorithm>
#include <optional>

#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "events/json_cursor.h"
#include "services/dynamodb/number.h"
#include "services/dynamodb/ordering_key.h"

namespace cloudemu::tool {

namespace {

/// Like dynamodb::take_part(), but for bytes that may be anything: what stands in a log is not trusted here.
std::optional<std::string> take_part(std::string_view& key) {
  std::string bytes;
  while (true) {
    size_t zero = key.find('\0');
    if (zero == std::string_view::npos || zero + 1 == key.size()) return std::nullopt;
    bool ends = key[zero + 1] == '\1';
    bytes.append(key.substr(0, ends ? zero : zero + 1));
    key.remove_prefix(zero + 2);
    if (ends) return bytes;
  }
}

/// Whether bytes can be those of dynamodb::Number: a byte for sign and exponent, then pairs of digits plus one, of a negative number
/// the other way round and with a 102 at the end.
bool is_number(std::string_view bytes) {
  constexpr size_t kBytesMax = 22;
  if (bytes == "\x80") return true;
  bool negative = !bytes.empty() && static_cast<unsigned char>(bytes[0]) < 128;
  if (negative && bytes.back() != 102) return false;
  std::string_view pairs = bytes.substr(std::min<size_t>(1, bytes.size()));
  if (negative && !pairs.empty()) pairs.remove_suffix(1);
  return !pairs.empty() && bytes.size() <= kBytesMax && std::all_of(pairs.begin(), pairs.end(), [](char c) { return c >= 1 && c <= 101; });
}

std::string attribute(std::string_view type, const std::string& bytes) {
  std::string value = bytes;
  if (type == "N") value = is_number(bytes) ? dynamodb::Number::of_ordered_bytes(bytes).text() : std::string("?");
  if (type == "B") value = base64(bytes);
  std::string out;
  JsonWriter(out).begin_object().field(type, value).end_object();
  return out;
}

}  // namespace

std::string item_key(std::string_view ordering_key, std::string_view hash_type, std::string_view range_type) {
  if (ordering_key.size() < dynamodb::kHashBytes) return {};
  ordering_key.remove_prefix(dynamodb::kHashBytes);
  auto hash = take_part(ordering_key);
  if (!hash) return {};
  std::string text = attribute(hash_type, *hash);
  if (range_type.empty()) return text;
  auto range = take_part(ordering_key);
  return range ? concat(text, " ", attribute(range_type, *range)) : text;
}

std::string key_of_item(std::string_view item, std::string_view hash_name, std::string_view range_name) {
  events::JsonMembers members;
  if (!members.parse(item)) return {};
  std::string text(members.find(hash_name).value_or(""));
  if (!range_name.empty()) append(text, " ", members.find(range_name).value_or(""));
  return text;
}

KeyParts key_parts(std::string_view item_key) {
  KeyParts parts;
  while (!item_key.empty()) {
    // {"S":"a"}: a string of one letter, a string with the value.
    constexpr std::string_view kOpening = "{\"S\":";
    std::string_view rest = item_key.substr(std::min(item_key.size(), kOpening.size()));
    if (!rest.starts_with('"')) return {};
    size_t end = 1;
    while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
    if (end >= rest.size() || !events::read_json_string(rest.substr(0, end + 1), parts.values.emplace_back())) return {};
    size_t size = std::min(item_key.size(), kOpening.size() + end + 2);
    parts.attributes.emplace_back(item_key.substr(0, size));
    item_key.remove_prefix(size);
    if (item_key.starts_with(' ')) item_key.remove_prefix(1);
  }
  return parts;
}

bool is_item_name(std::string_view name, std::string_view item_key) {
  if (name == item_key) return true;
  KeyParts parts = key_parts(item_key);
  auto names = [&](const std::vector<std::string>& texts) { return !texts.empty() && (name == texts.front() || name == join(texts, "/")); };
  return names(parts.values) || names(parts.attributes);
}

}  // namespace cloudemu::tool
