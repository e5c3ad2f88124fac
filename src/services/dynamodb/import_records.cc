#include "services/dynamodb/import_records.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/ion.h"
#include "services/dynamodb/value.h"

namespace cloudemu::dynamodb {

namespace {

std::string_view take_line(std::string_view& text) {
  size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

std::string json_of(const Item& item) {
  std::string text;
  append_item(text, item);
  return text;
}

}  // namespace

ImportFormat::ImportFormat(json::Value request, const TableDescription& table) : table_(table) {
  std::string_view format = request["InputFormat"].string();
  if (format == "ION") kind_ = Kind::ion;
  if (format != "CSV") return;
  kind_ = Kind::csv;
  json::Value csv = request["InputFormatOptions"]["Csv"];
  if (!csv["Delimiter"].string().empty()) delimiter_ = csv["Delimiter"].string().front();
  has_header_ = csv["HeaderList"].is_array();
  for (json::Value name : csv["HeaderList"].elements()) columns_.emplace_back(name.string());
}

std::optional<std::string> ImportFormat::take(std::string_view& text) {
  skip_blanks(text);
  if (text.empty()) return std::nullopt;
  switch (kind_) {
    case Kind::ion: return take_ion(text);
    case Kind::csv: return take_csv(text);
    case Kind::json: break;
  }
  return take_json(text);
}

void ImportFormat::read_header(std::string_view& text) {
  if (needs_header()) columns_ = take_fields(text);
}

std::string ImportFormat::take_json(std::string_view& text) {
  auto document = json::Document::parse(take_line(text));
  if (!document || !document->root()["Item"].is_object()) return {};
  return document->root()["Item"].text();
}

/// What cannot be read ends at the end of its line.
std::string ImportFormat::take_ion(std::string_view& text) {
  std::string_view before = text;
  auto record = take_ion_struct(text);
  if (!record) {
    text = before;
    take_line(text);
    return {};
  }
  const Value* item = find(*record, "Item");
  return item && item->type == Type::map ? json_of(item->map) : std::string();
}

/// RFC 4180: a field in quotes may hold delimiters, line ends, and quotes that are written twice.
std::vector<std::string> ImportFormat::take_fields(std::string_view& text) const {
  std::vector<std::string> fields(1);
  bool quoted = false;
  while (!text.empty()) {
    char c = text.front();
    text.remove_prefix(1);
    if (quoted) {
      if (c != '"') fields.back().push_back(c);
      else if (text.starts_with('"')) {
        fields.back().push_back(c);
        text.remove_prefix(1);
      } else quoted = false;
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == delimiter_) {
      fields.emplace_back();
    } else if (c == '\n') {
      break;
    } else if (c != '\r') {
      fields.back().push_back(c);
    }
  }
  return fields;
}

/// All columns are strings but those of keys, which are of the key's type. Empty fields are left out.
std::string ImportFormat::take_csv(std::string_view& text) {
  std::vector<std::string> fields = take_fields(text);
  if (fields.size() > columns_.size()) return {};
  Item item;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].empty()) continue;
    auto key = std::find_if(table_.attributes.begin(), table_.attributes.end(), [&](const auto& a) { return a.name == columns_[i]; });
    Value value = Value::string(std::move(fields[i]));
    if (key != table_.attributes.end() && key->type == "N") value.type = Type::number;
    item.push_back({columns_[i], std::move(value)});
  }
  return json_of(item);
}

}  // namespace cloudemu::dynamodb
