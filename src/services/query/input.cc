#include "services/query/input.h"

#include "core/strings.h"
#include "services/query/errors.h"

namespace cloudemu::query {

namespace {

/// What the JSON reader of AWS's services calls the tokens it meets.
std::string_view token_name(json::Kind kind) {
  switch (kind) {
    case json::Kind::boolean: return "TRUE_VALUE";
    case json::Kind::number: return "NUMBER_VALUE";
    case json::Kind::string: return "STRING_VALUE";
    case json::Kind::array: return "START_ARRAY";
    case json::Kind::object: return "START_OBJECT";
    case json::Kind::absent:
    case json::Kind::null: break;
  }
  return "VALUE_NULL";
}

AwsError wrong_kind(const json::Value& value, json::Kind wanted) {
  json::Kind kind = value.kind();
  if (kind == json::Kind::object) return malformed_input("Start of structure or map found where not expected.");
  if (kind == json::Kind::array) return malformed_input("Start of list found where not expected");
  if (wanted == json::Kind::object || wanted == json::Kind::array) {
    return malformed_input("Unexpected field type");
  }
  std::string_view article = wanted == json::Kind::number ? "an Integer" : "a String";
  std::string_view token = kind == json::Kind::boolean && !value.boolean() ? "FALSE_VALUE" : token_name(kind);
  return malformed_input(concat(token, " can not be converted to ", article));
}

}  // namespace

bool JsonInput::expect(const json::Value& value, json::Kind kind) {
  if (!value || value.is_null()) return false;
  if (value.kind() == kind) return true;
  if (!flaw_) flaw_ = wrong_kind(value, kind);
  return false;
}

void JsonInput::read(const json::Value& value, Text& text) {
  if (expect(value, json::Kind::string)) text = value.string();
}

void JsonInput::operator()(std::string_view name, Integer& integer) {
  json::Value value = object_[name];
  if (!expect(value, json::Kind::number)) return;
  integer = value.integer();
}

void JsonInput::list(std::string_view name, std::string_view, TextList& list) {
  json::Value array = object_[name];
  if (!expect(array, json::Kind::array)) return;
  for (json::Value element : array.elements()) {
    if (expect(element, json::Kind::string)) list.push_back(element.string());
  }
}

void JsonInput::map(std::string_view name, const MapNames&, TextMap& map) {
  json::Value object = object_[name];
  if (!expect(object, json::Kind::object)) return;
  for (auto [key, value] : object.members()) {
    if (expect(value, json::Kind::string)) map.emplace_back(key, value.string());
  }
}

void FormInput::operator()(std::string_view name, Integer& integer) {
  Text text;
  (*this)(name, text);
  if (!text) return;
  integer = parse_integer(*text);
  if (!integer && !flaw_) {
    flaw_ = AwsError{"InvalidParameterValue", 400,
                     concat("Value ", *text, " for parameter ", name, " is invalid. Reason: Must be an integer.")};
  }
}

std::vector<std::string> FormInput::items(std::string_view name, std::string_view query_name) const {
  std::vector<std::string> found = form_.items(concat(prefix_, query_name));
  return found.empty() ? form_.items(concat(prefix_, name)) : found;
}

void FormInput::list(std::string_view name, std::string_view query_name, TextList& list) {
  auto refuse = [&](std::string_view why) {
    if (!flaw_) flaw_ = malformed_input(std::string(why));
  };
  // What AWS answers is told by https://github.com/rusoto/rusoto/issues/324 and https://github.com/rusoto/rusoto/issues/586.
  for (const std::string& item : items(name, query_name)) {
    if (item.ends_with(".0")) refuse("0 is not a valid index");
    else if (auto text = form_.find(item)) list.push_back(*text);
    else if (!form_.items(concat(item, ".member")).empty()) refuse("Start of list found where not expected");
  }
}

void FormInput::map(std::string_view name, const MapNames& names, TextMap& map) {
  for (const std::string& item : items(name, names.entry)) {
    map.emplace_back(form_.find(concat(item, '.', names.key)).value_or(""), form_.find(concat(item, '.', names.value)).value_or(""));
  }
}

}  // namespace cloudemu::query
