#include "services/dynamodb/ion.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"

namespace cloudemu::dynamodb {

namespace {

/// A name that needs no quotes: letters, digits and _, no digit in front. Words of the language need them.
bool is_plain(std::string_view name) {
  constexpr std::string_view kWords[] = {"null", "true", "false", "nan"};
  auto is_part = [](char c) { return is_alnum(c) || c == '_' || c == '$'; };
  if (name.empty() || is_digit(name.front()) || name.front() == '$') return false;
  return std::all_of(name.begin(), name.end(), is_part) && std::find(std::begin(kWords), std::end(kWords), name) == std::end(kWords);
}

void append_quoted(std::string& out, std::string_view text, char quote) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out.push_back(quote);
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') append(out, '\\', c);
    else if (c == '\n') out.append("\\n");
    else if (byte < 0x20 || byte == 0x7F) append(out, "\\x", kHex[byte >> 4], kHex[byte & 15]);
    else out.push_back(c);
  }
  out.push_back(quote);
}

/// A decimal, even where it is whole: "103.".
void append_decimal(std::string& out, std::string_view number) {
  out.append(number);
  if (number.find('.') == std::string_view::npos) out.push_back('.');
}

void append_value_ion(std::string& out, const Value& value);

void append_list(std::string& out, const std::vector<Value>& elements) {
  out.push_back('[');
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_value_ion(out, elements[i]);
  }
  out.push_back(']');
}

void append_value_ion(std::string& out, const Value& value) {
  switch (value.type) {
    case Type::string: return append_quoted(out, value.text, '"');
    case Type::number: return append_decimal(out, value.text);
    case Type::binary:
      out.append("{{");
      append_base64(out, value.text);
      out.append("}}");
      return;
    case Type::boolean: out.append(value.boolean ? "true" : "false"); return;
    case Type::null: out.append("null"); return;
    case Type::list: return append_list(out, value.elements);
    case Type::map: return append_ion(out, value.map);
    default: append(out, "$dynamodb_", type_code(value.type), "::"); return append_list(out, value.elements);
  }
}

}  // namespace

void append_ion(std::string& out, const Item& item) {
  out.push_back('{');
  for (size_t i = 0; i < item.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (is_plain(item[i].name)) out.append(item[i].name);
    else append_quoted(out, item[i].name, '\'');
    out.push_back(':');
    append_value_ion(out, item[i].value);
  }
  out.push_back('}');
}

}  // namespace cloudemu::dynamodb
